"""Starting a worker process. Imports little, so that it can be done before anything else is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ONE_THREAD = {
    f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM", "BLIS")
} | {"VECLIB_MAXIMUM_THREADS": "1"}
"""One BLAS thread a process: two made the median better and the tail worse, and processes play side by side."""


def started(*ahead: str) -> subprocess.Popen[bytes]:
    """A new worker process that finds what this one finds, and runs its arithmetic on one thread.

    ahead  modules that it imports before it has been given anything to do
    """
    here = str(Path(__file__).resolve().parent.parent.parent)
    paths = os.pathsep.join(dict.fromkeys([here, *filter(None, sys.path)]))
    return subprocess.Popen(
        [sys.executable, "-c", "import sys; from bridge.server.worker import main; main(*sys.argv[1:])", *ahead],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **ONE_THREAD, "PYTHONPATH": paths},
    )
