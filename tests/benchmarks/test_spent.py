"""Where a bar's time goes: every part is found under its name and takes part in a bar."""

from benchmarks.bar_latency import PAUSE_S
from benchmarks.spent import PARTS, asked, asleep, spent
from bridge.model.registry import load


def test_every_part_of_the_model_is_timed():
    model = load("default")
    requests = asked(model, 3)
    parts, notes = spent(model, requests[1:])
    assert list(parts) == [*PARTS, "the rest"]
    assert all(ms > 0 for ms in parts.values())
    assert notes > 0


def test_timing_changes_no_note():
    model = load("default")
    requests = asked(model, 3)
    played = [model.accompany(request) for request in requests]
    spent(model, requests)
    assert [model.accompany(request) for request in requests] == played


def test_sleep_is_compared_with_none(monkeypatch):
    model = load("default")
    slept = []
    monkeypatch.setattr("benchmarks.spent.time.sleep", slept.append)
    asleep(model, asked(model, 2)[1:])
    assert slept[:2] == [0.0, PAUSE_S]
    assert slept.count(0.0) == slept.count(PAUSE_S)
