from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from duets import Pulses

from bridge.cli import main
from bridge.commands import gallery as command
from bridge.model.accompanist import Part
from bridge.music.bar import Bar
from bridge.music.metre import Metre
from bridge.music.note import Note
from bridge.offline.gallery import Exhibit, Room, figures, page, ways


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
    exhibit = Exhibit('a <b> & "c"', "text", "tune-band", (("notes a beat", "2.5"),))
    html = page([Room("tune", "Tune & Song", "somebody <1800>", "3/4", (exhibit,))], "intro")
    parser = Balanced()
    parser.feed(html)
    assert parser.stack == []
    assert "<b>" not in html
    assert "a &lt;b&gt; &amp; &quot;c&quot;" in html
    assert 'src="tune-band.mp3"' in html
    assert 'href="#tune"' in html
    assert not re.search(r'(src|href)="(https?:)?//', html), "nothing comes from elsewhere"


def test_figures_by_hand() -> None:
    metre = Metre(4, 4)
    lead = [Bar(metre, (Note(60, 0, 4, 80),)), Bar(metre)]
    played = ((Part("piano", (Note(48, 0, 4, 80), Note(52, 2, 2, 80))),), (Part("piano"),))
    assert dict(figures(lead, played)) == {
        "notes a beat": "0.2", "lead inside the harmony": "100%", "silent bars": "50%", "pitches": "48 to 52",
    }  # fmt: skip
    assert dict(figures(lead, ((), ())))["silent bars"] == "100%"


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
