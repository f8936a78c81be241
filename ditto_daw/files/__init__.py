"""Audio, MIDI and asset files: checked when they are read, whole when they are written."""
