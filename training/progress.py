"""What a person sees of a training run: a line that moves on a terminal, a line a look, and curves for TensorBoard."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class Progressing:
    """Tells of one stage. On a terminal the steps move a bar; in a file or a pipe there is a line a look alone.

    quiet  says nothing: another process does
    """

    def __init__(self, stage: str, steps: int, done: int, folder: Path, quiet: bool = False) -> None:
        self._stage, self._steps = stage, steps
        self._began_s = time.monotonic()
        self._last_look = done, self._began_s
        self._console = Console(quiet=quiet, highlight=False)
        self._line = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left:"),
            TimeRemainingColumn(),
            TextColumn("loss {task.fields[loss]:.4f}"),
            console=self._console,
            disable=quiet or not self._console.is_terminal,
        )
        self._task = self._line.add_task(stage, total=steps, completed=done, loss=float("nan"))
        self._curves = {} if quiet else curves(folder / "tensorboard" / stage)

    def __enter__(self) -> Progressing:
        self._line.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._line.stop()
        for writer in self._curves.values():
            writer.close()

    def say(self, text: str) -> None:
        """A line."""
        self._console.print(text, soft_wrap=True)

    def step(self, step: int, loss: float) -> None:
        """A step was taken."""
        self._line.update(self._task, completed=step, loss=loss)

    def look(self, step: int, losses: dict[str, float], rate: float) -> None:
        """A look at the validation songs: `validation` and, where something was learned, `train`, in nats."""
        for name, writer in self._curves.items():
            if name in losses:
                writer.add_scalar("loss", losses[name], step)
            if name == "train":
                writer.add_scalar("learning rate", rate, step)
            writer.flush()
        now_s, (last_step, last_s) = time.monotonic(), self._last_look
        seconds, left = now_s - self._began_s, (now_s - last_s) / max(step - last_step, 1) * (self._steps - step)
        self._last_look = step, now_s
        self.say(
            f"{self._stage} {step}/{self._steps}: "
            + (f"{losses['train']:.4f}, " if "train" in losses else "")
            + f"validation {losses['validation']:.4f}, {duration(seconds)}"
            + (f", at most {duration(left)} more" if 0 < step < self._steps else "")
        )


def curves(folder: Path) -> dict[str, Any]:
    """Writers of what TensorBoard shows, one a curve; none, and a word about it, where it is not installed."""
    try:
        from tensorboard.summary import Writer
    except ImportError:
        print("no curves for TensorBoard: it is not installed (pip install tensorboard)")
        return {}
    return {name: Writer(str(folder / name)) for name in ("train", "validation")}


def duration(seconds: float) -> str:
    """Seconds for people."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
