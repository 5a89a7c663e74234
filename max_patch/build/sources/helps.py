"""The patches that teach: the help patch with its tabs, the Overview in Max's Extras menu, the example that plays."""

from __future__ import annotations

from typing import Any

from max_patch.build.patcher import Box, Patcher
from max_patch.build.sources.abstraction import PORTS

WIDE, HIGH = 930, 690
TAB = {"showontab": 1, "openrect": [0.0, 0.0, float(WIDE), float(HIGH - 26)]}

ODE = (
    64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 64, -1, 62, 62,
    64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 62, -1, 60, 60,
    62, 62, 64, 60, 62, 65, 64, 60, 62, 65, 64, 62, 60, 62, 55, -1,
    64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64, 62, -1, 60, 60,
)  # fmt: skip
"""The melody that the example plays, a note a beat, -1 a rest: Beethoven's, 1824."""


def _title(patch: Patcher, text: str, below: str) -> None:
    patch.comment(text, (16, 12), 600, fontface=1, fontsize=24.0)
    patch.comment(below, (16, 48), 720)


def _steps(patch: Patcher, at: tuple[int, int], wide: int, *texts: str) -> None:
    x, y = at
    for number, text in enumerate(texts, start=1):
        box = patch.comment(f"{number}   {text}", (x, y), wide)
        y = box.bottom + 4


def _lead_to_synth(patch: Patcher, note: Box, at: tuple[int, int], channel: int) -> None:
    """Lists of pitch and velocity to Max's own synthesiser."""
    x, y = at
    parts = note.to(patch.new("unpack 0 0", (x, y), 80), 0, 0)
    out = patch.new(f"noteout {channel}", (x, y + 40), 88)
    parts.to(out)
    parts.to(out, 1, 1)


def _accompanist(patch: Patcher, at: tuple[int, int], arguments: str = "") -> Box:
    return patch.abstraction(f"obbligato {arguments}".strip(), at, PORTS, 200)


def _readouts(patch: Patcher, status: Box, outlet: int, at: tuple[int, int]) -> None:
    """Light, advice and round trip, in words."""
    x, y = at
    words = status.to(patch.new("route light advice trip missed", (x, y), 400), 0, outlet)
    for index, (name, wide) in enumerate((("light", 60), ("advice", 330), ("trip", 110), ("missed", 80))):
        shown = patch.message("", (x + (0, 68, 406, 524)[index], y + 72), wide)
        shown.attributes["text"] = "-"
        patch.comment(name, (x + (0, 68, 406, 524)[index], y + 98), wide)
        words.to(patch.new("prepend set", (x + (0, 88, 176, 264)[index], y + 36)), 0, index).to(shown)


def help_patch() -> Patcher:
    """obbligato.maxhelp."""
    root = Patcher((80, 80, WIDE, HIGH), {"showrootpatcherontab": 0, "showontab": 0})
    for index, (name, tab) in enumerate(
        (("basic", _basic()), ("bars", _bars()), ("status", _status()), ("controls", _controls()), ("?", _more()))
    ):
        tab.settings.update(TAB)
        root.sub(name, tab, (16 + index * 96, 16))
    return root


def _basic() -> Patcher:
    patch = Patcher((0, 26, WIDE, HIGH - 26))
    _title(patch, "obbligato", "Plays along: notes of a lead in, timed notes of an accompaniment out.")
    _steps(
        patch, (560, 96), 340,
        "In a terminal: obbligato serve. The light below turns to 3.",
        "Start the transport.",
        "Play the keys, in time. From the second bar on you are accompanied.",
        "Stop the transport: everything falls silent.",
    )  # fmt: skip
    patch.box("toggle", (16, 104), (24, 24)).to(patch.new("transport", (16, 136), 200))
    patch.comment("the transport: the tempo is Max's own", (48, 106), 260)
    keys = patch.box("kslider", (16, 192), (336, 54), range=48, offset=36)
    note = patch.new("makenote 90 400 @repeatmode 2", (16, 264), 328)
    keys.to(note)
    keys.to(note, 1, 1)
    pair = patch.new("pack 0 0", (16, 304), 328)
    note.to(pair)
    note.to(pair, 1, 1)
    both = pair.to(patch.new("t l l", (16, 344), 200))
    plays = _accompanist(patch, (16, 392))
    both.to(plays)
    patch.comment("pitch and velocity of the lead, note-offs too (velocity 0)", (400, 304), 200)
    heard = patch.new("unpack 0 0", (400, 424), 80)
    both.to(heard, 0, 1)
    lead_out = patch.new("noteout 1", (400, 456), 80)
    heard.to(lead_out)
    heard.to(lead_out, 1, 1)
    patch.comment("you", (488, 458), 60)
    patch.new("r help-to-obbligato", (240, 360)).to(plays)
    _lead_to_synth(patch, plays, (16, 432), 2)
    patch.comment("the accompaniment", (16, 500), 96)
    told = plays.to(patch.new("t l l", (116, 440), 56), 0, 1)
    told.to(patch.new("s help-status", (148, 468)), 0, 1)
    plays.to(patch.new("s help-chords", (240, 440)), 0, 2)
    _readouts(patch, told, 0, (116, 528))
    return patch


def _bars() -> Patcher:
    patch = Patcher((0, 26, WIDE, HIGH - 26))
    _title(
        patch,
        "obbligato: whole bars",
        "A lead that is known in advance goes in bar by bar and is accompanied as itself.",
    )
    patch.comment(
        "bar NUMBER NUMERATOR DENOMINATOR TEMPO AHEAD KNOWN, then four numbers a note: pitch, onset and duration in "
        "beats from the bar line, velocity. AHEAD says which bar's accompaniment is wanted: 0 this one, 1 the next. "
        "KNOWN is how many beats of this bar are known: the whole length of a bar that is over or written down.",
        (16, 88), 720,
    )  # fmt: skip
    plays = _accompanist(patch, (16, 360), "from-a-score")
    bars = (
        ("bar 0 4 4 120. 0 4. 60 0. 1. 90 62 1. 1. 90 64 2. 2. 90", 184),
        ("bar 1 4 4 120. 0 4. 65 0. 2. 90 62 2. 2. 90", 224),
        ("bar 2 4 4 120. 0 4. 64 0. 4. 90", 264),
    )
    for text, y in bars:
        patch.message(text, (16, y)).to(plays)
    patch.comment(
        "Send them while the transport stands, then start it: bar 0 is the transport's first bar.", (480, 184), 300
    )
    patch.message("reset", (16, 312)).to(plays)
    patch.comment("forgets the song so far", (72, 314), 200)
    _lead_to_synth(patch, plays, (16, 408), 2)
    _readouts(patch, plays, 1, (116, 408))
    return patch


def _status() -> Patcher:
    patch = Patcher((0, 26, WIDE, HIGH - 26))
    _title(
        patch,
        "obbligato: what it tells",
        "The middle outlet says how things stand, the right one which chords are played.",
    )
    patch.message("selftest", (16, 112)).to(patch.new("s help-to-obbligato", (16, 144)))
    patch.comment("asks the bridge, has one bar accompanied, sounds four notes", (88, 114), 400)
    _readouts(patch, patch.new("r help-status", (16, 200)), 0, (16, 232))
    chords = patch.new("r help-chords", (560, 112)).to(patch.new("prepend set", (560, 144)))
    chords.to(patch.message("chord 0 C 4.", (560, 176), 160))
    rows = (
        ("light n", "0 off, 1 no bridge, 2 the model loads, 3 connected"),
        ("advice text", "one line: how it stands, or what to do"),
        ("bridge version model", "what answers"),
        ("up seconds", "how long it has been there; below zero: how long it has been missed"),
        ("trip last p99", "milliseconds there and back, the last answer and 99 of 100"),
        ("missed late lost", "bars whose first notes came too late; bars never answered"),
        ("doing n", "0 stopped, 1 following, 2 reading a clip (in Live)"),
        ("listening port", "where it hears the bridge; found by itself"),
        ("selftest n", "1 running, 2 PASS, 3 FAIL"),
        ("echo name value", "a control as the bridge holds it"),
        ("chord index name beats", "index 0 to 3: this bar's chords, 4 to 7: the next bar's"),
    )
    for index, (word, text) in enumerate(rows):
        patch.comment(word, (16, 368 + index * 24), 180, fontface=1)
        patch.comment(text, (208, 368 + index * 24), 640)
    return patch


def _controls() -> Patcher:
    patch = Patcher((0, 26, WIDE, HIGH - 26))
    _title(patch, "obbligato: controls", "param NAME VALUE, at any time. They hold until the bridge ends.")
    plays = patch.new("s help-to-obbligato", (16, 560))
    rows = (
        ("param temperature 0.8", "0 always the likeliest, above 1 freer"),
        ("param density -0.5", "-1 sparse ... 1 busy"),
        ("param low 36, param high 84", "the register, never left"),
        ("param seed 7, param lock 1", "same lead, same notes, every time"),
        ("param variation 3", "another accompaniment to the same lead"),
        ("param humanize 0.5", "0 on the grid ... 1 the learned timing"),
        ("param swing 0.6", "0 even eighths ... 1 the third triplet"),
        ("param style auto, param model default", "in the bridge's own words"),
        ('param progression "C Am | F G"', "the chords to keep to, a bar each"),
        ('param parts "piano bass"', "which instruments play"),
        ("param follow 1", "think again on every beat"),
        ("param port 7770", "where the bridge listens"),
        ("host 127.0.0.1", "a bridge on another machine"),
        ("token secret", "if that bridge was started with one"),
        ("panic", "silence, now"),
    )
    for index, (text, meaning) in enumerate(rows):
        y = 88 + index * 31
        patch.message(text, (16, y)).to(plays)
        patch.comment(meaning, (300, y + 2), 420)
    return patch


def _more() -> Patcher:
    patch = Patcher((0, 26, WIDE, HIGH - 26))
    _title(patch, "obbligato: more", "What it needs, and where to read on.")
    for index, text in enumerate(
        (
            "The bridge is a Python program of this project; its README installs it. obbligato serve starts it. It "
            "listens on 127.0.0.1 only, unless told otherwise.",
            "The first argument names the session: two obbligato objects of one name hear the same lead. The second is "
            "the bridge's port. Both may be left out.",
            "Answers that come late lose what is past; nothing is ever shifted. What sounds always ends: on stop, on a "
            "jump, when the patch is closed.",
            "In Ableton Live use the device Obbligato.amxd instead: it reads clips ahead and writes them.",
        )
    ):
        patch.comment(text, (16, 104 + index * 56), 720)
    return patch


def overview() -> Patcher:
    """extras/Obbligato Overview.maxpat."""
    patch = Patcher((100, 100, 640, 420), {"bglocked": 1})
    _title(patch, "Obbligato", "A live accompanist. A lead goes in, an accompaniment comes out, in time.")
    _steps(
        patch, (16, 88), 560,
        "Install the bridge, as its README says.",
        "Start it: obbligato serve",
        "Open one of these:",
    )  # fmt: skip
    opener = patch.new("pcontrol", (16, 308))
    for index, (text, meaning) in enumerate(
        (
            ("load obbligato.maxhelp", "the object for your own patches, with everything it can do"),
            (
                'load "Obbligato plays alone.maxpat"',
                "a melody that plays itself and is accompanied, with Max's own synthesiser",
            ),
        )
    ):
        patch.message(text, (16, 176 + index * 56)).to(opener)
        patch.comment(meaning, (280, 178 + index * 56), 340)
    patch.comment(
        "For Ableton Live: drag devices/Obbligato.amxd of this package onto a MIDI track, before the instrument.",
        (16, 344), 560,
    )  # fmt: skip
    return patch


def example() -> Patcher:
    """examples/Obbligato plays alone.maxpat: press one button and listen."""
    patch = Patcher((100, 100, 760, 640))
    _title(patch, "Obbligato plays alone", "The lead is Beethoven's. The accompaniment is not.")
    _steps(
        patch, (400, 96), 320,
        "In a terminal: obbligato serve",
        "Switch on the transport here. The second bar is the first that is accompanied.",
    )  # fmt: skip
    patch.box("toggle", (16, 96), (24, 24)).to(patch.new("transport", (16, 128), 200))
    beat = patch.new("metro @interval 480 ticks @quantize 480 ticks @active 1", (16, 176))
    place = beat.to(patch.new("transport", (16, 208), 240)).to(patch.new("+ 240.", (184, 240), 56), 0, 7)
    index = place.to(patch.new("/ 480.", (184, 272), 56)).to(patch.new("int", (184, 304), 40))
    melody = patch.new(
        "coll @embed 1", (184, 368), 104, coll_data=_melody(), saved_object_attributes={"embed": 1, "precision": 6}
    )
    index.to(patch.new(f"% {len(ODE)}", (184, 336), 56)).to(melody)
    note = melody.to(patch.new("makenote 90 450 @repeatmode 2", (184, 400), 208))
    pair = patch.new("pack 0 0", (184, 432), 128)
    note.to(pair)
    note.to(pair, 1, 1)
    both = pair.to(patch.new("t l l", (184, 464), 128))
    plays = _accompanist(patch, (16, 512), "alone")
    both.to(plays)
    lead = both.to(patch.new("unpack 0 0", (304, 496), 80), 0, 1)
    out = patch.new("noteout 1", (304, 528), 80)
    lead.to(out)
    lead.to(out, 1, 1)
    patch.comment("the lead", (392, 530), 80)
    _lead_to_synth(patch, plays, (16, 552), 2)
    patch.comment("the accompaniment", (112, 592), 160)
    words = plays.to(patch.new("route advice", (400, 568), 88), 0, 1)
    words.to(patch.new("prepend set", (400, 600))).to(patch.message("-", (400, 632), 330))
    return patch


def _melody() -> dict[str, Any]:
    rows = [{"key": index, "value": [pitch]} for index, pitch in enumerate(ODE) if pitch >= 0]
    return {"count": len(rows), "data": rows}
