"""The README's diagrams: how the tracks are routed, and which bar is heard while which is played."""

from __future__ import annotations

from max_patch.build.svg import page, rectangle, text

TRACK, DEVICE, OURS, SYNTH, INK, PALE = "#d9d9d9", "#f4f4f4", "#ffad56", "#bcd0bc", "#2b2b2b", "#8a8a8a"
LEAD, ANSWER = "#7da7d9", "#ffad56"


def _arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    """A straight arrow; its head points down or right."""
    head = f"M{x2 - 5:g} {y2 - 7:g} L{x2:g} {y2:g} L{x2 + 5:g} {y2 - 7:g}" if x1 == x2 else ""
    head = head or f"M{x2 - 7:g} {y2 - 5:g} L{x2:g} {y2:g} L{x2 - 7:g} {y2 + 5:g}"
    return f'<path d="M{x1:g} {y1:g} L{x2:g} {y2:g} {head}" fill="none" stroke="{INK}" stroke-width="1.8"/>'


def _track(y: float, title: str, setting: str, devices: list[tuple[str, str]]) -> list[str]:
    parts = [rectangle(16, y, 688, 84, TRACK, radius=6), text(28, y + 22, title, 13, INK, weight="bold")]
    parts.append(text(28, y + 44, setting, 11.5, INK))
    for index, (name, fill) in enumerate(devices):
        x = 296 + index * 136
        parts += [rectangle(x, y + 18, 120, 48, fill, PALE, 4), text(x + 60, y + 46, name, 12, INK, "middle")]
        if index:
            parts.append(_arrow(x - 16, y + 42, x - 1, y + 42))
    return parts


def routing() -> str:
    """The usual set: one device, on the accompaniment's track."""
    parts = _track(16, "Lead", "plays a clip, or you play it", [("its instrument", SYNTH)])
    parts += _track(148, "Accompaniment", "MIDI From: Lead · Monitor: In", [("Obbligato", OURS), ("a piano", SYNTH)])
    parts += [_arrow(200, 100, 200, 147), text(212, 128, "MIDI From", 11.5, INK)]
    return page(720, 248, parts, "#ffffff")


def routing_pair() -> str:
    """Two devices of one group, where MIDI From cannot be used."""
    parts = _track(16, "Lead", "", [("Obbligato: Listen", OURS), ("its instrument", SYNTH)])
    parts += _track(148, "Accompaniment", "", [("Obbligato: Play", OURS), ("a piano", SYNTH)])
    path = f'<path d="M356 83 L356 165" stroke="{INK}" stroke-width="1.8" stroke-dasharray="5 4"/>'
    parts += [path, text(368, 128, "the same Group number; the bridge joins them", 11.5, INK)]
    return page(720, 248, parts, "#ffffff")


def _bars(y: float, name: str, fill: str, labels: tuple[str, ...]) -> list[str]:
    parts = [text(16, y + 26, name, 12, INK, weight="bold")]
    for index, label in enumerate(labels):
        x = 136 + index * 140
        if label:
            parts += [rectangle(x + 2, y, 136, 40, fill, PALE, 4), text(x + 70, y + 25, label, 12, INK, "middle")]
    return parts


def timing() -> str:
    """Live and Clip, four bars of each."""
    parts = [text(136 + index * 140 + 70, 24, f"bar {index + 1}", 11.5, PALE, "middle") for index in range(4)]
    parts += [text(16, 56, "Live", 14, INK, weight="bold")]
    parts += _bars(68, "you play", LEAD, ("A", "B", "C", "D"))
    parts += _bars(114, "Obbligato", ANSWER, ("", "to B, from A", "to C, from A B", "to D, from A B C"))
    parts += [text(16, 190, "Clip", 14, INK, weight="bold")]
    parts += _bars(202, "the clip", LEAD, ("A", "B", "C", "D"))
    parts += _bars(248, "Obbligato", ANSWER, ("to A", "to B", "to C", "to D"))
    lines = [
        f'<path d="M{136 + index * 140} 32 V296" stroke="{PALE}" stroke-width="1" stroke-dasharray="2 3"/>'
        for index in range(5)
    ]
    return page(712, 308, [*lines, *parts], "#ffffff")
