"""The workshop of the Max side: readable sources in, patches and devices out, byte for byte the same each time.

`container` reads and writes `.amxd`; `patcher` builds patcher JSON; `shapes` knows every object's ports; `linter`
finds what Max would silently ignore; `draw` makes pictures; `sources/` holds one readable source a patch;
`devices` runs them all. Standard library only: nothing here is needed to play.
"""
