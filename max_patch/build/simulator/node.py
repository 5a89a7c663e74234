"""What every simulated object has: inlets that receive, outlets that send, a place in the patch."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from max_patch.build.shapes import words
from max_patch.build.simulator.messages import Atom, Message, SimulationError, atom

if TYPE_CHECKING:
    from max_patch.build.simulator.device import Device

Deliver = tuple["Node", int]


class Node:
    """One object. `receive` is Max's inlet, `send` its outlet; subclasses say what happens between."""

    known: ClassVar[dict[str, type[Node]]] = {}

    def __init_subclass__(cls, names: tuple[str, ...] = (), **more: Any) -> None:
        super().__init_subclass__(**more)
        for name in names:
            Node.known[name] = cls

    def __init__(self, device: Device, box: dict[str, Any]) -> None:
        self.device = device
        self.box = box
        text = device.expanded(str(box.get("text", "")))
        is_object = box["maxclass"] == "newobj"
        said: tuple[str, list[str], dict[str, list[str]]] = words(text) if is_object else (box["maxclass"], [], {})
        self.name, arguments, self.attributes = said
        self.arguments: list[Atom] = [atom(word) for word in arguments]
        self.wires: list[list[Deliver]] = [[] for _ in range(int(box["numoutlets"]))]
        self.setup()

    def setup(self) -> None:
        """Take the arguments in."""

    def receive(self, inlet: int, message: Message) -> None:
        """A message has come."""
        raise self.puzzled(inlet, message)

    def send(self, outlet: int, *message: Atom) -> None:
        """Send to everything that hangs on the outlet, rightmost first."""
        for node, inlet in self.wires[outlet]:
            node.receive(inlet, message)

    def puzzled(self, inlet: int, message: Message) -> SimulationError:
        """What to raise at a message that Max would drop."""
        return SimulationError(f"{self.box.get('text', self.name)}: inlet {inlet} does not know {message}")

    def argument(self, index: int, default: Atom) -> Atom:
        """An argument, or what Max takes where there is none."""
        return self.arguments[index] if index < len(self.arguments) else default

    def begin(self) -> None:
        """The whole patch is there."""

    def loadbang(self) -> None:
        """The patch has been loaded."""


Action = Callable[[], None]
