"""Where songs come from: one module a corpus, each yielding songs with a lead, an accompaniment and maybe chords.

A source knows its files; it knows nothing of bars as numbers, of splits or of networks. What cannot be used is not
passed over in silence: it comes as a `Dropped` with its reason.
"""
