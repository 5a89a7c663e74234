"""The README's figures of speed are those that stand in RESULTS.md."""

from pathlib import Path

import pytest

from benchmarks.page import Page
from benchmarks.quoted import quoted

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGE = Page.read((ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8"))


def test_the_readme_quotes_the_page():
    assert quoted(README, PAGE) == README


def test_another_measurement_changes_the_table_alone():
    names = "| model | starts | ready, median s | first bar, median s | first bar, slowest s |"
    start = f"{names}\n|---|---|---|---|---|\n| default | 12 | 1.5 | 7.25 | 9 |"
    other = quoted(README, PAGE.replaced("start", start))
    assert "| start of the process to the first answered bar | 7.25 s |" in other
    assert [line for line in other.splitlines() if "first answered bar |" not in line] == [
        line for line in README.splitlines() if "first answered bar |" not in line
    ]


def test_a_page_that_lacks_a_figure_changes_nothing():
    sections = {name: text for name, text in PAGE.sections.items() if name != "memory"}
    assert quoted(README, Page(PAGE.head, sections)) == README


def test_a_readme_without_the_table_is_a_mistake():
    with pytest.raises(ValueError, match="Speed"):
        quoted("# Obbligato\n", PAGE)
