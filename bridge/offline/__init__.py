"""A whole song at once: lead in, accompaniment out, as MIDI and as a picture. Through the same session as live."""
