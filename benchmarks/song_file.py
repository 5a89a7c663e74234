"""A song of 80 bars from file to file: the whole command, its start included."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import mido

from benchmarks.bridges import ROOT
from benchmarks.players import leads
from benchmarks.result import Result, Settings, quantile

BARS = 80
TICKS_PER_BEAT = 480


def run(settings: Settings) -> Result:
    """`obbligato accompany` on 80 bars of the bundled leads."""
    from bridge.model.registry import BUILT_IN

    result = Result(
        "An 80-bar song from file",
        "`obbligato accompany LEAD.mid -o OUT.mid`, the process's start and both files included.",
        ("model", "runs", "median s", "slowest s"),
        goal="2 s",
    )
    with tempfile.TemporaryDirectory() as folder:
        lead, out = Path(folder) / "lead.mid", Path(folder) / "out.mid"
        write_lead(lead)
        for model in [settings.model, *(name for name in BUILT_IN if name != settings.model)]:
            command = [sys.executable, "-m", "bridge.cli", "accompany", str(lead), "-o", str(out), "--model", model]
            took_s = []
            for _ in range(settings.samples(5)):
                began_s = time.perf_counter()
                subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
                took_s.append(time.perf_counter() - began_s)
            result.rows.append((model, len(took_s), quantile(took_s, 0.5), max(took_s)))
    return result


def write_lead(path: Path) -> None:
    """80 bars of 4/4 at 120 bpm."""
    bars = leads()
    track = mido.MidiTrack([mido.MetaMessage("track_name", name="Lead"), mido.MetaMessage("time_signature")])
    events: list[tuple[int, str, int, int]] = []
    for number in range(BARS):
        for note in bars[number % len(bars)].notes:
            start = round((4 * number + note.onset_beats) * TICKS_PER_BEAT)
            end = start + max(round(min(note.duration_beats, 4 - note.onset_beats) * TICKS_PER_BEAT) - 1, 1)
            events += [(start, "note_on", note.pitch_midi, note.velocity_midi), (end, "note_off", note.pitch_midi, 0)]
    now = 0
    for tick, kind, pitch, velocity in sorted(events):
        track.append(mido.Message(kind, note=pitch, velocity=velocity, time=tick - now))
        now = tick
    mido.MidiFile(type=0, tracks=[track], ticks_per_beat=TICKS_PER_BEAT).save(path)
