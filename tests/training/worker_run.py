"""One of several workers that train the tiny network, for a test: `python worker_run.py FOLDER`, TF_CONFIG set.

All workers are cut off at the same step and go on. What came of it is written to FOLDER/INDEX.json; the run's own
folder is FOLDER/INDEX, so that none sees another's files.
"""

import json
import sys
from pathlib import Path

import numpy as np

from tests.training.toy_stages import ROWS, stage
from training import workers
from training.loop import run_stage


class Cutting(list):
    """Interrupts the run when so many batches were drawn."""

    def append(self, value):
        super().append(value)
        if len(self) == 7:
            raise InterruptedError


def main(folder: Path) -> None:
    team = workers.found()
    out = folder / str(team.index)
    out.mkdir()
    rows = ROWS // team.replicas
    try:
        run_stage(stage(rows, seen=Cutting()), out, team)
    except InterruptedError:
        files_then = sorted(path.name for path in out.iterdir())
    drawn = []
    model = run_stage(stage(rows, seen=drawn), out, team)
    result = {
        "rows": drawn,
        "files_then": files_then,
        "files": sorted(path.name for path in out.iterdir()),
        "weights": [np.asarray(variable).tolist() for variable in model.trainable_variables],
    }
    (folder / f"{team.index}.json").write_text(json.dumps(result))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
