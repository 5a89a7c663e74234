"""The README's table of speed, taken from RESULTS.md: whoever measures anew has both."""

from __future__ import annotations

import re

from benchmarks.page import Page

_TABLE = re.compile(r"(?<=\n\| \| \|\n\|---\|---\|\n)(?:\|.*\n)+")


def quoted(readme: str, page: Page) -> str:
    """A README with the figures of a page in the table of its section Speed; unchanged where the page lacks any of
    them. Raises ValueError: there is no such table."""
    before, found, section = readme.partition("\n## Speed\n")
    if not found or not _TABLE.search(section):
        raise ValueError("the README has no section Speed with a table")
    try:
        lines = "".join(f"| {what} | {figure} |\n" for what, figure in _figures(page))
    except (KeyError, StopIteration):
        return readme
    return before + found + _TABLE.sub(lambda _: lines, section, count=1)


def _figures(page: Page) -> list[tuple[str, str]]:
    bar = _row(page, "bar", "default")
    in_time = [int(row["players"]) for row in _rows(page, "staggered") if row["p99 within 50 ms"] == "yes"]
    players = str(max(in_time)) if in_time else "none"
    last = {number: _whole(_row(page, "aligned", number)["last answer, worst ms"]) for number in ("16", "64")}
    first_bar = _row(page, "start", "default")["first bar, median s"]
    memory = [_row(page, "memory", sessions)["all MB"].split(" / ")[0] for sessions in ("1", "200")]
    late = [_row(page, "lateness", machine)["p99 ms"] for machine in ("idle", "one core busy")]
    return [
        (
            "a bar asked to a bar answered, one player",
            f"{_whole(bar['p50 ms'])} ms in the middle, {_whole(bar['p99 ms'])} ms at the 99th percentile",
        ),
        ("players at 120 bpm, their bars evenly spread, 99 % answered within 50 ms", players),
        (
            "players whose bars end on the same beat, all answered, the worst of some rounds",
            f"16 within {last['16']} ms, 64 within {last['64']} ms",
        ),
        ("start of the process to the first answered bar", f"{first_bar} s"),
        ("memory of all processes, 1 and 200 sessions", f"{memory[0]} and {memory[1]} MB"),
        (
            "lateness of a note sent in real time, 99th percentile, machine idle and one core busy",
            f"{late[0]} and {late[1]} ms",
        ),
        ("an 80-bar song from a file", f"{_row(page, 'song', 'default')['median s']} s"),
    ]


def _rows(page: Page, benchmark: str) -> list[dict[str, str]]:
    """Of the benchmark's table, by the columns' names."""
    lines = re.findall(r"^\|(.+)\|$", page.sections[benchmark], re.MULTILINE)
    names, _, *rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _row(page: Page, benchmark: str, first: str) -> dict[str, str]:
    return next(row for row in _rows(page, benchmark) if next(iter(row.values())) == first)


def _whole(number: str) -> str:
    return f"{float(number):.0f}"
