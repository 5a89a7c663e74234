"""The band's harmony, bass and pad by musical rule: which chord holds from where to where, and who plays what of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bridge.model.accompanist import Request
from bridge.model.progression import given_chords
from bridge.music.chords import Chord, parse
from bridge.music.metre import STEPS_PER_BEAT, beats_of, step_of
from bridge.music.note import Note, by_onset
from bridge.music.spelling import spell

BASS_RANGE = (28, 55)
PAD_RANGE = (52, 81)
ROOM = 48
"""Beside a bass the piano stays above this: two instruments below C3 are mud."""
BASS_CENTRE, PAD_CENTRE = 40, 64
PAD_BELOW_LEAD = 4
"""The top of the pad tries to stay so many semitones below where the lead mostly is."""
PAD_LOUDNESS, BASS_LOUDNESS = 0.68, 1.04


@dataclass(frozen=True, slots=True)
class Stretch:
    """A chord and where in the bar it holds, in beats from the bar line."""

    start_beats: float
    end_beats: float
    chord: Chord
    loudness: float


def harmony_of(request: Request, notes: Sequence[Note]) -> tuple[Stretch, ...]:
    """The chords of a bar, each until the next: those of a given progression, else those that the notes spell. Where
    they are no chord (one line), the lead that is known helps to name one, and if that does not do either, it is the
    lowest note and its fifth."""
    if not notes:
        return ()
    lead = request.target_lead.bar.notes if request.target_lead else ()
    chords = list(given_chords(request))
    if not chords:
        named = spell(notes, request.metre) or spell((*notes, *lead), request.metre)
        chords = [(beats, parse(name)) for beats, name in named]
    if not chords:
        lowest = min(notes, key=lambda note: note.pitch_midi)
        chords = [(min(note.onset_beats for note in notes), Chord(lowest.pitch_class, "5"))]
    loudness = sum(note.velocity_midi for note in notes) / len(notes)
    ends = [beats for beats, _ in chords[1:]] + [request.metre.length_beats]
    return tuple(Stretch(start, end, chord, loudness) for (start, chord), end in zip(chords, ends, strict=True))


def without_low(piano: Sequence[Note], request: Request) -> tuple[Note, ...]:
    """The piano with room for a bass below it: what lies under C3 is left out, or lies octaves higher if that was all
    that it played. Where the register ends below C4 there is no room to make, and it stays as it is."""
    _, high = request.controls.register
    if high < ROOM + 12:
        return tuple(piano)
    above = tuple(note for note in piano if note.pitch_midi >= ROOM)
    if above:
        return above
    raised = {(n.onset_beats, _raised(n.pitch_midi)): replace(n, pitch_midi=_raised(n.pitch_midi)) for n in piano}
    return tuple(sorted(raised.values(), key=by_onset))


def bass_line(
    request: Request, stretches: Sequence[Stretch], piano: Sequence[Note], last: Sequence[Note]
) -> tuple[Note, ...]:
    """The root (or the chord's own bass) where a chord begins, and between the piano's low notes where they are chord
    tones on a pulse or half of one. Each note is held until the next."""
    if not stretches:
        return ()
    low, high = register_of(request, BASS_RANGE)
    struck: dict[int, tuple[int, float]] = {}
    for note in _lowest_at_each_onset(piano):
        stretch = next((s for s in stretches if s.start_beats <= note.onset_beats < s.end_beats), None)
        half_steps = max(round(request.metre.pulse_beats * STEPS_PER_BEAT / 2), 1)
        is_tone = stretch is not None and note.pitch_class in stretch.chord.pitch_classes
        if is_tone and note.pitch_midi < BASS_RANGE[1] and step_of(note.onset_beats) % half_steps == 0:
            struck[step_of(note.onset_beats)] = (note.pitch_class, note.velocity_midi)
    for stretch in stretches:
        root = stretch.chord.bass if stretch.chord.bass is not None else stretch.chord.root
        _, velocity = struck.get(step_of(stretch.start_beats), (root, stretch.loudness))
        struck[step_of(stretch.start_beats)] = (root, velocity)
    from_step = step_of(request.from_beats)
    if from_step and not last and not any(step == from_step for step in struck):
        for stretch in stretches:  # nothing was promised yet: it comes in where it is asked to, and not a chord later
            if stretch.start_beats < request.from_beats < stretch.end_beats:
                struck[from_step] = (stretch.chord.root, stretch.loudness)
    previous = last[-1].pitch_midi if last else BASS_CENTRE
    steps = sorted(struck)
    line: list[Note] = []
    for step, end in zip(steps, [*steps[1:], request.metre.length_steps], strict=True):
        pitch_class, velocity = struck[step]
        pitch = _nearest((pitch_class,), low, high, previous, BASS_CENTRE)
        line.append(Note(pitch, beats_of(step), beats_of(end - step), _loud(velocity * BASS_LOUDNESS)))
        if step >= from_step:
            previous = pitch
    return tuple(line)


def below(bass: Sequence[Note], piano: Sequence[Note], request: Request) -> tuple[Note, ...]:
    """The bass, an octave lower where it would lie on or above what the piano plays at the time, as far as the register
    reaches."""
    low, _ = register_of(request, BASS_RANGE)

    def lowered(note: Note) -> Note:
        over = min(
            (n.pitch_midi for n in piano if n.onset_beats < note.end_beats and n.end_beats > note.onset_beats),
            default=128,
        )
        pitch = note.pitch_midi
        return replace(note, pitch_midi=pitch - 12) if over <= pitch and pitch - 12 >= low else note

    return tuple(lowered(note) for note in bass)


def pad_chords(request: Request, stretches: Sequence[Stretch], last: Sequence[Note]) -> tuple[Note, ...]:
    """Three or four chord tones close together and close to the ones before, held for as long as they belong to the
    chord: a tone that two chords share is not struck again."""
    if not stretches or request.from_beats >= request.metre.length_beats:
        return ()
    low, high = register_of(request, PAD_RANGE)
    lead = next((bar.bar.notes for bar in reversed(request.lead) if bar.bar.notes), ())
    ceiling = sum(n.pitch_midi for n in lead) / len(lead) - PAD_BELOW_LEAD if lead else 127.0
    end_of_last = max((note.onset_beats for note in last), default=0.0)
    previous = [note.pitch_midi for note in last if note.onset_beats >= end_of_last]
    held: dict[int, Note] = {}
    done: list[Note] = []
    for stretch in stretches:
        start_beats = max(stretch.start_beats, beats_of(step_of(request.from_beats)))
        if start_beats >= stretch.end_beats:
            continue  # it is over: what sounded then was promised then
        voices = _pad_voices(stretch.chord, low, high, previous, ceiling)
        for pitch in [pitch for pitch in held if pitch not in voices]:
            done.append(held.pop(pitch))
        for pitch in voices:
            begun = held.get(pitch)
            onset = begun.onset_beats if begun else start_beats
            held[pitch] = Note(pitch, onset, stretch.end_beats - onset, _loud(stretch.loudness * PAD_LOUDNESS))
        previous = list(voices)
    return tuple(sorted([*done, *held.values()], key=by_onset))


def _pad_voices(chord: Chord, low: int, high: int, previous: Sequence[int], ceiling: float) -> tuple[int, ...]:
    tones = [tone for place, tone in enumerate(chord.tones) if len(chord.tones) < 5 or place != 2]
    found = [pitch for pitch in range(low, high + 1) if pitch % 12 in tones]
    if not found:
        return (_nearest(tones, low, high, PAD_CENTRE, PAD_CENTRE),)
    count = min(max(len(tones), 3), 4)
    chords = [tuple(found[at : at + count]) for at in range(max(len(found) - count + 1, 1))]

    def effort(pitches: tuple[int, ...]) -> float:
        moved = sum(min(abs(p - q) for q in previous) for p in pitches) if previous else 0
        middle = sum(pitches) / len(pitches)
        return moved + 0.7 * abs(middle - PAD_CENTRE) + 1.5 * max(pitches[-1] - ceiling, 0)

    return min(chords, key=effort)


def _lowest_at_each_onset(notes: Iterable[Note]) -> list[Note]:
    lowest: dict[float, Note] = {}
    for note in notes:
        if note.onset_beats not in lowest or note.pitch_midi < lowest[note.onset_beats].pitch_midi:
            lowest[note.onset_beats] = note
    return [lowest[onset] for onset in sorted(lowest)]


def register_of(request: Request, own: tuple[int, int]) -> tuple[int, int]:
    """An instrument's register inside the player's, an octave at least where the player's has one; where the two do not
    meet, the octave that comes nearest to the instrument's."""
    low, high = request.controls.register
    if low > own[1]:
        return low, min(high, low + 11)
    if high < own[0]:
        return max(low, high - 11), high
    lowest, highest = max(low, own[0]), min(high, own[1])
    return max(low, min(lowest, highest - 11)), min(high, max(highest, lowest + 11))


def _nearest(pitch_classes: Sequence[int], low: int, high: int, previous: int, centre: int) -> int:
    """The pitch of one of the classes nearest to the previous one and to the middle; if the register has none, the
    pitch of the register that is fewest semitones above one."""
    found = [pitch for pitch in range(low, high + 1) if pitch % 12 in pitch_classes]
    if found:
        return min(found, key=lambda p: abs(p - previous) + 0.5 * abs(p - centre))
    return min(range(low, high + 1), key=lambda p: (min((p - c) % 12 for c in pitch_classes), abs(p - previous)))


def _raised(pitch: int) -> int:
    return pitch + 12 * -(-(ROOM - pitch) // 12) if pitch < ROOM else pitch


def _loud(velocity: float) -> int:
    return min(max(round(velocity), 1), 127)
