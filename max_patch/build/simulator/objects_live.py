"""The objects of the frame: loading and ending, subpatchers, the script, Live's own objects and the screen."""

from __future__ import annotations

from typing import Any

from max_patch.build.simulator.messages import BANG, Message, SimulationError, number
from max_patch.build.simulator.node import Node
from max_patch.build.simulator.script import Script

OBSERVER_DELAY_MS = 15.0
"""About how late Live's observers tell; they run in the main thread."""


class Silent(Node, names=("comment", "live.banks", "live.line", "fpic", "swatch")):
    """What only lies there."""


class Inlet(Node, names=("inlet", "outlet")):
    """A subpatcher's port: what comes in at one side goes out at the other."""

    def receive(self, inlet: int, message: Message) -> None:
        self.send(0, *message)


class Outlet(Inlet, names=("outlet",)):
    """Its wires are those of the subpatcher's box; a device's root has none."""

    def setup(self) -> None:
        self.wires = [[]]


class LoadBang(Node, names=("loadbang",)):
    def loadbang(self) -> None:
        self.send(0, "bang")


class DeferLow(Node, names=("deferlow", "defer")):
    def receive(self, inlet: int, message: Message) -> None:
        self.device.set.clock.after(self.device.main_thread_ms(), lambda: self.send(0, *message))


class FreeBang(Node, names=("freebang", "closebang")):
    def setup(self) -> None:
        self.device.endings.append(lambda: self.send(0, "bang"))


class ThisDevice(Node, names=("live.thisdevice",)):
    def setup(self) -> None:
        self.device.this_device = self


class LivePath(Node, names=("live.path",)):
    def receive(self, inlet: int, message: Message) -> None:
        if message != ("goto", "live_set"):
            raise self.puzzled(inlet, message)
        self.send(1, "id", 1)
        self.send(0, "id", 1)


class Observer(Node, names=("live.observer",)):
    """Of `is_playing`: tells it when it begins to look, and when it changes."""

    def setup(self) -> None:
        if self.arguments != ["is_playing"]:
            raise SimulationError(f"the simulator cannot observe {self.arguments}")
        self.is_looking = False

    def receive(self, inlet: int, message: Message) -> None:
        if inlet != 1 or message[0] != "id":
            raise self.puzzled(inlet, message)
        if not self.is_looking:
            self.is_looking = True
            self.device.set.transport.watch(self._moved)
            self._tell()

    def _moved(self, what: str) -> None:
        if what in ("start", "stop"):
            self.device.set.clock.after(OBSERVER_DELAY_MS, self._tell)

    def _tell(self) -> None:
        if not self.device.is_deleted:
            self.send(0, int(self.device.set.transport.is_playing))


class Control(
    Node, names=("live.dial", "live.numbox", "live.slider", "live.menu", "live.tab", "live.text", "live.toggle")
):
    """A control of the device, by its long name. It tells its value when asked (`outputvalue`) and when it is moved."""

    def setup(self) -> None:
        value = self.box.get("saved_attribute_attributes", {}).get("valueof", {})
        self.long = str(value.get("parameter_longname", ""))
        self.choices: list[str] = value.get("parameter_enum", [])
        self.is_whole = value.get("parameter_type") != 0
        self.is_button = self.name == "live.text" and self.box.get("mode", 1) == 0
        self.value: float = value.get("parameter_initial", [0])[0]
        if self.long:
            self.device.controls[self.long] = self

    def receive(self, inlet: int, message: Message) -> None:
        if message[0] == "outputvalue" or message == BANG:
            self._tell()
        elif message[0] == "set":
            self.value = number(message[1:])
        elif not isinstance(message[0], str):
            self.move(message[0])
        else:
            raise self.puzzled(inlet, message)

    def move(self, value: float) -> None:
        """The user, automation or a cord moves it."""
        self.value = int(value) if self.is_whole else float(value)
        self._tell()

    def _tell(self) -> None:
        if self.is_button:
            self.send(0, "bang")
            return
        if self.name in ("live.menu", "live.tab"):
            self.send(1, self.choices[int(self.value)])
        self.send(0, self.value)


class Shown(Node, names=("live.comment", "panel", "textedit")):
    """What a person reads. `text` is what it says now."""

    def setup(self) -> None:
        self.text = str(self.box.get("text", ""))
        if "varname" in self.box:
            self.device.shown[str(self.box["varname"])] = self

    def receive(self, inlet: int, message: Message) -> None:
        if message[0] == "set":
            self.text = " ".join(str(part) for part in message[1:])
        elif message[0] != "bgcolor" or len(message) != 5:
            raise self.puzzled(inlet, message)


class ScriptBox(Node, names=("js",)):
    """The script: everything in and out of it passes through Max's main thread, late and in order."""

    def begin(self) -> None:
        self.script = Script(
            self.device.script_path(str(self.arguments[0])),
            self.arguments[1:],
            self.device.seed,
            self.device.live_set(),
        )
        self.device.scripts.append(self)
        self.queue_ms = 0.0
        self._cancel = _nothing

    def receive(self, inlet: int, message: Message) -> None:
        clock = self.device.set.clock
        self.queue_ms = max(self.queue_ms, clock.now_ms + self.device.main_thread_ms())
        clock.at(self.queue_ms, lambda: self._act(inlet, message))

    def _act(self, inlet: int, message: Message) -> None:
        if not self.device.is_deleted:
            clock = self.device.set.clock
            self._take(self.script.send(clock.now_ms, self.device.set.song(), inlet, message))

    def _run(self) -> None:
        if not self.device.is_deleted:
            self._take(self.script.run(self.device.set.clock.now_ms, self.device.set.song()))

    def _take(self, answer: dict[str, Any]) -> None:
        if answer["posts"]:
            raise SimulationError(f"the script writes into Max's console: {answer['posts']}")
        self._cancel()
        if answer["due"] is not None:
            late_ms = answer["due"] + self.device.main_thread_ms()
            self._cancel = self.device.set.clock.at(late_ms, self._run)
        for outlet, atoms in answer["out"]:
            self.send(outlet, *atoms)


def _nothing() -> None:
    pass
