"""Sets and leads for the simulator, and what must be true of everything a device plays."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bridge.leads import lead_path
from bridge.music.lead import find_lead
from bridge.music.midi import read_song
from bridge.music.song import Song
from max_patch.build.simulator.device import Device, Played
from max_patch.build.simulator.network import Network
from max_patch.build.simulator.world import LeadNote, World

PACKAGE = Path(__file__).resolve().parents[2] / "max_patch"
DEVICE = PACKAGE / "devices" / "Obbligato.amxd"
BAR = 1920
SLOT = 10
STEP = 40
BOTH_MODES = pytest.mark.parametrize("mode", ["live", "clip"])
SIMULATED = [
    pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed: the devices were not run"),
    pytest.mark.timeout(400),  # seconds are enough; a machine that does ten other things needs more
]
"""What every module that runs the simulator marks its tests with."""


def song(name: str) -> Song:
    """A bundled lead."""
    return read_song(lead_path(name).read_bytes())


def lead_notes(of: Song, laps: int = 1) -> list[LeadNote]:
    """A song's lead in ticks, so often one after the other."""
    melody = of.tracks[find_lead(of).track]
    length = round(of.length_beats * 480)
    return [
        LeadNote(
            lap * length + round(n.onset_beats * 480), n.pitch_midi, n.velocity_midi, round(n.duration_beats * 480) - 2
        )
        for lap in range(laps)
        for n in melody.notes
    ]


def metres(of: Song, laps: int = 1) -> list[tuple[int, int, int]]:
    """A song's metres in ticks, as the transport wants them."""
    rows: list[tuple[int, int, int]] = []
    length = round(of.length_beats * 480)
    for lap in range(laps):
        for bar in of.bars:
            metre = (bar.metre.numerator, bar.metre.denominator)
            if not rows or rows[-1][1:] != metre:
                rows.append((lap * length + round(bar.start_beats * 480), *metre))
    return rows


def as_clip(notes: list[LeadNote], beats: float, **more: Any) -> dict[str, Any]:
    """A lead as the clip of a session slot."""
    made = {
        "notes": [
            {
                "pitch": n.pitch,
                "start_time": n.ticks / 480,
                "duration": n.duration_ticks / 480,
                "velocity": n.velocity,
                "mute": 0,
            }
            for n in notes
        ],
        "looping": True,
        "loop_start": 0,
        "loop_end": beats,
    }
    return {**made, **more}


def note_ons(device: Device, since_ms: float = 0.0) -> list[Played]:
    """What began to sound."""
    return [note for note in device.out if note.velocity and note.at_ms >= since_ms]


def answered(network: Network) -> dict[tuple[int, int, int], set[int]]:
    """(bar, grid step, pitch) -> velocities, of every note of every answer that came through."""
    found: dict[tuple[int, int, int], set[int]] = {}
    for message in network.received:
        if message[0] == "/accompaniment":
            for at in range(9, len(message), 4):
                pitch, onset, _, velocity = message[at : at + 4]
                key = (int(message[3]), round(float(onset) * 12), int(pitch))
                found.setdefault(key, set()).add(int(velocity))
    return found


def assert_in_time(world: World, device: Device, bar_numbers: dict[int, int] | None = None) -> None:
    """Every note sounded on the grid step that an answer for its bar gave it (a slot late at most after a jump), while
    the song played, and ended by its bar's end; no note hangs.

    bar_numbers: start of a bar in ticks -> its number on the wire; without it, bars of 4/4 are counted.
    """
    wanted = answered(world.network)
    for note in note_ons(device):
        number = bar_numbers[round(note.bar_start)] if bar_numbers is not None else round(note.bar_start) // BAR
        into = note.ticks - note.bar_start
        step = int((into + 1e-6) // STEP)
        assert into - step * STEP <= SLOT + 1e-6, f"{note} is off the grid"
        assert note.velocity in wanted.get((number, step, note.pitch), ()), f"{note} was never asked for"
        assert note.is_playing, f"{note} sounded while the song stood"
    assert not any(device.sounding.values()), f"hanging: {device.sounding}"
    _assert_ends(device)


def _assert_ends(device: Device) -> None:
    begun: dict[int, Played] = {}
    for note in device.out:
        if note.velocity:
            assert note.pitch not in begun, f"{note} began twice"
            begun[note.pitch] = note
        else:
            begun.pop(note.pitch, None)


def bars_played(device: Device, since_ms: float = 0.0) -> Counter[int]:
    """Start of a bar in ticks -> how many notes began in it."""
    return Counter(round(note.bar_start) for note in note_ons(device, since_ms))


def tracks_of(mode: str, name: str = "ode-to-joy", laps: int = 1) -> dict[str, Any]:
    """A set whose second track is the lead: with its clip playing, or with none."""
    lead = song(name)
    clip = as_clip(lead_notes(lead, laps), lead.length_beats * laps) if mode == "clip" else None
    return {
        "tracks": [
            {"name": "2-Piano", "slots": [None] * 4, "routing": "1-Lead"},
            {"name": "1-Lead", "slots": [clip, None], "playing": 0 if clip else -1},
        ]
    }


def ready(world: World, tempo: float = 60.0, **controls: float) -> Device:
    """A device in the set, connected, with a lead at its ear. The song is slow, so that a bridge on a busy machine has
    real milliseconds enough: nothing here asserts its speed."""
    world.transport.set_tempo(tempo)
    world.set_lead(lead_notes(song("ode-to-joy"), laps=3))
    device = world.add(DEVICE, **controls)
    world.run(1.0)
    assert device.reads("advice") == "Connected: press play"
    return device


def stopped(world: World) -> None:
    """Stop, and let everything that could hang do so."""
    world.transport.stop()
    world.run(5.0)
