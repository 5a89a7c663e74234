"""kill -9 of a real bridge under a real client, and the bridge's return. The moments are reported (`pytest -s`)."""

from __future__ import annotations

import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from client.simulated import FOUR_FOUR, song
from faults.stage import Served, member, served

from bridge.client.player import Action, Options, Player, Send
from bridge.client.realtime import perform
from bridge.client.score import NoteOff, NoteOn
from bridge.protocol import messages as m

AWAY_S = 0.5
NOTES_BEFORE = 12


def test_a_bridge_that_is_killed_and_started_again_is_played_with_again(tmp_path: Path) -> None:
    first = Served(tmp_path / "log")
    client = member(first, "stubborn")
    assert client.ask(0).notes
    first.kill()
    first.close()
    with served(tmp_path / "log", first.port):
        client.say(client.lead(1))
        assert client.hears_nothing(), "nobody is known who did not say /hello to this one"
        assert client.hello().bars == 0
        client.say(client.lead(0, ahead=-1))
        assert client.hear(m.Ack).address == "/lead"
        assert client.ask(1).notes
    client.close()


class Evening:
    """Kills the bridge when enough was heard, starts another one, and ends the song when that one is heard."""

    def __init__(self, player: Player, first: Served, log: Path) -> None:
        self.player = player
        self.sounding: Counter[tuple[str, int]] = Counter()
        self.notes = 0
        self.answered_before = 0
        self.killed_s = self.back_s = self.missed_s = self.heard_s = 0.0
        self.second: Served | None = None
        self._first = first
        self._log = log
        self._restart = threading.Thread(target=self._killed_and_started_again)

    def __call__(self, action: Action) -> None:
        now_s = time.perf_counter()
        if isinstance(action, NoteOn):
            self.sounding[action.part, action.pitch_midi] += 1
            self.notes += 1
            if self.notes == NOTES_BEFORE:
                self._restart.start()
            is_new = self.back_s and self.player.measured.answered > self.answered_before
            if is_new and not self.heard_s:
                self.heard_s = now_s
                raise KeyboardInterrupt
        elif isinstance(action, NoteOff):
            self.sounding[action.part, action.pitch_midi] -= 1
        elif isinstance(action, Send) and isinstance(action.message, m.Hello) and self.killed_s and not self.missed_s:
            self.missed_s = now_s

    def _killed_and_started_again(self) -> None:
        self._first.kill()
        self.answered_before = self.player.measured.answered
        self.killed_s = time.perf_counter()
        time.sleep(AWAY_S)
        self.second = Served(self._log, self._first.port)
        self.back_s = time.perf_counter()

    def close(self) -> None:
        self._restart.join()
        self._first.close()
        if self.second is not None:
            assert self.second.close() == 0


@pytest.mark.parametrize("ahead", [0, 1])
def test_the_client_goes_on_playing_with_the_next_bridge(tmp_path: Path, ahead: int) -> None:
    first = Served(tmp_path / "log")
    piece, lead = song([FOUR_FOUR] * 90, tempo_bpm=240.0)
    player = Player(piece, lead, Options("evening", ahead=ahead))
    evening = Evening(player, first, tmp_path / "log")
    try:
        perform(player, first.host, first.port, on_action=evening)
    finally:
        evening.close()
    print(
        f"\nmissed {evening.missed_s - evening.killed_s:.2f} s after it was killed; back after "
        f"{evening.back_s - evening.killed_s:.2f} s; heard again {evening.heard_s - evening.back_s:.2f} s after that"
    )
    assert evening.heard_s > evening.missed_s > 0, "it was missed, and the next one was heard"
    assert player.measured.rejoined == 1
    assert not +evening.sounding, "no note hangs"
