#!/usr/bin/env python
"""Coverage-guided fuzzing of the edge, from the corpus that is kept beside it, an input a line.

    python tests/faults/fuzz.py FOLDER -max_total_time=3600     unpack the corpus into a folder and fuzz on from it
    tests/faults/fuzz.py -set_cover_merge=1 LESS FOLDER         copy into a new folder those that reach as much
    python tests/faults/fuzz.py --keep LESS                     keep what a folder holds as the corpus

Needs atheris (pip install atheris), which no test does: test_corpus.py replays the corpus without it. Options are
libFuzzer's.
"""

from __future__ import annotations

import logging
import sys
from base64 import b85decode, b85encode
from pathlib import Path

HERE = Path(__file__).resolve().parent
CORPUS = HERE / "corpus.txt"
LONGEST_BYTES = 512


def keep(folder: Path) -> None:
    """Write the inputs of a folder as the corpus, the longest left out."""
    inputs = {path.read_bytes() for path in folder.iterdir() if path.is_file()}
    kept = sorted((data for data in inputs if 0 < len(data) <= LONGEST_BYTES), key=lambda data: (len(data), data))
    CORPUS.write_bytes(b"".join(b85encode(data) + b"\n" for data in kept))
    print(f"{len(kept)} inputs")


def corpus() -> list[bytes]:
    """The inputs that are kept."""
    return [b85decode(line) for line in CORPUS.read_bytes().split()] if CORPUS.exists() else []


def fuzz(folder: Path) -> None:
    """Run until libFuzzer ends."""
    import atheris

    sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]
    with atheris.instrument_imports(include=["bridge", "pythonosc.slip"]):
        from faults.fuzz_target import everything
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(() if any("merge" in option for option in sys.argv) else corpus()):
        (folder / f"kept-{number}").write_bytes(data)
    logging.disable(logging.CRITICAL)
    atheris.Setup(sys.argv, everything)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1] == "--keep":
        keep(Path(sys.argv[2]))
    else:
        fuzz(Path(next(word for word in sys.argv[1:] if not word.startswith("-"))))
