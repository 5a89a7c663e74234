"""Every control of the devices, once: its names for ever, its range, its unit, its Info text.

Ranges and defaults of what goes over the wire are those of the bridge's own table; a test compares them.
"""

from __future__ import annotations

import ast
from pathlib import Path

from max_patch.build.parameters import Parameter

_REGISTRY = Path(__file__).resolve().parents[3] / "bridge" / "model" / "registry.py"


def _models() -> tuple[str, ...]:
    """The names in the bridge's own list, read without importing the bridge: the workshop runs on a bare Python."""
    for statement in ast.parse(_REGISTRY.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) == "BUILT_IN":
            assert isinstance(statement.value, ast.Dict)
            return tuple(key.value for key in statement.value.keys if isinstance(key, ast.Constant))
    raise LookupError("the bridge's registry has no BUILT_IN")


MODELS = ("default", *(name for name in _models() if name != "default"))
"""What the Model menu offers, read off the bridge's own list; `default` is whatever the bridge was started with."""

STYLES = ("auto", "pop", "lieder", "block", "oom-pah", "broken", "arpeggio", "syncopated")
"""What the Style menu offers: every style of every model. One that the playing model has not is refused, and said so.
New ones go to the end: Live's sets store the place in the menu, not the word."""

PART_CHOICES = (
    "piano",
    "bass",
    "pad",
    "counter",
    "piano bass",
    "piano pad",
    "piano bass pad",
    "piano bass pad counter",
)
"""What the Parts menu offers, as the bridge wants them said: names with blanks between."""

TEMPERATURE = Parameter(
    "Temperature",
    "Temp",
    "How freely the accompanist chooses. At 0 it always plays what is likeliest; above 1 it takes risks.",
    high=2.0,
    initial=1.0,
)
DENSITY = Parameter(
    "Density",
    "Density",
    "Fewer or more notes than the model would play by itself. 0 leaves it alone.",
    low=-1.0,
    high=1.0,
)
VARIATION = Parameter(
    "Variation",
    "Variation",
    "Another accompaniment to the same lead. With the seed locked, the same number brings the same one back.",
    kind="int",
    high=127,
    initial=0,
    unit="int",
)
HUMANIZE = Parameter(
    "Humanize",
    "Human",
    "How much of the learned timing and dynamics to use. At 0 every note is exactly on the grid.",
)
SWING = Parameter(
    "Swing",
    "Swing",
    "0: even eighths. 1: the second of every two falls on the third triplet.",
)
LOWEST = Parameter(
    "Lowest Note",
    "Lowest",
    "The accompaniment never goes below this note. Raise it to leave room for a bass.",
    kind="int",
    high=127,
    initial=28,
    unit="note",
)
HIGHEST = Parameter(
    "Highest Note",
    "Highest",
    "The accompaniment never goes above this note. Lower it to leave room for the lead.",
    kind="int",
    high=127,
    initial=96,
    unit="note",
)
STYLE = Parameter(
    "Style",
    "Style",
    "How it plays: pop and lieder for the network, the others for chords. auto lets the model decide.",
    kind="enum",
    choices=STYLES,
)
MODEL = Parameter(
    "Model",
    "Model",
    "Which model accompanies. default is the one that the bridge was started with.",
    kind="enum",
    choices=MODELS,
)
PARTS = Parameter(
    "Parts",
    "Parts",
    "Which parts of a band it plays. All of them go to this track's instrument.",
    kind="enum",
    choices=PART_CHOICES,
)
SEED = Parameter(
    "Seed",
    "Seed",
    "While Lock is on: same lead, same controls, same seed, same notes, every time.",
    high=9999.0,
    initial=1.0,
    unit="int",
)
SEED_LOCK = Parameter(
    "Seed Lock",
    "Lock",
    "On: the accompaniment can be repeated, take after take. Off: every pass is new.",
    kind="enum",
    choices=("Free", "Locked"),
)
MODE = Parameter(
    "Mode",
    "Mode",
    "Live listens to what is being played and answers with the next bar. Clip reads the coming bar of the lead's clip "
    "and accompanies it as it sounds. Auto takes Clip wherever a clip plays, else Live.",
    kind="enum",
    choices=("Auto", "Live", "Clip"),
)
ROLE = Parameter(
    "Role",
    "Role",
    "Both: this device hears the lead (MIDI From) and plays. Listen: it sits on the lead's own track and lets it "
    "through. Play: it only plays what a Listen device of the same group hears.",
    kind="enum",
    choices=("Both", "Listen", "Play"),
)
GROUP = Parameter(
    "Group",
    "Group",
    "A Listen and a Play device with the same group number work together.",
    kind="int",
    low=1,
    high=16,
    initial=1,
    unit="int",
)
FOLLOW = Parameter(
    "Every Beat",
    "Beats",
    "On: the bar is thought over again on every beat, with what has been heard by then. Closer, but busier.",
    kind="enum",
    choices=("At Bar", "Each Beat"),
)
PORT = Parameter(
    "Bridge Port",
    "Port",
    "Where the bridge listens: the port that obbligato serve printed. 7770 unless you chose another.",
    low=1024.0,
    high=65535.0,
    initial=7770.0,
    unit="int",
    visible="stored",
)


def button(long: str, short: str, info: str) -> Parameter:
    """A button: hidden, so that pressing it is no step of Live's undo history."""
    return Parameter(long, short, info, kind="enum", choices=("Off", "On"), initial=None, visible="hidden")


WRITE_CLIP = button(
    "Write Clip",
    "Write",
    "Writes the accompaniment of the selected lead clip into a new clip in the next free slot of this track. "
    "Nothing is overwritten; one undo takes it back.",
)
SELF_TEST = button(
    "Self-Test",
    "Test",
    "Asks the bridge, has one bar accompanied, sounds four notes, and says PASS or FAIL.",
)
RESET = button("Reset", "Reset", "Forgets the lead and the accompaniment so far. The controls stay.")
PANIC = button("Panic", "Panic", "Silence, at once: every note off, nothing more planned.")


def readout(long: str, short: str, info: str, high: float, unit: str = "int", custom: str = "") -> Parameter:
    """A number that the patch shows: hidden and never automated."""
    return Parameter(long, short, info, high=high, unit=unit, visible="hidden", initial=0.0, custom_unit=custom)


UP_MINUTES = readout(
    "Minutes",
    "Min",
    "Minutes and seconds that the bridge has been there, or has been missed.",
    9999.0,
    "custom",
    "%.0f min",
)
UP_SECONDS = readout("Seconds", "Sec", "The seconds of that time.", 59.0, "custom", "%.0f s")
LAST_REPLY = readout(
    "Last Reply", "Last", "How long the bridge took for its last answer, there and back.", 9999.0, "custom", "%.0f ms"
)
SLOW_REPLY = readout(
    "Slow Reply", "p99", "99 of 100 answers came faster than this (of the last 200).", 9999.0, "custom", "%.0f ms"
)
BARS_LATE = readout("Bars Late", "Late", "Bars whose answer came so late that notes were lost.", 9999.0)
BARS_LOST = readout("Bars Lost", "Lost", "Bars that were never answered.", 9999.0)
BAR_NUMBER = readout("Bar Number", "Bar", "The bar that the first row of chords stands for.", 99999.0)
LISTENING = readout(
    "Listening Port", "Ear", "Where this device hears the bridge. It finds a free port by itself.", 65535.0
)

BANKS: dict[str, tuple[Parameter | None, ...]] = {
    "Play": (TEMPERATURE, DENSITY, LOWEST, HIGHEST, VARIATION, HUMANIZE, SWING, STYLE),
    "Set-up": (MODE, ROLE, GROUP, FOLLOW, MODEL, SEED, SEED_LOCK, PARTS),
}
"""The banks of Push, eight places each."""

WIRE = {
    "temperature": TEMPERATURE,
    "density": DENSITY,
    "low": LOWEST,
    "high": HIGHEST,
    "variation": VARIATION,
    "humanize": HUMANIZE,
    "swing": SWING,
}
"""Name on the wire -> control, for those whose range and default must be the bridge's."""
