"""Notes, lanes, chords and the beat grid as arrays."""
