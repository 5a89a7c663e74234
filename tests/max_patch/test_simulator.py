"""The shipped device in a simulated set against the real bridge over real UDP: music of every kind, always in time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from max_patch.build.simulator.server import Bridge
from max_patch.build.simulator.world import World
from tests.max_patch.simulated import (
    BAR,
    BOTH_MODES,
    DEVICE,
    SIMULATED,
    answered,
    as_clip,
    assert_in_time,
    bars_played,
    lead_notes,
    metres,
    note_ons,
    ready,
    song,
    stopped,
    tracks_of,
)

pytestmark = SIMULATED


def test_64_bars_played_live(bridge: Bridge) -> None:
    with World(1, bridge) as world:
        device = ready(world, Seed_Lock=1)
        world.transport.start(0)
        world.run_to(66 * BAR)
        stopped(world)
        assert_in_time(world, device)
        played = bars_played(device)
        assert [bar for bar in range(2, 66) if not played[bar * BAR]] == []
        wanted = {key for key in answered(world.network) if 2 <= key[0] < 66}
        heard = {(round(n.bar_start) // BAR, round((n.ticks - n.bar_start) / 40), n.pitch) for n in note_ons(device)}
        assert wanted <= heard
        assert device.controls["Bars Lost"].value == 0
        assert device.controls["Bars Late"].value <= 1  # the very first answer, where the bridge had yet to warm up


def test_64_bars_of_a_clip(bridge: Bridge) -> None:
    with World(2, bridge, tracks_of("clip")) as world:
        device = ready(world, Seed_Lock=1)
        world.run(3)  # it reads the first bars while the song stands
        world.transport.start(0)
        world.run_to(3 * BAR)
        assert device.reads("advice") == "Accompanying the clip"
        world.run_to(66 * BAR)
        stopped(world)
        assert_in_time(world, device)
        played = bars_played(device)
        assert [bar for bar in range(66) if not played[bar * BAR]] == []
        assert note_ons(device)[0].ticks <= 10, "even the very first chord is in time"
        assert device.controls["Bars Lost"].value == 0
        assert device.controls["Bars Late"].value == 0


def test_an_arrangement_whose_lead_s_clips_leave_a_gap(bridge: Bridge) -> None:
    lead = [n for n in lead_notes(song("ode-to-joy")) if n.ticks < 4 * BAR]
    first = as_clip(lead, 16, looping=False, start_time=0, end_time=16, end_marker=16)
    second = {**first, "start_time": 32, "end_time": 48}
    tracks = {
        "tracks": [
            {"name": "2-Piano", "slots": [None], "routing": "1-Lead"},
            {"name": "1-Lead", "slots": [None], "arranged": [first, second]},
        ]
    }
    with World(15, bridge, tracks) as world:
        device = ready(world)
        world.run(3)
        world.set_lead([*lead, *(replace(n, ticks=n.ticks + 8 * BAR) for n in lead)])
        world.transport.start(0)
        seen = []
        for bar in range(13):
            world.run_to(bar * BAR + 900)
            seen.append(device.reads("advice"))
        stopped(world)
        assert_in_time(world, device)
        assert set(seen[:4] + seen[8:12]) == {"Accompanying the clip"}
        assert "Accompanying the clip" not in seen[4:8] + seen[12:]
        assert {bar * BAR for bar in (0, 1, 2, 3, 8, 9, 10, 11)} <= set(bars_played(device))


def test_a_song_of_the_corpus_at_its_own_tempo(bridge: Bridge, corpora) -> None:  # type: ignore[no-untyped-def]
    from bridge.music.midi import read_song

    real = read_song((corpora / "pop909" / "001.mid").read_bytes())
    with World(3, bridge) as world:
        world.set_lead(lead_notes(real))
        device = world.add(DEVICE)
        world.run(1.0)
        world.transport.set_tempo(real.tempo_at(0))
        world.transport.start(0)
        world.run_to(66 * BAR)
        stopped(world)
        assert_in_time(world, device)
        assert len(bars_played(device)) >= 60


@BOTH_MODES
def test_tempo_changes(bridge: Bridge, mode: str) -> None:
    with World(4, bridge, tracks_of(mode)) as world:
        device = ready(world, Every_Beat=1)
        world.transport.start(0)
        for bar, tempo in ((4, 90), (6.3, 180), (9.77, 61.5), (11.5, 240), (15, 120)):
            world.run_to(bar * BAR)
            world.transport.set_tempo(tempo)
        for _ in range(40):  # an automation ramp
            world.run(0.05)
            world.transport.set_tempo(world.transport.tempo - 1)
        world.run_to(20 * BAR)
        stopped(world)
        assert_in_time(world, device)
        assert [bar for bar in range(2, 20) if not bars_played(device)[bar * BAR]] == []


@BOTH_MODES
@pytest.mark.parametrize(("name", "counts_naively"), [("greensleeves", False), ("amazing-grace", True)])
def test_64_bars_with_a_pickup_and_changes_of_metre(bridge: Bridge, mode: str, name: str, counts_naively: bool) -> None:
    lead = song(name)
    with World(5, bridge, tracks_of(mode, name, laps=2)) as world:
        world.transport.metres = metres(lead, laps=2)
        world.transport.counts_naively = counts_naively
        world.set_lead(lead_notes(lead, laps=2))
        device = world.add(DEVICE)
        world.run(1.0)
        world.transport.set_tempo(60)
        world.transport.start(0)
        length = round(lead.length_beats * 480)
        world.run_to(2 * length - 10)
        stopped(world)
        lines = [round(lap * length + bar.start_beats * 480) for lap in range(2) for bar in lead.bars]
        assert_in_time(world, device, {line: number for number, line in enumerate(lines)})
        played = bars_played(device)
        assert sum(not played[line] for line in lines) <= 4  # what is heard before it is accompanied


@BOTH_MODES
def test_loops_seeks_stops_and_starts_inside_a_bar(bridge: Bridge, mode: str) -> None:
    with World(6, bridge, tracks_of(mode)) as world:
        device = ready(world, tempo=120)
        world.transport.set_loop((4 * BAR, 6 * BAR))
        world.transport.start(2 * BAR + 700)
        world.run(20)
        assert 4 * BAR <= world.transport.ticks <= 6 * BAR
        looped = bars_played(device, world.clock.now_ms - 8000)
        assert set(looped) == {4 * BAR, 5 * BAR}
        world.transport.set_loop(None)
        for ticks in (10 * BAR, 3 * BAR + 333, 3 * BAR + 340, 30 * BAR + 1900, 0):
            world.transport.jump(ticks)
            world.run(3.1)
        for ticks in (5 * BAR + 1, 7 * BAR + 1919, 7 * BAR, 7 * BAR):
            world.transport.stop()
            world.run(0.7)
            assert not any(device.sounding.values()), "Stop silences at once"
            world.transport.start(ticks)
            world.run(4.3)
        world.transport.set_loop((8 * BAR + 480, 8 * BAR + 960))  # one beat
        world.transport.jump(8 * BAR)
        world.run(6)
        stopped(world)
        assert_in_time(world, device)
