"""A MIDI file as sound: played by a sampler, brought to a sensible loudness, encoded as WAV, FLAC or MP3.

The sampler is the package midirenderer (MIT; RustySynth inside), its samples are the sound font TimGM6mb, which
pretty_midi brings along (6 MB, by Tim Brechbill, GPL-2: it is read where pip put it, and not part of this project),
or any other SF2 file. libsndfile, by soundfile's wheels, encodes. No system library, no DAW, no sound card.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from bridge.errors import InputError
from bridge.files import write_atomically
from bridge.music.lead import find_lead
from bridge.music.midi import read_song
from bridge.music.song import Song
from bridge.music.stage import alone, lead_to_balance, staged
from bridge.offline.loudness import RATE_HZ, Levels, Samples, loudness, measure

KINDS = {"wav": "PCM_16", "flac": "PCM_16", "mp3": "MPEG_LAYER_III"}
"""Kind of file, as its suffix says -> how libsndfile calls its encoding."""
TARGET_LUFS = -16.0
"""As music is streamed; an accompaniment that is thinner than a mastered song rarely gets closer to full scale."""
CEILING_DBFS = -1.0
"""No sample is higher: an MP3 decoder may overshoot what went in by some tenths of a decibel."""
LEAD_OVER_LU, MOST_LEAD_GAIN_DB = 1.5, 18.0
"""How far a lead stands over what accompanies it, at least, and by how much it is raised to that, at most."""
MAX_SECONDS = 30 * 60.0
QUIETER = (127, 76, 45)
"""Expression of a first, second and third try, should the sampler itself have reached full scale."""


@dataclass(frozen=True)
class Sound:
    """Stereo at 48 kHz, and its levels."""

    samples: Samples
    levels: Levels
    lead_gain_db: float = 0.0
    """By how much the lead was raised against the rest."""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / RATE_HZ


def check_kind(path: Path) -> str:
    """The kind of file that a name asks for. Raises InputError: none of ours, or sound cannot be made here."""
    kind = path.suffix[1:].lower()
    if kind not in KINDS:
        raise InputError(f"sound is written as .wav, .flac or .mp3, not {path.name}")
    for package in ("midirenderer", "soundfile"):
        if find_spec(package) is None:
            raise InputError(f"sound needs the package {package}, which is not here: python -m pip install {package}")
    return kind


def check_length(song: Song) -> None:
    """Raises InputError: the song is too long for a sound file."""
    seconds = song.seconds_at(song.length_beats)
    if seconds > MAX_SECONDS:
        raise InputError(f"the song is {seconds / 60:.0f} minutes long; sound is made of at most {MAX_SECONDS / 60:g}")


def play(data: bytes, font: Path | None = None) -> Sound:
    """A MIDI file as sound, every instrument at its place, at -16 LUFS or as loud as -1 dBFS lets it be.

    Beside parts of ours a lead is raised to 1.5 LU over all of them together, unless the file sets its level.

    font  an SF2 file; None: the one that comes along

    Raises InputError: no MIDI file, longer than half an hour, or a sound font that cannot be read.
    """
    check_length(read_song(data))
    font_bytes = _font(font)
    lead = lead_to_balance(data)
    samples, solo = np.zeros((1, 2), np.float32), None
    for expression in QUIETER:
        ready = staged(data, expression)
        samples = _rendered(font_bytes, ready)
        if np.abs(samples).max(initial=0.0) < 0.999:
            solo = _as_long(_rendered(font_bytes, alone(ready, lead)), samples) if lead is not None else None
            break
    gain_db = _lead_gain_db(samples, solo) if solo is not None else 0.0
    if solo is not None and gain_db > 0:
        samples += solo * np.float32(10 ** (gain_db / 20) - 1)
    return replace(mastered(samples), lead_gain_db=gain_db)


def _lead_gain_db(samples: Samples, solo: Samples) -> float:
    """How much a lead is to be raised: a sampler adds its voices up, so the rest is the whole without the lead."""
    over_lu = loudness(solo) - loudness(samples - solo)
    return float(np.clip(LEAD_OVER_LU - over_lu, 0.0, MOST_LEAD_GAIN_DB)) if np.isfinite(over_lu) else 0.0


def levels_of_tracks(
    data: bytes, font: Path | None = None, lead_gain_db: float = 0.0
) -> tuple[tuple[str, Levels], ...]:
    """Name and levels of each track when it plays alone, the lead first, if there is one, and all the others together
    last; before the one gain of the whole. Raises InputError, as `play`."""
    song = read_song(data)
    font_bytes, ready = _font(font), staged(data)
    is_pitched = any(track.notes and not track.is_drum for track in song.tracks)
    lead = find_lead(song).track if is_pitched else 0
    others = [number for number in range(len(song.tracks)) if number != lead]
    solo = _rendered(font_bytes, alone(ready, lead))
    found = [(lead, measure(solo * np.float32(10 ** (lead_gain_db / 20))))]
    together = np.zeros_like(solo)
    for number in others:
        samples = _as_long(_rendered(font_bytes, alone(ready, number)), solo)
        together += samples
        found.append((number, measure(samples)))
    named = tuple((song.tracks[number].name or f"track {number + 1}", levels) for number, levels in found)
    return (*named, ("together", measure(together))) if len(others) > 1 else named


def decoded(data: bytes) -> Samples:
    """The samples of a sound file, shape (frames, channels). Raises InputError: at another rate than 48 kHz."""
    import soundfile

    samples, rate_hz = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    if rate_hz != RATE_HZ:
        raise InputError(f"the sound is at {rate_hz} Hz; {RATE_HZ} is wanted")
    return np.asarray(samples, np.float32)


def mastered(samples: Samples) -> Sound:
    """The sound by one gain brought to -16 LUFS, or as near as its peak lets it: nothing is squeezed or clipped."""
    levels = measure(samples)
    if levels.loudness_lufs == -np.inf:
        return Sound(samples, levels)
    return _amplified(samples, levels, min(TARGET_LUFS - levels.loudness_lufs, CEILING_DBFS - levels.peak_dbfs))


def equally_loud(sounds: Sequence[Sound]) -> tuple[Sound, ...]:
    """The sounds, each as loud as the quietest of them, so that whoever compares them does not compare levels."""
    least_lufs = min((s.levels.loudness_lufs for s in sounds if np.isfinite(s.levels.loudness_lufs)), default=0.0)
    return tuple(
        _amplified(sound.samples, sound.levels, least_lufs - sound.levels.loudness_lufs)
        if sound.levels.loudness_lufs > least_lufs
        else sound
        for sound in sounds
    )


def encoded(sound: Sound, kind: str) -> bytes:
    """The bytes of a file of that kind (a key of KINDS)."""
    import soundfile

    out = io.BytesIO()
    how = {"bitrate_mode": "VARIABLE", "compression_level": 0.2} if kind == "mp3" else {}
    soundfile.write(out, sound.samples, RATE_HZ, format=kind.upper(), subtype=KINDS[kind], **how)
    return out.getvalue()


def write_sound(path: Path, data: bytes, font: Path | None = None) -> Sound:
    """Play a MIDI file into a sound file, of the kind that its name says. Raises InputError."""
    kind = check_kind(path)
    sound = play(data, font)
    write_atomically(path, encoded(sound, kind))
    return sound


def described(sound: Sound) -> str:
    """Length, peak and loudness in a line for people."""
    minutes, seconds = divmod(round(sound.seconds), 60)
    levels = sound.levels
    return f"{minutes}:{seconds:02d}, peak {levels.peak_dbfs:.1f} dBFS, loudness {levels.loudness_lufs:.1f} LUFS"


def _as_long(samples: Samples, other: Samples) -> Samples:
    """The samples, as many as the other has: a sampler rounds the length of a song by a sample."""
    missing = max(len(other) - len(samples), 0)
    return np.pad(samples[: len(other)], ((0, missing), (0, 0)))


def _amplified(samples: Samples, levels: Levels, gain_db: float) -> Sound:
    louder = (samples * np.float32(10 ** (gain_db / 20))).astype(np.float32)
    return Sound(louder, Levels(levels.peak_dbfs + gain_db, levels.loudness_lufs + gain_db))


def _font(font: Path | None) -> bytes:
    if font is None:
        spec = find_spec("pretty_midi")
        assert spec is not None, "a dependency of this package"
        assert spec.origin is not None
        font = Path(spec.origin).with_name("TimGM6mb.sf2")
        if not font.is_file():
            raise InputError("pretty_midi brought no sound font along; name one: --soundfont FILE.sf2")
    try:
        return font.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {font}: {error.strerror or error}") from error


def _rendered(font: bytes, data: bytes) -> Samples:
    import midirenderer

    try:
        wave = midirenderer.render_wave_from(font, data)
    except (RuntimeError, ValueError) as error:
        raise InputError(f"the sampler cannot play this: {error}") from error
    return decoded(wave)
