"""The OSC test client: plays a MIDI file at a bridge as a plugin would, and reports the timing. Knows no model."""
