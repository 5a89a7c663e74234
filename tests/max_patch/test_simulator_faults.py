"""The shipped device in a simulated set when bridges die, packets are lost, others are in the set; and its buttons."""

from __future__ import annotations

from itertools import pairwise

from max_patch.build.simulator.server import Bridge
from max_patch.build.simulator.world import World
from tests.max_patch.simulated import (
    BAR,
    BOTH_MODES,
    DEVICE,
    SIMULATED,
    as_clip,
    assert_in_time,
    bars_played,
    lead_notes,
    note_ons,
    ready,
    song,
    stopped,
    tracks_of,
)

pytestmark = SIMULATED


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
