"""The left third of the strip: is the bridge there, how fast does it answer, what comes next, what to do about it."""

from __future__ import annotations

from max_patch.build.parameters import Parameter
from max_patch.build.patcher import Box, Patcher, Rect
from max_patch.build.sources import controls
from max_patch.build.sources.root import VERSION

WORDS = ("light", "advice", "bridge", "up", "trip", "missed", "doing", "listening", "selftest", "written", "echo")
"""What the script says to the screen. `echo` is not shown: setting a control is an undo step."""

LIGHTS = (("Off", "0.35 0.35 0.35 1."), ("No bridge", "0.85 0.2 0.15 1."), ("Loading", "0.95 0.75 0.1 1."),
          ("Connected", "0.25 0.65 0.3 1."))  # fmt: skip
DOINGS = ("stopped", "now: Live", "now: Clip")
SELF_TESTS = ("not run", "running ...", "PASS", "FAIL")
WRITTEN = ("", "writing ...", "done", "failed")


def build(patch: Patcher, engine: Box) -> None:
    """The readouts on the patch's strip, and the cords that fill them."""
    _labels(patch)
    told = engine.to(patch.new("route " + " ".join(WORDS), (760, 512), 560), 0, 5)
    states = patch.sub("states", _states(), (760, 584), 120)
    for inlet, word in enumerate(("light", "doing", "selftest", "written")):
        told.to(states, inlet, WORDS.index(word))
    light = patch.box("panel", (760, 640), (10, 10), bgcolor=[0.35, 0.35, 0.35, 1.0], rounded=10, mode=0, background=1)
    states.to(light.show((12, 9, 10, 10)).named("light"))
    for outlet, (name, rect, text, more) in enumerate(_TEXTS, start=1):
        states.to(_text(patch, name, (760 + 76 * outlet, 640 + 24 * (outlet % 2)), rect, text, more), 0, outlet)
    _readouts(patch, told)
    chords = engine.to(patch.sub("chords", _chords(), (760, 864), 560), 0, 6)
    for index in range(8):
        bar, place = divmod(index, 4)
        rect = (36 + place * 38, 102 + bar * 18, 38, 15)
        name = f"{('now', 'next')[bar]} {place + 1}"
        chords.to(
            _text(patch, name, (760 + index * 62, 904), rect, "-", {"textjustification": 1, "fontface": 1}), 0, index
        )
    chords.to(_number(patch, controls.BAR_NUMBER, (760 + 8 * 62, 904), (148, 143, 40, 15)), 0, 8)


_TEXTS: tuple[tuple[str, Rect, str, dict[str, object]], ...] = (
    ("state", (24, 5, 76, 16), "Off", {"fontface": 1}),
    ("doing", (8, 143, 112, 16), "stopped", {}),
    ("test result", (556, 76, 68, 16), "not run", {"textjustification": 1}),
    ("write result", (556, 36, 68, 16), " ", {"textjustification": 1}),
)
"""Texts that follow a number: scripting name, place, first text, and how it is set."""


def _labels(patch: Patcher) -> None:
    for index, x in enumerate((195, 327, 547)):  # lines follow Live's theme by themselves; a coloured panel does not
        patch.box("live.line", (760 + index * 40, 936), (5, 24)).show((x, 4, 5, 161))
    labels = (
        ("last", (8, 67, 44, 14)), ("99 % in", (53, 67, 44, 14)), ("late", (98, 67, 44, 14)),
        ("lost", (143, 67, 44, 14)),
        ("Bridge", (8, 51, 40, 15)), ("Now", (8, 102, 28, 15)), ("Next", (8, 120, 28, 15)), ("bar", (124, 143, 24, 15)),
        ("Mode", (204, 3, 60, 14)), ("Role", (204, 39, 60, 14)), ("Group", (204, 77, 60, 15)),
        ("Own port", (204, 143, 76, 15)),
        ("Register", (338, 62, 60, 14)), ("Seed", (448, 62, 40, 14)), ("Style", (338, 96, 60, 14)),
        ("Model", (448, 96, 60, 14)), ("Parts", (448, 128, 60, 14)),
        ("Bridge port", (338, 128, 70, 14)), (f"v{VERSION}", (556, 149, 68, 15)),
    )  # fmt: skip
    for index, (text, rect) in enumerate(labels):
        _text(patch, f"label {text}", (760 + (index % 10) * 80, 976 + (index // 10) * 32), rect, text, {})


def _text(patch: Patcher, name: str, at: tuple[int, int], rect: Rect, text: str, more: dict[str, object]) -> Box:
    side = {"textjustification": 0, **more}
    box = patch.box("live.comment", at, (min(rect[2], 72), 18), text=text, fontsize=9.5, **side)
    return box.show(rect).named(name)


def _number(patch: Patcher, parameter: Parameter, at: tuple[int, int], rect: Rect) -> Box:
    return patch.control("live.numbox", parameter, at, rect, appearance=2, ignoreclick=1)


def _readouts(patch: Patcher, told: Box) -> None:
    advice = _text(patch, "advice", (760, 808), (8, 22, 182, 28), "Type obbligato serve in a terminal to begin.", {})
    told.to(patch.new("prepend set", (760, 768)), 0, WORDS.index("advice")).to(advice)
    bridge = told.to(patch.new("unpack s s", (852, 704), 110), 0, WORDS.index("bridge"))
    for outlet, (name, rect) in enumerate((("version", (48, 51, 48, 15)), ("model now", (96, 51, 92, 15)))):
        words = bridge.to(patch.new("prepend set", (852 + outlet * 96, 768)), 0, outlet)
        words.to(_text(patch, name, (852 + outlet * 96, 808), rect, "-", {}))
    up = told.to(patch.sub("minutes", _minutes(), (1048, 704), 64), 0, WORDS.index("up"))
    up.to(_number(patch, controls.UP_MINUTES, (1048, 768), (100, 6, 46, 15)))
    up.to(_number(patch, controls.UP_SECONDS, (1048, 808), (148, 6, 38, 15)), 0, 1)
    trip = told.to(patch.new("unpack 0. 0.", (1128, 704), 72), 0, WORDS.index("trip"))
    trip.to(_number(patch, controls.LAST_REPLY, (1128, 768), (8, 81, 44, 15)))
    trip.to(_number(patch, controls.SLOW_REPLY, (1128, 808), (53, 81, 44, 15)), 0, 1)
    missed = told.to(patch.new("unpack 0 0", (1216, 704), 64), 0, WORDS.index("missed"))
    missed.to(_number(patch, controls.BARS_LATE, (1216, 768), (98, 81, 44, 15)))
    missed.to(_number(patch, controls.BARS_LOST, (1216, 808), (143, 81, 44, 15)), 0, 1)
    told.to(_number(patch, controls.LISTENING, (1304, 840), (284, 144, 38, 15)), 0, WORDS.index("listening"))


def _choice(patch: Patcher, at: tuple[int, int], texts: tuple[str, ...], port: str, out: tuple[int, int]) -> None:
    """A number in, the text of that number out, as `set ...`."""
    x, y = at
    chosen = patch.inlet((x, y), port).to(
        patch.new("sel " + " ".join(str(index) for index in range(len(texts))), (x, y + 48), 40 * len(texts))
    )
    end = patch.outlet(out, port)
    for index, text in enumerate(texts):
        said = patch.message(f"set {text}".strip(), (x + 24 * index, y + 88 + 32 * index))
        chosen.to(said, 0, index).to(end)


def _states() -> Patcher:
    """Numbers in, texts and the light's colour out: a finite list, so that Max's table of symbols stays small."""
    patch = Patcher((80, 80, 900, 420))
    light = patch.inlet((16, 48), "light").to(patch.new("sel 0 1 2 3", (16, 96), 160))
    colour, state = patch.outlet((16, 320), "colour of the light"), patch.outlet((160, 320), "state")
    for index, (text, rgba) in enumerate(LIGHTS):
        both = light.to(patch.new("t b b", (16 + index * 104, 136), 56), 0, index)
        both.to(patch.message(f"bgcolor {rgba}", (16 + (index % 2) * 24, 176 + 32 * index))).to(colour)
        both.to(patch.message(f"set {text}", (224 + index * 24, 176 + 32 * index)), 0, 1).to(state)
    _choice(patch, (448, 48), DOINGS, "doing", (448, 320))
    _choice(patch, (640, 48), SELF_TESTS, "self-test", (640, 320))
    _choice(patch, (840, 48), WRITTEN, "write clip", (840, 320))
    return patch


def _minutes() -> Patcher:
    """Seconds in, below zero while the bridge is missing; whole minutes and the seconds left out."""
    patch = Patcher((80, 80, 320, 260))
    seconds = patch.inlet((16, 16), "seconds").to(patch.new("abs", (16, 64), 40)).to(patch.new("t i i", (16, 96), 136))
    seconds.to(patch.new("/ 60", (16, 136), 48)).to(patch.outlet((16, 184), "minutes"))
    seconds.to(patch.new("% 60", (136, 136), 48), 0, 1).to(patch.outlet((136, 184), "seconds"))
    return patch


def _chords() -> Patcher:
    """`chord index name beats` and `bar number` in; eight texts and the bar's number out."""
    patch = Patcher((80, 80, 900, 320))
    words = patch.inlet((16, 16), "chord index name beats; bar number").to(patch.new("route chord bar", (16, 64), 880))
    place = words.to(patch.new("route " + " ".join(str(index) for index in range(8)), (16, 104), 800))
    for index in range(8):
        left = 16 + index * 96
        name = place.to(patch.new("unpack s 0.", (left, 144), 80), 0, index)
        name.to(patch.new("prepend set", (left, 184), 80)).to(patch.outlet((left, 224), f"chord {index}"))
    words.to(patch.outlet((16 + 8 * 96, 224), "bar"), 0, 1)
    return patch
