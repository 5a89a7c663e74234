"""From songs to a model that plays: reading corpora, preparing, training, measuring. Needs the extra `train`."""
