"""What an adaptation changed on songs that were not learned from: bits a note, and figures of whole songs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.progress import track

from bridge.model.neural import Neural
from training.baselines import performance, true_notes
from training.metrics import summarise
from training.note_bits import Tally, song_tally
from training.play import Situation, play
from training.prepare import Prepared
from training.report import BITS, HARMONY, TEXTURE, Section, songs_text

SHOWN = {"aic", "overlap", "pcs", "silence", "notes_per_beat", "onset_distance", "length_distance", "rhythm_kept"}
COLUMNS = tuple(column for column in (*HARMONY, *TEXTURE) if column.key in SHOWN)
TRUTH = "the songs themselves"

Figures = dict[str, dict[str, float]]


def figures_of(model: Neural, songs: Sequence[Prepared], situations: Sequence[Situation], when: str) -> Figures:
    """`bits`: bits a note by part, each bar's lead known, with the model's own plan; TRUTH, and each situation: the
    figures of `training.metrics`, whole songs, cold start, own output as context."""
    tally = Tally()
    is_quiet = not Console().is_terminal
    for song in track(songs, f"{when}: bits a note", transient=True, disable=is_quiet):
        tally.add(song_tally(model, song, "bar known", "own"))
    truths = [performance(song, true_notes(song)) for song in songs]
    figures = {"bits": tally.a_note(), TRUTH: summarise(truths, truths)}
    for situation in situations:
        heard = track(songs, f"{when}: {situation}", transient=True, disable=is_quiet)
        played = [performance(song, play(song.piece, model, situation, {"seed": 0})) for song in heard]
        figures[situation] = summarise(played, truths)
    return figures


def sections_of(before: Figures, after: Figures, songs: int) -> list[Section]:
    """Both as tables."""
    situations = [name for name in before if name not in ("bits", TRUTH)]
    rows: dict[str, Mapping[str, float]] = {TRUTH: before[TRUTH]}
    for name in situations:
        rows |= {f"{name}, before": before[name], f"{name}, after": after[name]}
    title = f"{songs_text(songs)} held back"
    return [
        Section(f"{title}: bits a note", {"before": before["bits"], "after": after["bits"]}, BITS),
        Section(f"{title}, played whole", rows, COLUMNS),
    ]


def show(sections: Sequence[Section]) -> None:
    """Print tables."""
    for section in sections:
        Console(width=140).print(section.shown())
