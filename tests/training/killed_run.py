"""A run that is killed in the middle of a stretch, for a test: `python killed_run.py FOLDER DRAWS`."""

import os
import signal
import sys
from pathlib import Path

from tests.training.toy_stages import stage
from training.loop import run_stage


class Deadly(list):
    """Kills its process when it has grown to a length."""

    def append(self, value):
        super().append(value)
        if len(self) == int(sys.argv[2]):
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


if __name__ == "__main__":
    run_stage(stage(seen=Deadly()), Path(sys.argv[1]))
