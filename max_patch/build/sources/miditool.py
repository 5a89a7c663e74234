"""Obbligato Generator.amxd: a MIDI Tool for Live 12, experimental. The clip's notes are the lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from max_patch.build import container
from max_patch.build.parameters import Parameter
from max_patch.build.patcher import Box, Patcher, Rect
from max_patch.build.sources import controls
from max_patch.build.sources.root import VERSION, device_settings, register
from max_patch.build.sources.screen import LIGHTS

WIDTH, HEIGHT = 240, 147
SCRIPT = "obbligato_tool.js"

SEED = replace(controls.SEED, info="Same notes, same controls, same seed: the same accompaniment, every time.")

SETTINGS: tuple[tuple[str, str, Parameter, Rect], ...] = (
    ("temperature", "live.dial", controls.TEMPERATURE, (8, 48, 46, 48)),
    ("density", "live.dial", controls.DENSITY, (66, 48, 46, 48)),
    ("variation", "live.dial", controls.VARIATION, (124, 48, 50, 48)),
    ("low", "live.numbox", controls.LOWEST, (8, 120, 44, 15)),
    ("high", "live.numbox", controls.HIGHEST, (58, 120, 44, 15)),
    ("seed", "live.numbox", SEED, (124, 120, 44, 15)),
    ("port", "live.numbox", controls.PORT, (188, 120, 44, 15)),
)
BANKS: dict[str, tuple[Parameter | None, ...]] = {}


def build(script_ports: Callable[[str], tuple[int, int]]) -> Patcher:
    """The tool's patch. Every round goes from `live.miditool.in` through the script to `live.miditool.out` at once."""
    settings = device_settings(WIDTH, HEIGHT, container.MIDI_GENERATOR, live="12.0")
    patch = Patcher((80, 90, 980, 640), settings, script_ports)
    patch.comment(
        "Experimental. Live wants its notes back in the same breath, so nothing on the way from in to out may wait; "
        "whatever needs time is deferred, and `again` begins a new round once the answer is there.",
        (320, 8), 600,
    )  # fmt: skip
    engine = patch.script(SCRIPT, (16, 336), wide=560).named("engine")
    _start(patch, engine)
    round_ = patch.new("live.miditool.in", (640, 128), 140)
    round_.to(patch.new("prepend notes", (640, 176))).to(engine)
    round_.to(patch.new("prepend context", (712, 216)), 0, 1).to(engine)
    engine.to(patch.new("live.miditool.out", (16, 384)))
    engine.to(patch.new("deferlow", (124, 424)), 0, 1).to(patch.new("udpsend 127.0.0.1 7770", (124, 456)))
    engine.to(patch.new("udpsend 127.0.0.1 7803", (124, 496)), 0, 2)
    back = patch.new("udpreceive 7803", (124, 536))
    engine.to(back, 0, 3)
    back.to(patch.new("s ---wire", (124, 576)))
    patch.new("r ---wire", (600, 296)).to(engine, 1)
    engine.to(patch.new("deferlow", (448, 384)), 0, 4).to(patch.new("s ---again", (448, 416)))
    patch.new("r ---again", (640, 88)).to(round_)
    _screen(patch, engine)
    register(patch, BANKS)
    return patch


def _start(patch: Patcher, engine: Box) -> None:
    begin = patch.new("live.thisdevice", (16, 16), 120).to(patch.new("t b b", (16, 48), 80))
    begin.to(patch.message("ready", (104, 80)), 0, 1).to(engine)
    ask = patch.new("t " + " ".join(["outputvalue"] * len(SETTINGS)), (16, 120), 6 * 80 + 18)
    begin.to(ask)
    for index, (word, kind, parameter, rect) in enumerate(SETTINGS):
        left = 16 + index * 80
        more: dict[str, Any] = {"appearance": 2} if kind == "live.numbox" else {}
        stored = replace(parameter, visible="stored")
        box = patch.control(kind, stored, (left, 160), rect, **more)
        ask.to(box, 0, index)
        words = patch.new(f"prepend param {word}", (left, 224 + 28 * (index % 3)))
        box.to(words)
        words.to(engine)


def _screen(patch: Patcher, engine: Box) -> None:
    said = engine.to(patch.new("route advice light", (640, 392), 140), 0, 5)
    advice = patch.box("live.comment", (640, 472), (72, 18), text="Press Apply: the clip's notes are the lead",
                       fontsize=9.5, textjustification=0).show((22, 4, 212, 34)).named("advice")  # fmt: skip
    said.to(patch.new("prepend set", (640, 432))).to(advice)
    colours = patch.new("sel 0 1 2 3", (736, 432), 160)
    said.to(colours, 0, 1)
    light = patch.box("panel", (736, 616), (10, 10), bgcolor=[0.35, 0.35, 0.35, 1.0], rounded=10, mode=0, background=1)
    light.show((8, 9, 10, 10)).named("light")
    for index, (_, rgba) in enumerate(LIGHTS):
        colour = patch.message(f"bgcolor {rgba}", (736 + index * 24, 472 + index * 32))
        colours.to(colour, 0, index)
        colour.to(light)
    labels = (("Register", (8, 104, 60, 14)), ("Seed", (124, 104, 44, 14)), ("Port", (188, 104, 44, 14)),
              (f"v{VERSION}", (188, 48, 46, 14)))  # fmt: skip
    for index, (text, rect) in enumerate(labels):
        patch.box("live.comment", (320 + index * 80, 576), (min(rect[2], 72), 18), text=text, fontsize=9.5,
                  textjustification=0).show(rect).named(f"label {text}")  # fmt: skip
