from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from duets import Pulses

from bridge.cli import main
from bridge.commands import gallery as command
from bridge.leads import lead_path
from bridge.model.accompanist import Part
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.midi import read_song
from bridge.music.note import Note
from bridge.offline.gallery import Exhibit, Figures, Room, figures, page, places_of, ways
from bridge.offline.systems import laid_out


class Balanced(HTMLParser):
    """Every tag that is opened is closed, in order."""

    VOID = frozenset({"meta", "img", "link", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag


def test_a_page_says_what_it_is_given_and_nothing_breaks_out_of_it() -> None:
    exhibit = Exhibit(
        'a <b> & "c"', "text", "tune-band", (("notes a beat", "2.5"),), ((0.0, 1.5, 3.0, 20.0, 4.0, 9.0),)
    )
    one, two = Figures(2.0, 0.5, 0.0, (40, 60)), Figures(3.0, 1.0, 1.0, None)
    html = page([Room("tune", "Tune & Song", "somebody <1800>", (exhibit,))], "intro", [("way <1>", [one, two])])
    parser = Balanced()
    parser.feed(html)
    assert parser.stack == []
    assert "<b>" not in html
    assert "a &lt;b&gt; &amp; &quot;c&quot;" in html
    assert 'src="tune-band.mp3"' in html
    assert 'href="#tune"' in html
    assert 'data-places="[[0.0,1.5,3.0,20.0,4.0,9.0]]"' in html
    assert "<tr><th>way &lt;1&gt;</th><td>2.5</td><td>75%</td><td>50%</td></tr>" in html
    assert not re.search(r'(src|href)="(https?:)?//', html), "nothing comes from elsewhere"


def test_figures_by_hand() -> None:
    metre = Metre(4, 4)
    lead = [Bar(metre, (Note(60, 0, 4, 80),)), Bar(metre)]
    played = ((Part("piano", (Note(48, 0, 4, 80), Note(52, 2, 2, 80))),), (Part("piano"),))
    assert dict(figures(lead, played).shown()) == {
        "notes a beat": "0.2", "lead inside the harmony": "100%", "silent bars": "50%", "pitches": "48 to 52",
    }  # fmt: skip
    assert figures(lead, ((), ())) == Figures(0.0, 1.0, 1.0, None)


def test_a_bar_is_where_the_picture_shows_it() -> None:
    song = read_song(lead_path("amazing-grace").read_bytes())
    layout = laid_out(song, song.tracks)
    places = places_of(song, layout)
    assert len(places) == len(song.bars)
    assert places[0][0] == 0.0
    assert places[-1][1] == pytest.approx(song.seconds_at(song.length_beats), abs=1e-3)
    for (_, end_s, left, right, top, height), after in pairwise(places):
        assert end_s == after[0]
        assert 0 < left < right < 100
        assert 0 < top < top + height < 100
        assert (after[2], after[4]) == (right, top) or (after[2] < right and after[4] > top), "further, or a line below"


def test_every_lead_is_heard_in_five_ways() -> None:
    assert [way.slug for way in ways("onehot", "chords")] == ["baseline", "follow", "anticipate", "band"]


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("midirenderer")

    class Everybody(Pulses):
        part_names = ("piano", "bass", "pad", "counter")

    monkeypatch.setattr(command, "load", lambda name: Everybody())
    assert main(["gallery", "--out", str(tmp_path / "new"), "--lead", "ah-vous-dirai-je"]) == 0
    html = (tmp_path / "new" / "index.html").read_text()
    named = set(re.findall(r'(?:src|href)="([^"#]+)"', html))
    assert len(named) == 15
    assert {path.name for path in (tmp_path / "new").iterdir()} == named | {"index.html"}
