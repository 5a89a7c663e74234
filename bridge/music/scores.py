"""Written music in: MusicXML (plain or compressed) and ABC become a Song. music21 reads; it is loaded for nothing else.

Repeats are played out unless asked otherwise, ties joined, grace notes and chord symbols left out, transposing
instruments sound as they sound. Written music has no loudness of its own here: every note has the same velocity.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from bridge.errors import InputError, InvalidBar
from bridge.music.barlines import SIXTEENTHS_PER_BEAT, equal_metre, lay_bars
from bridge.music.metre import MAX_TEMPO_BPM, MIN_TEMPO_BPM, Metre
from bridge.music.note import MAX_DURATION_BEATS, Note, by_onset
from bridge.music.song import DEFAULT_TEMPO_BPM, KeyChange, Song, TempoChange, Track

VELOCITY = 80
MINOR_MODES = frozenset({"minor", "aeolian", "dorian", "phrygian", "locrian"})
MAX_BYTES = 32 * 2**20
ABC_FIELD = re.compile(rb"^\s*(?:%[^\n]*\n\s*)*X:\s*\d+", re.MULTILINE)


def kind_of(data: bytes) -> str | None:
    """`musicxml` or `abc` if the bytes look like it, by their content and not by a name; None for anything else."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf")
    if data.startswith(b"PK\x03\x04"):
        return "musicxml"
    if b"<score-partwise" in head or b"<score-timewise" in head or head.lstrip().startswith(b"<?xml"):
        return "musicxml"
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") and "<score-" in head.decode("utf-16", "ignore"):
        return "musicxml"
    return "abc" if ABC_FIELD.search(head) else None


def read_score(data: bytes, repeats: bool = True) -> Song:
    """The song in a MusicXML or ABC file: a track for each part, bars as they are written, a pickup short.

    repeats   False: every bar once, in the order in which it is written

    Raises InputError: not such a file, damaged, no notes, a metre that cannot be played, or music21 is not here.
    """
    kind = kind_of(data)
    if kind is None:
        raise InputError("this is neither MusicXML nor ABC")
    if len(data) > MAX_BYTES:
        raise InputError(f"the score is {len(data) / 2**20:.0f} MiB long; at most {MAX_BYTES >> 20} are read")
    text = _text(_unpacked(data) if data.startswith(b"PK") else data)
    try:
        from music21 import converter
    except ImportError:
        raise InputError("reading MusicXML or ABC needs music21: python -m pip install 'obbligato[formats]'") from None
    remarks: list[str] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about signs that make no sound
            score: Any = converter.parseData(text, format=kind)
        if "Opus" in score.classes:
            remarks.append(f"the file holds {len(score.scores)} tunes; the first is taken")
            score = score.scores[0]
        score = score.toSoundingPitch()
        parts = [_played_out(part, remarks) if repeats else part.stripTies() for part in (score.parts or [score])]
        tracks = tuple(_track(part) for part in parts)
    except InputError:
        raise
    except Exception as error:  # music21 raises whatever its parsing stumbles over
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise InputError(f"the score is damaged: {reason}") from error
    if not any(track.notes for track in tracks):
        raise InputError("the score has no notes")
    tracks = tuple(track for track in tracks if track.notes)
    end_beats = max(note.end_beats for track in tracks for note in track.notes)
    changes = list(_metres(parts[0]))
    bars, cut = lay_bars(changes, -(-round(end_beats * 48) // 12))
    return Song(bars, _tempos(score), _keys(parts[0]), tracks, (*dict.fromkeys(remarks), *cut))


def _unpacked(data: bytes) -> bytes:
    """The score inside a compressed MusicXML file: the one its container names, else the first that is there."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            wanted = [name for name in names if name.endswith((".xml", ".musicxml")) and "META-INF" not in name]
            if "META-INF/container.xml" in names:
                root = ElementTree.fromstring(archive.read("META-INF/container.xml"))
                wanted = [e.get("full-path", "") for e in root.iter() if e.tag.endswith("rootfile")] + wanted
            name = next((name for name in wanted if name in names), None)
            if name is None:
                raise InputError("the file is an archive without a score")
            if archive.getinfo(name).file_size > MAX_BYTES:
                raise InputError(f"the score is more than {MAX_BYTES >> 20} MiB long when unpacked")
            return archive.read(name)
    except (zipfile.BadZipFile, ElementTree.ParseError, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError(f"the compressed score is damaged: {error}") from error


def _text(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _played_out(part: Any, remarks: list[str]) -> Any:
    try:
        part = part.expandRepeats()
    except Exception:  # contradicting repeat signs: the notes are still worth reading
        remarks.append("the repeats contradict each other and are not played")
    return part.stripTies()


def _track(part: Any) -> Track:
    notes: list[Note] = []
    unpitched = 0
    flat = part.flatten()
    for element in flat.notes:
        length_beats = float(element.duration.quarterLength)
        if element.duration.isGrace or length_beats <= 0 or "Harmony" in element.classes:
            continue
        if "Unpitched" in element.classes or "PercussionChord" in element.classes:
            unpitched += 1
            continue
        onset_beats = float(element.offset)
        for pitch in element.pitches:
            if 0 <= pitch.midi <= 127:
                notes.append(Note(pitch.midi, onset_beats, min(length_beats, MAX_DURATION_BEATS), VELOCITY))
    instrument = part.getInstrument(returnDefault=True)
    program = instrument.midiProgram
    name = str(part.partName or instrument.partName or "").strip()
    return Track(name, program if program is not None else 0, False, tuple(sorted(notes, key=by_onset)))


def _metres(part: Any) -> Iterator[tuple[int, Metre]]:
    """(position in sixteenths, metre) of every measure: its time signature's if it is full, else one of its length."""
    measures = list(part.getElementsByClass("Measure"))
    signature = None
    for number, measure in enumerate(measures):
        signature = measure.timeSignature or signature
        after = measures[number + 1].offset if number + 1 < len(measures) else None
        length_beats = after - measure.offset if after is not None else None
        at = measure.offset * SIXTEENTHS_PER_BEAT
        if signature is None or at != int(at):
            continue
        full_beats = signature.barDuration.quarterLength
        if length_beats is None or length_beats == full_beats:
            yield int(at), _metre(signature.numerator, signature.denominator)
        elif length_beats > 0 and (length_beats * SIXTEENTHS_PER_BEAT) % 1 == 0:
            # a pickup, or a measure that a repeat cuts in two
            short = equal_metre(int(length_beats * SIXTEENTHS_PER_BEAT), 16)
            if short is not None:
                yield int(at), _plainest(short)


def _metre(numerator: int, denominator: int) -> Metre:
    try:
        return Metre(numerator, denominator)
    except InvalidBar as error:
        metre = equal_metre(numerator, denominator)
        if metre is None:
            raise InputError(f"the metre {numerator}/{denominator} cannot be played: {error.text}") from error
        return metre


def _plainest(metre: Metre) -> Metre:
    """The same length in quarters or eighths where it is a whole number of them."""
    for denominator in (4, 8):
        if metre.length_beats * denominator % 4 == 0:
            return Metre(int(metre.length_beats * denominator / 4), denominator)
    return metre


def _tempos(score: Any) -> tuple[TempoChange, ...]:
    tempos = [TempoChange(0.0, DEFAULT_TEMPO_BPM)]
    for start_beats, _, mark in score.metronomeMarkBoundaries():
        tempo_bpm = mark.getQuarterBPM()
        if tempo_bpm is None or tempo_bpm == tempos[-1].tempo_bpm:
            continue
        if not MIN_TEMPO_BPM <= tempo_bpm <= MAX_TEMPO_BPM:
            raise InputError(f"{tempo_bpm:g} bpm cannot be played: {MIN_TEMPO_BPM:g} to {MAX_TEMPO_BPM:g} can")
        if tempos[-1].at_beats == start_beats:
            tempos.pop()
        tempos.append(TempoChange(float(start_beats), float(tempo_bpm)))
    return tuple(tempos)


def _keys(part: Any) -> tuple[KeyChange, ...]:
    keys: list[KeyChange] = []
    for signature in part.flatten().getElementsByClass("KeySignature"):
        key = signature if "Key" in signature.classes else signature.asKey("major")
        change = KeyChange(float(signature.offset), key.tonic.pitchClass, key.mode not in MINOR_MODES)
        if keys and keys[-1].at_beats == change.at_beats:
            keys.pop()
        keys.append(change)
    return tuple(keys)
