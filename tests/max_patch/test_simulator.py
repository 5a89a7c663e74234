"""The shipped device in a simulated set against the real bridge over real UDP: always in time, nothing hangs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from max_patch.build.simulator.device import Device
from max_patch.build.simulator.server import Bridge
from max_patch.build.simulator.world import World
from tests.max_patch.simulated import (
    BAR,
    DEVICE,
    answered,
    as_clip,
    assert_in_time,
    bars_played,
    lead_notes,
    metres,
    note_ons,
    song,
)

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed: the devices were not run"),
    pytest.mark.timeout(400),  # seconds are enough; a machine that does ten other things needs more
]


@pytest.fixture(scope="module")
def bridge() -> Iterator[Bridge]:
    """One bridge for all that do not kill it."""
    running = Bridge()
    yield running
    running.close()


BOTH_MODES = pytest.mark.parametrize("mode", ["live", "clip"])


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


@BOTH_MODES
def test_a_bridge_that_is_killed_and_comes_back(mode: str) -> None:
    bridge = Bridge()
    with World(7, bridge, tracks_of(mode)) as world:
        device = ready(world, tempo=120)
        world.transport.start(0)
        world.run_to(8 * BAR + 700)
        world.kill_bridge()
        world.run(3)
        assert device.reads("advice") == f"No bridge on port {bridge.port}: type obbligato serve"
        assert device.reads("state") == "No bridge"
        world.run(2.3)
        world.restart_bridge()
        back_ms = world.clock.now_ms
        world.run(2)
        again = note_ons(device, back_ms)
        assert again, "music is back within 2 s"
        assert device.reads("state") == "Connected"
        world.run_to(20 * BAR)
        stopped(world)
        assert_in_time(world, device)
        assert bars_played(device)[19 * BAR]
    bridge.close()


@BOTH_MODES
def test_64_bars_with_a_fifth_of_all_packets_lost_and_a_tenth_twice(bridge: Bridge, mode: str) -> None:
    with World(8, bridge, tracks_of(mode)) as world:
        device = ready(world)
        world.network.loss, world.network.duplication = 0.2, 0.1
        world.transport.start(0)
        world.run_to(64 * BAR)
        world.network.loss = 0.0
        stopped(world)
        assert world.network.lost > 30
        assert_in_time(world, device)
        missing = [bar for bar in range(2, 64) if not bars_played(device)[bar * BAR]]
        assert len(missing) <= device.controls["Bars Lost"].value + device.controls["Bars Late"].value
        assert len(missing) <= 2


def test_two_devices_in_one_set(bridge: Bridge) -> None:
    with World(9, bridge) as world:
        first = ready(world)
        second = world.add(DEVICE)
        world.run(1.5)
        ports = [device.controls["Listening Port"].value for device in (first, second)]
        assert ports[0] != ports[1]
        world.transport.start(0)
        world.run_to(12 * BAR)
        stopped(world)
        for device in (first, second):
            assert_in_time(world, device)
            assert len(bars_played(device)) >= 10


def test_a_listening_and_a_playing_device(bridge: Bridge) -> None:
    with World(10, bridge) as world:
        world.set_lead(lead_notes(song("ode-to-joy")))
        listener = world.add(DEVICE, Role=1, Group=3)
        player = world.add(DEVICE, hears=False, Role=2, Group=3)
        world.run(1.5)
        assert listener.reads("advice") == "Listening for the Play device of group 3"
        assert player.reads("advice") == "Playing for the Listen device of group 3"
        world.transport.start(0)
        world.run_to(12 * BAR)
        stopped(world)
        assert_in_time(world, player)
        assert len(bars_played(player)) >= 10
        lead = [(n.ticks, n.pitch) for n in lead_notes(song("ode-to-joy")) if n.ticks < 12 * BAR]
        assert [(round(n.ticks), n.pitch) for n in note_ons(listener)] == lead, (
            "Listen lets the lead through, unchanged"
        )


def test_nothing_hangs_when_it_is_switched_off_deleted_or_in_panic(bridge: Bridge) -> None:
    with World(11, bridge) as world:
        device = ready(world)
        world.transport.start(0)
        for action in (lambda: device.enable(False), lambda: device.press("Panic"), lambda: device.press("Reset")):
            device.enable(True)
            world.run_to(world.transport.ticks + 4 * BAR)
            while not any(device.sounding.values()):
                world.run(0.05)
            action()
            world.run(0.05)
            assert not any(device.sounding.values())
        device.enable(True)
        world.run_to(world.transport.ticks + 4 * BAR)
        while not any(device.sounding.values()):
            world.run(0.05)
        device.delete()
        assert not any(device.sounding.values())
        assert_in_time(world, device)


def test_the_self_test_and_the_truth_without_a_bridge(bridge: Bridge) -> None:
    with World(12, bridge) as world:
        device = ready(world)
        device.press("Self-Test")
        world.run(3)
        assert device.reads("test result") == "PASS"
        assert [n.pitch for n in note_ons(device)] == [60, 64, 67, 72]
        assert not any(device.sounding.values())
        device.turn("Bridge Port", 9.0)
        world.run(3)
        assert device.reads("advice") == "No bridge on port 9: type obbligato serve"
        device.press("Self-Test")
        world.run(3)
        assert device.reads("test result") == "FAIL"
        device.turn("Bridge Port", float(bridge.port))
        world.run(3)
        assert device.reads("state") == "Connected"


def test_write_clip_fills_the_next_free_slot_and_overwrites_nothing(bridge: Bridge) -> None:
    lead = as_clip([n for n in lead_notes(song("ode-to-joy")) if n.ticks < 8 * BAR], 32)
    mine = as_clip([], 4)
    tracks = {
        "tracks": [
            {"name": "2-Piano", "slots": [mine, mine, None, None], "routing": "1-Lead"},
            {"name": "1-Lead", "slots": [lead, None, None, None]},
        ],
        "detail": [1, 0],
    }
    with World(13, bridge, tracks) as world:
        device = ready(world)
        device.press("Write Clip")
        world.run(2)
        assert device.reads("write result") == "done"
        assert device.reads("advice") == "The clip is written: undo takes it away"
        slots = device.script.live_set()["tracks"][0]["slots"]
        assert [bool(slot) and slot["loop_end"] for slot in slots] == [4, 4, 32, False]
        written = slots[2]["notes"]
        assert {int(note["start_time"] // 4) for note in written} == set(range(8))
        assert all(28 <= note["pitch"] <= 96 and note["start_time"] + note["duration"] <= 32.001 for note in written)
        device.press("Write Clip")
        world.run(2)
        device.press("Write Clip")
        world.run(2)
        assert device.reads("advice") == "No free slot on this track: add a scene"


def test_chords_are_shown_for_this_bar_and_the_next(bridge: Bridge) -> None:
    with World(14, bridge) as world:
        device = ready(world)
        world.transport.start(0)
        now, following = [], []
        for bar in range(3, 8):
            world.run_to(bar * BAR + 1900)
            now.append(device.reads("now 1"))
            following.append(device.reads("next 1"))
        assert "-" not in now + following
        assert [before for before, _ in pairwise(following)] == now[1:]
