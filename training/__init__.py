"""From songs to a model that plays: reading corpora, preparing, training, measuring. Needs the extra `train`."""

from pathlib import Path

CORPORA_FOLDER = Path("../shared/data")
"""Where the corpora are looked for unless --data says where."""
