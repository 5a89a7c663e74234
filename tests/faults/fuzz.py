"""Coverage-guided fuzzing of the edge, from the corpus that is kept beside it as lines of hex.

    python tests/faults/fuzz.py FOLDER -max_total_time=3600     unpack the corpus into a folder and fuzz on from it
    python tests/faults/fuzz.py --keep FOLDER                   keep what the folder holds as the corpus

Needs atheris (pip install atheris), which no test does: test_corpus.py replays the corpus without it. Options are
libFuzzer's.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CORPUS = HERE / "corpus.txt"
LONGEST_BYTES = 512


def keep(folder: Path) -> None:
    """Write the inputs of a folder as the corpus, the longest left out."""
    inputs = {path.read_bytes() for path in folder.iterdir() if path.is_file()}
    lines = sorted(
        (data.hex() for data in inputs if 0 < len(data) <= LONGEST_BYTES), key=lambda line: (len(line), line)
    )
    CORPUS.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")
    print(f"{len(lines)} inputs")


def fuzz(folder: Path) -> None:
    """Run until libFuzzer ends."""
    import atheris

    sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]
    with atheris.instrument_imports(include=["bridge", "pythonosc.slip"]):
        from faults.fuzz_target import everything
    folder.mkdir(parents=True, exist_ok=True)
    for number, line in enumerate(CORPUS.read_text(encoding="ascii").split() if CORPUS.exists() else ()):
        (folder / f"kept-{number}").write_bytes(bytes.fromhex(line))
    logging.disable(logging.CRITICAL)
    atheris.Setup(sys.argv, everything)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1] == "--keep":
        keep(Path(sys.argv[2]))
    else:
        fuzz(Path(sys.argv[1]))
