"""The subpatchers that the device and the Max abstraction share: the clock, the player, and the ear for the lead.

All timing is theirs. They run in Max's scheduler, locked to the transport; the script only fills the score they read.
"""

from __future__ import annotations

from max_patch.build.patcher import Patcher

SLOT_TICKS = 10
"""Ticks a slot of the score: 48 slots a beat. The accompaniment's grid is every fourth."""

SLOTS_AN_AT = 12
"""How often the script is told where the song is: every 16th."""

NO_SLOT = -10
"""A slot that never comes, so that the first one after it is a jump."""


def clock() -> Patcher:
    """In: a bang once the transport has stopped. Out: slots to look up, `at ...` for the script, a bang for each jump,
    the tempo."""
    patch = Patcher((80, 80, 760, 640))
    patch.comment("The clock: every 10 ticks of the transport it says which slot of the score is due.",
                  (16, 12), 600, fontface=1)  # fmt: skip
    stopped = patch.inlet((640, 264), "bang: the transport stopped")
    metro = patch.new(f"metro @interval {SLOT_TICKS} ticks @quantize {SLOT_TICKS} ticks @active 1", (16, 44))
    transport = metro.to(patch.new("transport", (16, 84), 448))
    bars = transport.to(patch.new("t b i", (16, 124)))
    tempo = patch.new("t f f", (232, 124))
    transport.to(tempo, outlet=4)
    signature = patch.new("unpack 4 4", (288, 124))
    transport.to(signature, outlet=5)
    ticks = patch.new("t f f", (392, 124))
    transport.to(ticks, outlet=7)

    at = patch.new("pack 1 1 0. 4 4 120. 0.", (120, 520), 300)
    transport.to(at, 1, 1)
    transport.to(at, 2, 2)
    signature.to(at, 3, 0).owner.line(signature, 1, at, 4)
    tempo.to(at, 5, 1)
    ticks.to(at, 6, 1)

    held_ticks = patch.new("f", (16, 168), 40)
    ticks.to(held_ticks, 1)
    held_bar = patch.new("int 1", (120, 480), 48)
    bars.to(held_bar, 1, 1)
    bars.to(held_ticks)
    changed = (
        held_ticks.to(patch.new("+ 5.", (16, 200), 48))
        .to(patch.new(f"/ {SLOT_TICKS}.", (16, 232), 48))
        .to(patch.new("int", (16, 264), 48))
        .to(patch.new("change -1", (16, 304)))
    )
    patch.comment("slot = the nearest 10 ticks; told once, also if the clock bangs twice in it", (88, 264), 260)
    each = changed.to(patch.new("t i i i i", (16, 344), 300))

    # Rightmost first: was it a jump? Then remember the slot, look it up, and tell the script on every 16th.
    jump = patch.new("t i i", (480, 376), 80)
    each.to(jump, 0, 3)
    away = patch.new(f"- {NO_SLOT}", (480, 424), 56)
    jump.to(away)
    each.to(away, 1, 2)
    missed = patch.new("int", (568, 424), 48)
    jump.to(missed, 1, 1)
    is_jump = away.to(patch.new("!= 1", (480, 456), 48)).to(patch.new("t i i", (480, 488), 56))
    told = patch.new("||", (16, 480), 40)
    is_jump.to(told, 1, 1)
    jumped = is_jump.to(patch.new("sel 1", (480, 520), 48)).to(patch.new("t b b", (480, 552), 56))
    jumped.to(missed)
    patch.comment("after a jump also the grid step a slot before: the first bang may come a slot late", (632, 440), 112)
    step = missed.to(patch.new("t i i", (568, 584), 56))
    back = patch.new("+ 0", (568, 712), 48)
    step.to(back, 0 + 1, 1)
    late = step.to(patch.new("% 4", (568, 616), 48)).to(patch.new("sel 1", (568, 648), 48))
    late.to(patch.message("-1", (568, 680), 48)).to(back)

    sixteenth = each.to(patch.new(f"% {SLOTS_AN_AT}", (16, 416), 48)).to(patch.new("== 0", (16, 448), 48))
    sixteenth.to(told)
    told.to(patch.new("sel 1", (16, 512), 48)).to(held_bar)
    held_bar.to(at)

    reset = stopped.to(patch.new("t b b", (640, 304), 56))
    reset.to(patch.message("set -1", (696, 336)), 0, 1).to(changed)
    reset.to(patch.message(str(NO_SLOT), (640, 336))).to(away, 1)

    look_up = patch.outlet((48, 768), "slot to look up in the score")
    each.to(look_up, 0, 1)
    back.to(look_up)
    where = patch.outlet((120, 768), "at bar beat units numerator denominator tempo ticks")
    at.to(patch.new("prepend at", (120, 560))).to(where)
    jumps = patch.outlet((480, 768), "bang: jumped, looped or started")
    jumped.to(jumps, 0, 1)
    tempo.to(patch.outlet((696, 768), "tempo in beats a minute"))
    return patch


def player(midi: bool) -> Patcher:
    """In: a line of the score, the tempo, one note with its length in ms, a bang for silence. Out: raw MIDI bytes for
    a device, or lists of pitch and velocity for Max."""
    patch = Patcher((80, 80, 620, 480))
    patch.comment("The player: note-ons at once, note-offs in ms, so that they come when the song has stopped.",
                  (16, 12), 560, fontface=1)  # fmt: skip
    line = patch.inlet((16, 56), "a line of the score: pitch velocity ticks, again and again")
    tempo = patch.inlet((184, 56), "tempo in beats a minute")
    direct = patch.inlet((328, 56), "one note: pitch velocity ms")
    silence = patch.inlet((456, 56), "bang: silence, now")
    note = line.to(patch.new("zl.iter 3", (16, 104))).to(patch.new("unpack 0 0 0", (16, 144), 104))
    length = patch.new("expr $f1*125./$f2", (104, 184))
    note.to(length, 0, 2)
    tempo.to(length, 1)
    patch.comment("ticks at this tempo, in ms", (224, 184), 180)
    make = patch.new("makenote 64 100 @repeatmode 2", (16, 240), 208)
    note.to(make)
    note.to(make, 1, 1)
    length.to(make, 2)
    one = direct.to(patch.new("unpack 0 0 0.", (328, 104), 104))
    one.to(make, 0, 0)
    one.to(make, 1, 1)
    one.to(make, 2, 2)
    stop = silence.to(patch.new("t b b", (456, 104), 56))
    stop.to(patch.message("stop", (504, 184)), 0, 1).to(make)
    if midi:
        pack = patch.new("pack 0 0", (16, 288), 80)
        make.to(pack)
        make.to(pack, 1, 1)
        last = pack.to(patch.new("midiformat", (16, 328), 104)).to(patch.new("midiflush", (16, 368)))
        stop.to(last)
        patch.comment("the second net: whatever still sounds is let go", (104, 368), 280)
        last.to(patch.outlet((16, 416), "raw MIDI"))
        return patch
    held = patch.new("flush", (16, 288), 80)
    make.to(held)
    make.to(held, 1, 1)
    stop.to(held)
    patch.comment("the second net: whatever still sounds is let go", (112, 288), 280)
    pack = patch.new("pack 0 0", (16, 328), 80)
    held.to(pack)
    held.to(pack, 1, 1)
    pack.to(patch.outlet((16, 416), "pitch velocity"))
    return patch


def stamp() -> Patcher:
    """In: pitch and velocity. Out: `note pitch velocity ticks`, where the transport was at that moment."""
    patch = Patcher((80, 80, 420, 320))
    patch.comment("Every note of the lead gets its place in the song here, before anything can delay it.",
                  (16, 12), 380, fontface=1)  # fmt: skip
    heard = patch.inlet((16, 64), "pitch velocity").to(patch.new("t l b", (16, 112), 80))
    now = patch.new("transport", (88, 152), 300)
    heard.to(now, 0, 1)
    note = patch.new("pack 0 0 0.", (16, 200), 120)
    now.to(note, 2, 7)
    heard.to(note)
    note.to(patch.new("prepend note", (16, 240))).to(patch.outlet((16, 280), "note pitch velocity ticks"))
    return patch
