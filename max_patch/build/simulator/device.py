"""One device (or one patch) in the simulated set: its boxes as objects, wired, loaded, switched off, deleted."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from max_patch.build import container
from max_patch.build.simulator import objects_data, objects_live, objects_time
from max_patch.build.simulator.messages import SimulationError
from max_patch.build.simulator.node import Node
from max_patch.build.simulator.script import Script

if TYPE_CHECKING:
    from max_patch.build.simulator.world import World

PACKAGE = Path(__file__).resolve().parents[2]
OBJECT_MODULES = (objects_data, objects_live, objects_time)


@dataclass(frozen=True)
class Played:
    """A note-on or note-off (velocity 0) that left the device: where the song was, and when."""

    ticks: float
    at_ms: float
    pitch: int
    velocity: int
    is_playing: bool
    bar_start: float


class Device:
    """A patch in the set. `path`: an .amxd or a .maxpat; a frozen device runs the script that is frozen in it."""

    def __init__(self, world: World, path: Path, seed: int, track: int = 0, arguments: tuple[str, ...] = ()) -> None:
        self.set = world
        self.path = path
        self.seed = seed
        self.track = track
        self.random = random.Random(seed)
        self.patch_arguments = arguments
        self.colls: dict[str, dict[int, tuple[Any, ...]]] = {}
        self.receivers: dict[str, list[Node]] = {}
        self.controls: dict[str, objects_live.Control] = {}
        self.shown: dict[str, objects_live.Shown] = {}
        self.endings: list[Callable[[], None]] = []
        self.scripts: list[objects_live.ScriptBox] = []
        self.this_device: Node | None = None
        self.midi_in: objects_time.MidiIn | None = None
        self.is_loaded = False
        self.is_deleted = False
        self.out: list[Played] = []
        self.sounding: dict[int, int] = {}
        self.main_thread_jitter_ms = 12.0
        self._files: dict[str, bytes] = {}
        self.nodes: list[Node] = []
        self.ports = self._build(self._root())

    # What the objects ask of it

    def expanded(self, text: str) -> str:
        """A box's text as this instance has it: `---` and `#0` are its own, #1 and so on its arguments."""
        text = text.replace("---", f"{self.seed}_").replace("#0", f"{self.seed}")
        for index in range(1, 10):
            given = self.patch_arguments[index - 1] if index <= len(self.patch_arguments) else "0"
            text = text.replace(f"#{index}", given)
        return text

    def main_thread_ms(self) -> float:
        """How late the main thread is this time."""
        return self.random.random() * self.main_thread_jitter_ms

    def script_path(self, name: str) -> Path:
        """Where the script lies: inside the frozen device, else in the package."""
        if name in self._files:
            path = self.set.folder / f"{self.seed}-{name}"
            path.write_bytes(self._files[name])
            return path
        return PACKAGE / "javascript" / name

    def live_set(self) -> dict[str, Any]:
        """The set around it, for LiveAPI."""
        return {**self.set.tracks, "own": self.track}

    def played(self, pitch: int, velocity: int) -> None:
        """A note left the device."""
        transport = self.set.transport
        self.out.append(
            Played(
                transport.ticks,
                self.set.clock.now_ms,
                pitch,
                velocity,
                transport.is_playing,
                transport.bar_line()[1],
            )
        )
        if velocity:
            self.sounding[pitch] = self.sounding.get(pitch, 0) + 1
        else:
            self.sounding[pitch] = max(0, self.sounding.get(pitch, 0) - 1)

    # What a person does

    def load(self) -> None:
        """The device is dropped into the set."""
        for node in self.nodes:
            node.begin()
        self.is_loaded = True
        for node in self.nodes:
            node.loadbang()
        if self.this_device is not None:
            self.this_device.send(1, 1)
            self.this_device.send(0, "bang")

    def turn(self, name: str, value: float) -> None:
        """Move a control, by its long name."""
        self.controls[name].move(value)

    def press(self, name: str) -> None:
        """Press a button, by its long name."""
        self.controls[name].receive(0, ("bang",))

    def enable(self, is_on: bool) -> None:
        """Switch the device on or off at its title bar."""
        assert self.this_device is not None
        self.this_device.send(1, int(is_on))

    def reads(self, name: str) -> str:
        """What a text on the device says."""
        return self.shown[name].text

    def delete(self) -> None:
        """The device is deleted; what its script still had to do is not done."""
        for ending in self.endings:
            ending()
        self.set.settle()
        self.close()

    def close(self) -> None:
        """Let sockets and processes go."""
        if self.is_deleted:
            return
        self.is_deleted = True
        for node in self.nodes:
            if isinstance(node, objects_time.UdpReceive):
                node.close()
        for box in self.scripts:
            box.script.close()

    @property
    def script(self) -> Script:
        """Its script."""
        return self.scripts[0].script

    # Building

    def _root(self) -> dict[str, Any]:
        data = self.path.read_bytes()
        if self.path.suffix == ".amxd":
            parts = container.read(data)
            self._files = {file.name: file.data for file in parts.files[1:]}
            root = parts.patcher
        else:
            root = json.loads(data)
        patcher = root["patcher"]
        assert isinstance(patcher, dict)
        return patcher

    def _build(self, patcher: dict[str, Any]) -> dict[str, list[Node]]:
        made: dict[str, Node] = {}
        inside: dict[str, dict[str, list[Node]]] = {}
        places: dict[str, tuple[float, float]] = {}
        ports: dict[str, list[Node]] = {"inlet": [], "outlet": []}
        for entry in patcher["boxes"]:
            box = entry["box"]
            places[box["id"]] = (box["patching_rect"][0], box["patching_rect"][1])
            if "patcher" in box:
                inside[box["id"]] = self._build(box["patcher"])
                continue
            name = str(box.get("text", "")).split(" ")[0] if box["maxclass"] == "newobj" else box["maxclass"]
            if name not in Node.known:
                inside[box["id"]] = self._abstraction(name, box)
                continue
            node = made[box["id"]] = Node.known[name](self, box)
            self.nodes.append(node)
            if name in ports:
                ports[name].append(node)
        for kind in ports:
            ports[kind].sort(key=lambda node: float(node.box["patching_rect"][0]))
        self._wire(patcher["lines"], made, inside, places)
        return ports

    def _abstraction(self, name: str, box: dict[str, Any]) -> dict[str, list[Node]]:
        for folder in ("patchers", "javascript"):
            path = PACKAGE / folder / f"{name}.maxpat"
            if path.is_file():
                return self._build(json.loads(path.read_bytes())["patcher"])
        raise SimulationError(f"the simulator does not know {box.get('text', name)!r}")

    def _wire(
        self,
        lines: list[dict[str, Any]],
        made: dict[str, Node],
        inside: dict[str, dict[str, list[Node]]],
        places: dict[str, tuple[float, float]],
    ) -> None:
        # Max sends to the rightmost box first, among those to the lowest.
        def order(line: dict[str, Any]) -> tuple[float, float]:
            x, y = places[line["patchline"]["destination"][0]]
            return (-x, -y)

        for line in sorted(lines, key=order):
            (start, outlet), (end, inlet) = line["patchline"]["source"], line["patchline"]["destination"]
            source = made[start].wires[outlet] if start in made else inside[start]["outlet"][outlet].wires[0]
            target = (made[end], inlet) if end in made else (inside[end]["inlet"][inlet], 0)
            source.append(target)
