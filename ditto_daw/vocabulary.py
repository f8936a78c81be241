"""The words a producer and the model share: genres, moods, keys, roles, meters, kinds of job.

The order of each tuple is the model's own numbering: append, never reorder.
"""

GENRES = (
    "house",
    "techno",
    "hiphop",
    "lofi",
    "drum and bass",
    "pop",
    "rock",
    "funk",
    "jazz",
    "ambient",
)
MOODS = ("bright", "calm", "dark", "energetic", "melancholic", "tense")
TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
KEYS = tuple(f"{tonic} {mode}" for mode in ("major", "minor") for tonic in TONICS)
ROLES = ("drums", "bass", "chords", "lead", "pad")
METERS = ((4, 4), (3, 4), (6, 8), (5, 4), (7, 8))
KINDS = ("draft", "loop", "clip")
USES = ("new", "extend", "repair", "redo", "vary", "continue", "fill")
METHODS = (
    "ditto",
    "ditto-2",
    "doodl",
    "doodl-inverse",
    "freedom",
    "guidance-gradients",
    "multidiffusion",
    "md-50",
    "masking",
    "controlnet",
    "ddpm",
)
"""How a job's controls are met; each is a file of `methods/`, or a setting of one."""
PRESETS = ("default", "teacher", "student", "ditto-2", "paper", "paper-mel", "paper-melody")
"""How DITTO optimises; see `presets.PRESETS`."""
FEATURES = ("intensity", "melody", "harmony", "structure", "groove")
"""What of a recording can be followed; each is a control of the same name."""
GROOVES = ("grid", "midi")
BALANCES = ("paper", "auto")
INTENSITY_LOSSES = ("db", "correlation")
