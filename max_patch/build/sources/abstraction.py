"""obbligato.maxpat: the accompanist as an object for any Max patch. Lead in, timed notes out."""

from __future__ import annotations

from collections.abc import Callable

from max_patch.build.patcher import Box, Patcher
from max_patch.build.sources.parts import clock, player, stamp

NAME = "obbligato"
PORTS = (1, 3)
"""Inlets and outlets of the abstraction."""

COMMANDS = ("bar", "param", "reset", "panic", "selftest", "host", "token")
"""The words that go to the script as they are; everything else at the inlet is a note of the lead."""


def build(script_ports: Callable[[str], tuple[int, int]]) -> Patcher:
    """The abstraction. `#1` is the session's name, `#2` the bridge's port."""
    patch = Patcher((80, 90, 1000, 760), {}, script_ports)
    patch.comment(
        "obbligato [session] [port]: the script decides, Max plays. The help patch shows how to use it.",
        (16, 8), 800, fontface=1, fontsize=13.0,
    )  # fmt: skip
    patch.settings.update(
        description="A live accompanist: notes or bars of a lead in, timed notes of the accompaniment out.",
        digest="Plays along with a lead",
        tags="accompaniment MIDI OSC",
    )
    engine = patch.script("obbligato.js", (16, 320), "max #1 #2", 840).named("engine")
    _inlet(patch, engine)
    _begin_and_end(patch, engine)
    _sound(patch, engine)
    engine.to(patch.new("udpsend 127.0.0.1 7770", (16, 464)).named("to bridge"))
    engine.to(patch.new("udpsend 127.0.0.1 7771", (16, 496)).named("to ourselves"), 0, 1)
    back = patch.new("udpreceive 7771", (16, 528)).named("from bridge")
    engine.to(back, 0, 2)
    back.to(patch.new("s #0-wire", (16, 560)))
    patch.new("r #0-wire", (792, 280)).to(engine, 1)
    engine.to(patch.outlet((704, 680), "status: light, advice, bridge, up, trip, missed ..."), 0, 5)
    engine.to(patch.outlet((848, 680), "chords: chord index name beats; bar number"), 0, 6)
    return patch


def _inlet(patch: Patcher, engine: Box) -> None:
    inlet = patch.inlet((16, 40), "pitch velocity of the lead, or bar, param, reset, panic, selftest, host, token")
    words = inlet.to(patch.new("routepass " + " ".join(COMMANDS), (16, 88), 480))
    for index, word in enumerate(COMMANDS):
        if word == "panic":
            both = patch.new("t l b", (240, 136), 64)
            words.to(both, 0, index)
            both.to(patch.new("s #0-silence", (296, 168)), 0, 1)
            both.to(engine)
        else:
            words.to(engine, 0, index)
    words.to(patch.sub("stamp", stamp(), (432, 136)), 0, len(COMMANDS)).to(patch.new("s #0-engine", (432, 168)))
    patch.new("r #0-engine", (112, 280)).to(engine)


def _begin_and_end(patch: Patcher, engine: Box) -> None:
    begin = patch.new("loadbang", (560, 48)).to(patch.new("deferlow", (560, 80)))
    begin.to(patch.message("ready", (560, 112))).to(patch.new("s #0-engine", (560, 144)))
    poll = patch.new("metro 50 @active 1", (680, 48)).to(patch.new("transport", (680, 80), 240))
    stopped = poll.to(patch.new("change", (844, 112), 64), 0, 6).to(patch.new("sel 0", (844, 144), 64))
    three = stopped.to(patch.new("t b b b", (844, 176), 88))
    three.to(patch.new("s #0-silence", (900, 208)), 0, 2)
    three.to(patch.new("s #0-stopped", (880, 240)), 0, 1)
    three.to(patch.message("stop", (800, 208))).to(patch.new("s #0-engine", (760, 240)))
    gone = patch.new("freebang", (560, 192)).to(patch.new("t b b", (560, 224), 64))
    gone.to(patch.new("s #0-silence", (616, 256)), 0, 1)
    gone.to(patch.message("bye", (560, 256))).to(patch.new("s #0-engine", (520, 288)))


def _sound(patch: Patcher, engine: Box) -> None:
    ticking = patch.new("r #0-stopped", (192, 400)).to(patch.sub("clock", clock(), (192, 432), 200))
    score = patch.new("coll #0-score 1 @embed 0", (192, 528), saved_object_attributes={"embed": 0, "precision": 6})
    engine.to(score, 0, 3)
    ticking.to(score)
    ticking.to(patch.new("s #0-engine", (232, 480)), 0, 1)
    ticking.to(patch.new("s #0-silence", (328, 480)), 0, 2)
    words = engine.to(patch.new("route note stop thru", (520, 400), 140), 0, 4)
    words.to(patch.new("s #0-silence", (560, 440)), 0, 1)
    play = patch.sub("player", player(midi=False), (192, 608), 380)
    score.to(play)
    ticking.to(play, 1, 3)
    words.to(play, 2)
    patch.new("r #0-silence", (552, 568)).to(play, 3)
    play.to(patch.outlet((192, 680), "pitch velocity of the accompaniment, in time"))
