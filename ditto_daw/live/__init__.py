"""Live: targets played in by MIDI, notes that start jobs, and results heard in a loop."""
