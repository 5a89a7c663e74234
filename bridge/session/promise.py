"""What was promised stays: which notes of an earlier answer are kept, and how new ones join them. Pure functions."""

from __future__ import annotations

from bridge.errors import Internal
from bridge.model.accompanist import Part
from bridge.model.controls import Controls
from bridge.music.bar import MAX_NOTES
from bridge.music.note import Note
from bridge.session.events import Ask
from bridge.session.memory import Remembered

WIRE_TOLERANCE_BEATS = 2e-6
"""A 32-bit float of the wire is this close to the position that was meant, up to 16 beats."""
SHAPELESS_CONTROLS = frozenset({"chords"})
"""Controls that change no note."""


def promised(answer: Remembered | None, ask: Ask, still_meant: bool) -> tuple[tuple[Part, ...], float]:
    """The notes of the target bar that stay, and the beat from which the rest is thought over.

    Nothing is kept (and everything is thought over) unless the bar itself is asked for again: a bar asked for ahead
    is not sounding yet. With `known_beats` = k of the ask, what begins before beat k stays.

    still_meant  False: the player has changed the lead or the controls under the answer (see `is_still_meant`). While
                 the bar is sounding (k inside it) what begins before k stays even so, since it has been heard; a whole
                 bar (k its length: a clip, a file) is then not promised any more and is thought over.
    """
    if answer is None or ask.ahead != 0 or answer.played.metre != ask.bar.metre:
        return (), 0.0
    if is_whole(ask) and not still_meant:
        return (), 0.0
    kept = (
        Part.of_pairs(part.name, (pair for pair in part.pairs if _begins_before(pair[0], ask.known_beats)))
        for part in answer.played.parts
    )
    return tuple(part for part in kept if part.notes), ask.known_beats


def is_whole(ask: Ask) -> bool:
    """Whether the asking bar is known to its end."""
    return ask.known_beats >= ask.bar.metre.length_beats - WIRE_TOLERANCE_BEATS


def is_still_meant(answer: Remembered, controls: Controls, ask: Ask) -> bool:
    """Whether the player wants what was answered: no control that shapes notes was moved since, and the target's lead
    holds what it held then (more may have been heard; durations of notes that were still held may have grown)."""
    if any(value != controls[name] for name, value in answer.controls.values.items() if name not in SHAPELESS_CONTROLS):
        return False
    if answer.target_lead is None:
        return True
    known_then = answer.target_lead.known_beats
    return _struck(answer.target_lead.bar.notes, known_then) == _struck(ask.bar.notes, known_then)


def merged(kept: tuple[Part, ...], new: tuple[Part, ...], from_beats: float) -> tuple[Part, ...]:
    """One answer of what was promised and what was thought anew, part by part; parts of the same name become one.

    What was promised is not touched: a new note that begins while a kept one of the same pitch and part still sounds
    gives way (the pitch is sounding already), and so does one that begins before `from_beats`. Raises Internal: more
    notes than a bar may have.
    """
    pairs: dict[str, list[tuple[Note, Note]]] = {part.name: [] for part in (*new, *kept)}
    for part in kept:
        pairs[part.name].extend(part.pairs)
    sounding = {name: tuple(struck for struck, _ in promised_pairs) for name, promised_pairs in pairs.items()}
    for part in new:
        pairs[part.name].extend(
            (struck, meant)
            for struck, meant in part.pairs
            if not _begins_before(struck, from_beats) and not _is_sounding(struck, sounding[part.name])
        )
    if sum(map(len, pairs.values())) > MAX_NOTES:
        raise Internal(f"the model wrote more than {MAX_NOTES} notes in one bar")
    return tuple(Part.of_pairs(name, of_part) for name, of_part in pairs.items())


def _begins_before(note: Note, beats: float) -> bool:
    return note.onset_beats < beats - WIRE_TOLERANCE_BEATS


def _is_sounding(note: Note, promised_notes: tuple[Note, ...]) -> bool:
    return any(
        held.pitch_midi == note.pitch_midi
        and held.onset_beats <= note.onset_beats < held.end_beats - WIRE_TOLERANCE_BEATS
        for held in promised_notes
    )


def _struck(notes: tuple[Note, ...], until_beats: float) -> set[tuple[int, float]]:
    return {(n.pitch_midi, n.onset_beats) for n in notes if _begins_before(n, until_beats)}
