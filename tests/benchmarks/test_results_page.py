"""A benchmark that runs again replaces its own section of the page alone."""

import sys
from pathlib import Path

import pytest

import benchmarks.__main__ as runner
from benchmarks.page import Page
from benchmarks.result import Result

RESULTS = Path(runner.__file__).parent / "RESULTS.md"


def test_a_page_reads_as_it_was_written():
    page = Page("# Measured\n\nSome words.", {"osc": "## One\n\n`python -m benchmarks osc --model a`, 1 s"})
    page = page.replaced("bar", "## Two\n\n* a remark\n\n`python -m benchmarks bar --model a`, 2 s\n")
    text = page.markdown(["bar", "osc"])
    assert Page.read(text) == page
    assert text.index("## Two") < text.index("## One")


def test_the_page_of_the_project_keeps_every_section():
    text = RESULTS.read_text("utf-8")
    sections = Page.read(text).sections
    assert len(sections) == text.count("\n## ")
    assert set(sections) <= set(runner.BENCHMARKS)


@pytest.fixture
def figures(monkeypatch):
    """Benchmarks `one` and `two` that give the number that stands here."""
    numbers = {"one": 1, "two": 2}

    def run(name):
        return lambda settings: Result(f"Title of {name}", "Words.", ("n",), rows=[(numbers[name],)])

    monkeypatch.setattr(runner, "BENCHMARKS", {name: run(name) for name in numbers})
    return numbers


def written(monkeypatch, out, *names):
    monkeypatch.setattr(sys, "argv", ["benchmarks", *names, "--out", str(out)])
    assert runner.main() == 0
    return out.read_text("utf-8")


def test_one_benchmark_replaces_its_own_section(monkeypatch, tmp_path, figures):
    out = tmp_path / "RESULTS.md"
    first = written(monkeypatch, out)
    figures["one"], figures["two"] = 10, 20
    second = written(monkeypatch, out, "two")
    old, new = Page.read(first), Page.read(second)
    assert new.head == old.head
    assert new.sections["one"] == old.sections["one"]
    assert "| 20 |" in new.sections["two"]
    assert "| 2 |" not in new.sections["two"]
    assert list(new.sections) == ["one", "two"]


def test_all_benchmarks_make_a_new_page(monkeypatch, tmp_path, figures):
    out = tmp_path / "RESULTS.md"
    out.write_text("# Measured\n\nelsewhere\n\n## Gone\n\n`python -m benchmarks gone --model a`, 1 s\n")
    text = written(monkeypatch, out)
    assert "elsewhere" not in text
    assert "Gone" not in text
    assert list(Page.read(text).sections) == ["one", "two"]


def test_a_section_measured_elsewhere_says_so(monkeypatch, tmp_path, figures):
    out = tmp_path / "RESULTS.md"
    out.write_text("# Measured\n\n* machine: another\n")
    assert "on another machine" in written(monkeypatch, out, "one")
    assert "on another machine" not in written(monkeypatch, tmp_path / "new.md", "one")
