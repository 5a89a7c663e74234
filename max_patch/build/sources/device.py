"""Obbligato.amxd: the MIDI effect. Hears the lead, asks the bridge, plays the answer in time, says how it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from max_patch.build.parameters import Parameter
from max_patch.build.patcher import Box, Patcher, Rect
from max_patch.build.sources import controls, screen
from max_patch.build.sources.parts import clock, player, stamp
from max_patch.build.sources.root import device_settings, register

WIDTH, HEIGHT = 632, 169
SCRIPT = "obbligato.js"

SETTINGS: tuple[tuple[str, str, Parameter, Rect, dict[str, Any]], ...] = (
    ("mode", "live.tab", controls.MODE, (204, 18, 118, 17), {"num_lines_presentation": 1, "appearance": 1}),
    ("role", "live.tab", controls.ROLE, (204, 54, 118, 17), {"num_lines_presentation": 1, "appearance": 1}),
    ("group", "live.numbox", controls.GROUP, (284, 80, 38, 15), {}),
    (
        "follow",
        "live.text",
        controls.FOLLOW,
        (204, 106, 118, 17),
        {"text": "Think at each bar", "texton": "On every beat"},
    ),
    ("temperature", "live.dial", controls.TEMPERATURE, (334, 4, 42, 48), {}),
    ("density", "live.dial", controls.DENSITY, (376, 4, 42, 48), {}),
    ("variation", "live.dial", controls.VARIATION, (418, 4, 42, 48), {}),
    ("humanize", "live.dial", controls.HUMANIZE, (460, 4, 42, 48), {}),
    ("swing", "live.dial", controls.SWING, (502, 4, 42, 48), {}),
    ("low", "live.numbox", controls.LOWEST, (338, 78, 44, 15), {}),
    ("high", "live.numbox", controls.HIGHEST, (386, 78, 44, 15), {}),
    ("seed", "live.numbox", controls.SEED, (448, 78, 44, 15), {}),
    ("lock", "live.text", controls.SEED_LOCK, (496, 78, 44, 15), {"text": "Lock", "texton": "Locked"}),
    ("style", "live.menu", controls.STYLE, (338, 112, 92, 15), {}),
    ("model", "live.menu", controls.MODEL, (448, 112, 92, 15), {}),
    ("parts", "live.menu", controls.PARTS, (448, 144, 92, 15), {}),
    ("port", "live.numbox", controls.PORT, (338, 144, 44, 15), {}),
)
"""The word that the script knows a control by, and the control with its place in Live's strip."""

BUTTONS = (
    ("writeclip", controls.WRITE_CLIP, "Write clip", (556, 18, 68, 17)),
    ("selftest", controls.SELF_TEST, "Self-test", (556, 58, 68, 17)),
    ("reset", controls.RESET, "Reset", (556, 104, 68, 17)),
    ("panic", controls.PANIC, "Panic", (556, 128, 68, 17)),
)
"""The word that the script knows a button by, and where it lies."""


def build(script_ports: Callable[[str], tuple[int, int]]) -> Patcher:
    """The device's patch. `script_ports` tells the inlets and outlets of the script."""
    patch = Patcher((60, 90, 1720, 980), device_settings(WIDTH, HEIGHT), script_ports)
    patch.comment("Obbligato: the script decides, Max plays. ENGINE.md in the repository explains every message.",
                  (16, 8), 700, fontface=1, fontsize=13.0)  # fmt: skip
    engine = patch.script(SCRIPT, (16, 440), "live", 1180).named("engine")
    device = patch.new("live.thisdevice", (16, 40), 120)
    _start(patch, engine, device)
    _end(patch, device)
    words = engine.to(patch.new("route note stop thru", (560, 512), 160), 0, 4)
    words.to(patch.new("s ---silence", (600, 552)), 0, 1)
    _sound(patch, engine, words)
    _wire(patch, engine)
    _buttons(patch)
    screen.build(patch, engine)
    patch.new("live.banks", (1560, 40))
    register(patch, controls.BANKS)
    return patch


def _start(patch: Patcher, engine: Box, device: Box) -> None:
    """On loading: the script wakes, every control says what it stands at, the transport is watched."""
    patch.comment(
        "on loading: wake the script, ask every control what it stands at, watch the transport", (192, 72), 520
    )
    begin = device.to(patch.new("t b b b", (16, 72), 100))
    begin.to(patch.message("ready", (128, 72)), 0, 2).to(engine)
    ask = patch.new("t " + " ".join(["outputvalue"] * len(SETTINGS)), (192, 112), 16 * 76 + 18)
    begin.to(ask, 0, 1)
    for index, setting in enumerate(SETTINGS):
        _setting(patch, engine, ask, index, *setting)
    path = begin.to(patch.message("goto live_set", (16, 112))).to(patch.new("live.path", (16, 144), 100))
    observer = patch.new("live.observer is_playing", (16, 176), saved_object_attributes={"_persistence": 0})
    path.to(observer, 1)
    stopped = observer.to(patch.new("sel 0", (16, 216), 56)).to(patch.new("t b b b", (16, 248), 100))
    stopped.to(patch.new("s ---silence", (88, 288)), 0, 2)
    stopped.to(patch.new("s ---stopped", (56, 328)), 0, 1)
    stopped.to(patch.message("stop", (16, 368))).to(engine)


def _setting(
    patch: Patcher, engine: Box, ask: Box, index: int, word: str, kind: str, parameter: Parameter, rect: Rect,
    more: dict[str, Any],
) -> None:  # fmt: skip
    left = 192 + index * 76
    attributes = dict(more)
    if kind in ("live.text", "live.numbox"):
        attributes["appearance"] = 2
    if kind == "live.text":
        attributes.update(mode=1, outputmode=1, automation=parameter.choices[0], automationon=parameter.choices[1])
    box = patch.control(kind, parameter, (left, 160), rect, **attributes)
    box.attributes["patching_rect"] = [left, 160, min(rect[2], 68), rect[3]]
    ask.to(box, 0, index)
    words = patch.new(f"prepend param {word}", (left, 240 + 32 * (index % 3)))
    box.to(words, 0, 1 if kind == "live.menu" else 0)
    words.to(engine)


def _end(patch: Patcher, device: Box) -> None:
    """Switched off or deleted: nothing may go on sounding."""
    enabled = device.to(patch.new("t i i", (1520, 72), 56), 0, 1)
    enabled.to(patch.new("prepend enabled", (1520, 112)), 0, 1).to(patch.new("s ---engine", (1520, 144)))
    enabled.to(patch.new("sel 0", (1480, 184), 48)).to(patch.new("s ---silence", (1480, 216)))
    gone = patch.new("freebang", (1560, 272)).to(patch.new("t b b", (1560, 304), 64))
    gone.to(patch.new("s ---silence", (1624, 336)), 0, 1)
    gone.to(patch.message("bye", (1560, 336))).to(patch.new("s ---engine", (1560, 368)))
    patch.comment("switched off or deleted: silence", (1632, 272), 200)


def _sound(patch: Patcher, engine: Box, words: Box) -> None:
    """The lead in, the score, the clock that reads it, the player, the way out."""
    heard = patch.new("midiin", (1480, 440)).to(patch.new("t i i", (1480, 472), 56))
    parsed = heard.to(patch.new("midiparse", (1520, 512), 120), 0, 1)
    parsed.to(patch.sub("stamp", stamp(), (1520, 552))).to(patch.new("s ---engine", (1520, 584)))
    heard.to(patch.new("s ---lead", (1480, 624)))
    patch.comment("the lead comes in", (1544, 440), 140)

    patch.new("r ---engine", (240, 400)).to(engine)
    ticking = patch.new("r ---stopped", (176, 512)).to(patch.sub("clock", clock(), (176, 552), 200))
    score = patch.new("coll ---score 1 @embed 0", (176, 640), saved_object_attributes={"embed": 0, "precision": 6})
    patch.comment("the score: slot, then pitch, velocity and ticks of every note in it", (352, 640), 380)
    engine.to(score, 0, 3)
    ticking.to(score)
    ticking.to(patch.new("s ---engine", (216, 600)), 0, 1)
    ticking.to(patch.new("s ---silence", (304, 600)), 0, 2)
    play = patch.sub("player", player(midi=True), (176, 720), 380)
    score.to(play)
    ticking.to(play, 1, 3)
    words.to(play, 2)
    patch.new("r ---silence", (536, 680)).to(play, 3)
    out = patch.new("midiout", (176, 808))
    play.to(out)
    through = patch.new("gate", (640, 760), 48)
    words.to(through, 0, 2)
    patch.new("r ---lead", (680, 720)).to(through, 1)
    through.to(out)
    patch.comment("only in the role Listen does the lead go on", (480, 808), 260)


def _wire(patch: Patcher, engine: Box) -> None:
    """Two ways out, the bridge and ourselves (a probe tells whether our port is ours), and the way in."""
    engine.to(patch.new("udpsend 127.0.0.1 7770", (16, 584)).named("to bridge"))
    engine.to(patch.new("udpsend 127.0.0.1 7771", (16, 632)).named("to ourselves"), 0, 1)
    back = patch.new("udpreceive 7771", (16, 680)).named("from bridge")
    engine.to(back, 0, 2)
    back.to(patch.new("s ---wire", (16, 720)))
    patch.new("r ---wire", (1120, 400)).to(engine, 1)


def _buttons(patch: Patcher) -> None:
    for index, (word, parameter, text, rect) in enumerate(BUTTONS):
        left = 1480 + (index % 2) * 104
        top = 680 + (index // 2) * 128
        box = patch.control("live.text", parameter, (left, top), rect, mode=0, text=text, texton=text, appearance=2,
                            automation="Off", automationon="On")  # fmt: skip
        say = patch.message(word, (left, top + 56))
        if word == "panic":
            both = box.to(patch.new("t b b", (left, top + 24), 56))
            both.to(patch.new("s ---silence", (left + 64, top + 56)), 0, 1)
            both.to(say)
        else:
            box.to(say)
        say.to(patch.new("s ---engine", (left, top + 88)))
