"""`obbligato train --from BUNDLE`: a bundle of the default kind, adapted to a user's own songs in minutes.

Each network begins with the bundle's weights, learns at a low rate from most of the songs, and then goes back towards
where it began as far as that costs nothing on other songs; where little was gained on these, it stays what it was. So
it forgets as little as the songs allow, without the songs that it first learned from. What the songs that were held
back say, before and after, is printed and kept in the bundle. Why these settings: `training/README.md`.
"""

from __future__ import annotations

import hashlib
import math
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from bridge.errors import InputError
from bridge.model import network
from bridge.model.bundle import WEIGHTS, Bundle, kind_of, load_bundle, save_bundle
from bridge.model.features import VOCABULARY
from bridge.model.neural import KIND, Neural, accompanist_of
from bridge.model.plan_rows import STYLES
from bridge.model.registry import folder_of
from training import note_bits, own_songs
from training.baselines import performance, true_notes
from training.before_after import figures_of, sections_of, show
from training.evaluate import without_nan
from training.export import bundle_of
from training.loop import run_stage
from training.metrics import notes_per_beat
from training.play import play
from training.plot import plot_losses
from training.prepare import Prepared
from training.progress import duration
from training.report import songs_text
from training.train import NETWORKS, stage_of
from training.workers import Learner

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""How much of the way from the bundle's weights to the learned ones may be kept."""
LEAST_GAIN = 0.02
"""A network whose loss falls by less stays what it was: songs like those of the corpora seem to gain up to 1.3 %, and
lose as much on the songs that are held back."""
ENOUGH = 0.9
"""Of two shares that gain about the same, the smaller one forgets less."""
STYLE_BARS = 96
"""So many bars of the songs say which style they are in."""
DENSITY_SONGS = 3
"""So many songs, played whole, say whether a density that has run away is pulled back."""
CLEARLY_NEARER = 0.1
"""By so much, as a logarithm of notes a beat, it has to be nearer without: with less, chance decides."""

Weights = Mapping[str, npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Base:
    """The bundle that is adapted: what it was called, its folder, and what is in it."""

    name: str
    folder: Path
    bundle: Bundle

    def weights(self, stage: str) -> Weights:
        """A network's weights by name."""
        prefix = f"{stage}."
        arrays = self.bundle.arrays.items()
        return {name[len(prefix) :]: v.astype(np.float32) for name, v in arrays if name.startswith(prefix)}

    def said(self) -> dict[str, Any]:
        """What an adapted bundle says of where it comes from."""
        digest = hashlib.sha256((self.folder / WEIGHTS).read_bytes()).hexdigest()
        training = dict(self.bundle.training)
        return {"model": self.name, "weights": digest, "commit": self.bundle.commit, "training": training}


def train(config: Mapping[str, Any], data: Path, out: Path) -> int:
    """Adapt the bundle that `config["from"]` names to the songs in a folder. Returns the exit code. Raises
    InputError: no such bundle or none that learns, too few songs."""
    began_s = time.monotonic()
    base = base_of(str(config.get("from", KIND)))
    model = accompanist_of(base.bundle)
    work = out / "run"
    begin_anew(work)
    songs = own_songs.read_songs(data, work / "cache", config.get("lead_track"), int(config.get("workers", 0)))
    parts = own_songs.divided(in_style(model, songs))
    print(parts.told())
    held = parts.held[: int(config["measured_songs"])]
    before = figures_of(model, held, config["situations"], "before")

    settings = settings_of(config, base, parts.learned)
    networks, kept = {}, {}
    for name in NETWORKS:
        networks[name], kept[name] = adapted(name, base, settings[name], parts, work)
    plot_losses(work, list(networks))
    made = bundle_of({**settings, "decoding": base.bundle.network["decoding"]}, songs, networks)
    after = before
    if any(kept.values()):
        made = steadied(made, parts)
        after = figures_of(accompanist_of(made), held, config["situations"], "after")
    else:
        print(f"these songs teach nothing that is not known already: {out} plays what {base.name} plays")
    training = {"from": base.said(), "songs": parts.counts(), "share_kept": kept, "settings": settings}
    figures = {"held back": without_nan({"songs": len(held), "before": before, "after": after})}
    save_bundle(out, replace(made, training=training, figures=figures))
    for path in work.glob("*.npz"):  # steps that nobody goes on from
        path.unlink()
    show(sections_of(before, after, len(held)))
    print(f"{duration(time.monotonic() - began_s)} in all; play it with --model {out}")
    return 0


def base_of(name_or_path: str) -> Base:
    """The bundle of that name or in that folder. Raises InputError: none, or of a kind that cannot go on learning."""
    folder = folder_of(name_or_path)
    if (kind := kind_of(folder)) != KIND:
        raise InputError(
            f"{name_or_path} is of kind {kind!r}, which cannot go on learning: --from takes {KIND!r} or a bundle "
            "that was made from it"
        )
    return Base(name_or_path, folder, load_bundle(folder, KIND, VOCABULARY))


def begin_anew(work: Path) -> None:
    """An earlier run's traces are taken away: an adaptation is over in minutes and always starts from its bundle."""
    work.mkdir(parents=True, exist_ok=True)
    for name in NETWORKS:
        for kept in (f"{name}.json", f"{name}.best.npz", f"{name}.state.npz"):
            (work / kept).unlink(missing_ok=True)
        shutil.rmtree(work / "tensorboard" / name, ignore_errors=True)


def in_style(model: Neural, songs: Sequence[Prepared]) -> list[Prepared]:
    """The songs in the style as which the model foretells their notes best."""
    bars = [(n, bar) for n, song in enumerate(songs) for bar in range(song.first_bar, len(song.piece.metres))]
    some = [bars[int(place)] for place in np.linspace(0, len(bars) - 1, min(STYLE_BARS, len(bars)))]
    found: dict[float, int] = {}
    for style in range(len(STYLES)):
        tally = note_bits.Tally()
        for number, bar in some:
            song = replace(songs[number], style=style)
            end = int(song.piece.starts[bar] + song.piece.lengths[bar])
            tally.add(note_bits.bar_tally(model, song, bar, end, note_bits.labelled_plan(song, bar)))
        found[tally.a_note()["all"]] = style
    style = found[min(found)]
    print(f"{songs_text(len(songs))}, nearest to the style {STYLES[style]!r}")
    return [replace(song, style=style) for song in songs]


def settings_of(config: Mapping[str, Any], base: Base, songs: Sequence[Prepared]) -> dict[str, Any]:
    """Each network's settings: the configuration's, with the bundle's sizes, and every song as likely as another."""
    corpora = [song.corpus for song in songs]
    shares = {name: corpora.count(name) / len(corpora) for name in sorted(set(corpora))}
    return {name: {**config[name], "network": dict(base.bundle.network[name]), "shares": shares} for name in NETWORKS}


def adapted(
    name: str, base: Base, settings: Mapping[str, Any], parts: own_songs.Parts, work: Path
) -> tuple[keras.Model, float]:
    """A network that has learned from the songs, and how much of the way it went is kept."""
    start = base.weights(name)
    stage = replace(stage_of(name, settings, parts.learned, parts.stopping), start=start)
    model = run_stage(stage, work)
    learned, learner = network.named_weights(model), Learner(model)

    def loss_at(share: float) -> float:
        network.set_named_weights(model, {key: v + share * (learned[key] - v) for key, v in start.items()})
        return learner.loss(stage.validation)

    share = share_to_keep(loss_at)
    loss_at(share)
    print(f"{name}: {f'{share:.0%} of the way is kept' if share else 'stays what it was, too little was gained'}")
    return model, share


def share_to_keep(loss_at: Callable[[float], float]) -> float:
    """How much of the way from the old weights (0) to the new ones (1): the least of SHARES that gains nearly all
    there is to gain; 0 where that is little."""
    losses = {share: loss_at(share) for share in SHARES}
    most = losses[0.0] - min(losses.values())
    if most < LEAST_GAIN * losses[0.0]:
        return 0.0
    return next(share for share, loss in losses.items() if losses[0.0] - loss >= ENOUGH * most)


def steadied(bundle: Bundle, parts: own_songs.Parts) -> Bundle:
    """The bundle, without `steady` if it then plays clearly more nearly as many notes a beat as the songs do: what is
    usual in the style need not be usual with this user."""
    songs = parts.stopping[:DENSITY_SONGS]
    true = np.mean([notes_per_beat(performance(song, true_notes(song))) for song in songs])

    def off(strength: float) -> float:
        model = accompanist_of(with_steady(bundle, strength))
        played = [performance(song, play(song.piece, model, "follow", {"seed": 0})) for song in songs]
        return abs(math.log(max(float(np.mean([notes_per_beat(own) for own in played])), 1e-3) / float(true)))

    usual = float(bundle.network["decoding"]["steady"])
    return bundle if off(usual) <= off(0.0) + CLEARLY_NEARER else with_steady(bundle, 0.0)


def with_steady(bundle: Bundle, strength: float) -> Bundle:
    """The bundle, pulling a density that has run away back so strongly."""
    decoding = {**bundle.network["decoding"], "steady": strength}
    return replace(bundle, network={**bundle.network, "decoding": decoding})
