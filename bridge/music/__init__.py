"""The music core: notes, bars, metre, the grid, MIDI bytes. No socket, no file, no clock, no model."""
