"""What the real recorder writes of real sessions becomes songs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.client.network import Badness
from bridge.client.player import Options, Player
from bridge.music.bar import Bar
from bridge.music.note import Note
from bridge.protocol import messages as m
from bridge.server.hub import Hub
from bridge.server.members import Sender
from bridge.server.record import Recorder
from bridge.session.choices import ModelInfo
from bridge.session.events import Ask
from tests.client.simulated import FOUR_FOUR, Simulation, song
from tests.client.test_with_hub import LATENCY_S, METRES, sensitive
from training.prepare import prepare
from training.sources.reading import files_of, read
from training.sources.source import Dropped, Found, Source, SourceSong
from training.split import split_of

HERE = Sender("127.0.0.1", 50_000)
SOURCE = {"kind": "recorded", "folder": "tapes", "corpus": "mine"}


class RecordedBridge:
    """The hub and the recorder, as the server puts them together, in virtual time."""

    def __init__(self, folder: Path) -> None:
        self.hub = Hub("0", {"fake": ModelInfo(frozenset(), ("piano",), ("auto",))}, "fake")
        self.hub.model_ready("fake")
        self.recorder = Recorder(folder, "0", {"fake": "fake"}, "fake")
        self.recorder.model("fake", "", 0.0)

    def hear(self, message: m.ClientMessage, now_s: float) -> list[tuple[float, m.BridgeMessage]]:
        sends = self.hub.receive(HERE, message, now_s)
        self.recorder.request(self.hub, HERE, message, now_s)
        self.recorder.sent(sends, now_s)
        replies = [(now_s, send.message) for send in sends]
        while (work := self.hub.begin(now_s, entropy=0)) is not None:
            self.recorder.begun(work, 0, now_s)
            done_s = now_s + LATENCY_S
            played = sensitive(work.job.request)
            sends = self.hub.finish(work, played, done_s)
            self.recorder.finished(work, played, done_s)
            self.recorder.sent(sends, done_s)
            replies += [(done_s, send.message) for send in sends]
        return replies

    def status(self) -> list[m.BridgeMessage]:
        return []


class Told:
    """A client that says what a test wants it to."""

    def __init__(self, folder: Path) -> None:
        self.bridge = RecordedBridge(folder)
        self.now_s = 0.0
        self.seq = 0
        self.say(m.Hello(m.PROTOCOL, "test", 0, "both", ""))

    def say(self, message: m.ClientMessage) -> None:
        self.now_s += 2.0
        self.bridge.hear(message, self.now_s)

    def lead(self, number: int, ahead: int = 0, known_beats: float = 4.0, pitch: int = 60) -> None:
        self.seq += 1
        bar = Bar(FOUR_FOUR, (Note(pitch, 0.0, 1.0, 90), Note(pitch + 2, 2.0, 1.0, 90)))
        self.say(m.Lead("test", Ask(self.seq, number, bar, 100.0, ahead, known_beats)))

    def end(self) -> None:
        self.bridge.recorder.close()


def found_in(folder: Path) -> list[Found]:
    source = Source.of(SOURCE, folder.parent)
    [path] = files_of(source)
    return read(source, path)


@pytest.fixture
def tapes(tmp_path: Path) -> Path:
    return tmp_path / "tapes"


@pytest.mark.parametrize("ahead", [0, 1])
@pytest.mark.parametrize("badness", [Badness(), Badness(loss=0.05, duplicate=0.1, jitter_ms=60.0)])
def test_a_song_that_was_played_comes_back_as_it_was(tapes: Path, ahead: int, badness: Badness) -> None:
    piece, lead = song(METRES * 2)
    player = Player(piece, lead, Options("test", ahead=ahead))
    bridge = RecordedBridge(tapes)
    Simulation(player, bridge, badness, 1).run()
    bridge.recorder.close()
    [recorded] = found_in(tapes)
    assert isinstance(recorded, SourceSong)
    bars = piece.bars[: len(piece.bars) - ahead]  # nobody tells the last bar of a song that is played live
    assert [bar.metre for bar in recorded.song.bars] == [bar.metre for bar in bars]
    assert recorded.song.tempos == piece.tempos
    assert [bar.notes for bar in recorded.song.in_bars(recorded.lead)] == [bar.notes for bar in lead[: len(bars)]]
    assert len(recorded.accompaniment) == len(bars)  # `sensitive` writes one note a bar


def test_jumps_and_resets_begin_another_take_and_all_belong_to_one_split(tapes: Path) -> None:
    told = Told(tapes)
    for numbers in (range(10), range(2, 12), range(40, 50)):
        for number in numbers:
            told.lead(number, pitch=60 + number % 12)
    told.say(m.Reset("test"))
    for number in range(50, 59):
        told.lead(number)
    told.end()
    takes = found_in(tapes)
    assert [len(take.song.bars) for take in takes if isinstance(take, SourceSong)] == [10, 10, 10, 9]
    assert [take.name[-2:] for take in takes] == ["#1", "#2", "#3", "#4"]
    assert {split_of("mine", take.name) for take in takes} == {split_of("mine", takes[0].name[:-2])}
    songs, dropped = prepare([SOURCE], tapes.parent, tapes.parent / "cache", frozenset({"train", "validation", "test"}))
    again, _ = prepare([SOURCE], tapes.parent, tapes.parent / "cache", frozenset({"train", "validation", "test"}))
    assert not dropped
    assert [song.name for song in songs] == [song.name for song in again] == [take.name for take in takes]
    assert [len(song.piece.own) for song in again] == [10, 10, 10, 9]


def test_a_song_ends_where_a_bar_was_not_answered(tapes: Path) -> None:
    told = Told(tapes)
    for number in range(10):
        told.lead(number, ahead=-1 if number in (0, 5, 9) else 0)
    told.end()
    assert [len(take.song.bars) for take in found_in(tapes) if isinstance(take, SourceSong)] == [4, 3]


def test_what_was_said_last_of_a_bar_counts_and_only_what_was_known(tapes: Path) -> None:
    told = Told(tapes)
    told.lead(0)
    told.lead(1, ahead=0, known_beats=1.0, pitch=70)
    told.lead(0, ahead=-1, pitch=50)  # the whole bar, told at the bar line
    told.end()
    [take] = found_in(tapes)
    assert isinstance(take, SourceSong)
    assert [note.pitch_midi for note in take.lead] == [50, 52, 70]


def test_what_is_no_recording_is_dropped_with_its_reason(tapes: Path) -> None:
    told = Told(tapes)
    for number in range(8):
        told.lead(number, ahead=-1)
    told.end()
    [path] = tapes.iterdir()
    [listened] = found_in(tapes)
    assert isinstance(listened, Dropped)
    assert listened.reason == "a recording in which no bar was answered"
    header, *lines = path.read_text("utf-8").splitlines()
    for text, says in (
        ("", "no header"),
        ("{}\n", "no header"),
        ("MThd\n", "no message"),
        (json.dumps(json.loads(header) | {"format": 9}) + "\n", "format 9"),
        (header + "\n[]\n", "not an object"),
        (header + '\n{"at": 0, "from": [], "address": "/lead", "args": [1]}\n', "no message"),
    ):
        path.write_text(text, "utf-8")
        [dropped] = found_in(tapes)
        assert isinstance(dropped, Dropped)
        assert says in dropped.reason
    path.write_text("\n".join([header, *lines])[:-5], "utf-8")  # cut off in the middle of a line
    [cut] = found_in(tapes)
    assert isinstance(cut, Dropped)
    assert cut.reason == "a recording in which no bar was answered"
