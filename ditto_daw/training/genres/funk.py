"""Funk: syncopated sixteenths on one or two chords."""

from ditto_daw.training.genres.progressions import VAMP
from ditto_daw.training.styles import Style

STYLE = Style(
    tempo=(96, 116),
    drums=(
        {"kick": "X.x....o..x..x..", "snare": "....X..o.o..X..o", "hat": "XxxxXxxxXxxxXxxx"},
        {
            "kick": "X..x..x...x.....",
            "snare": "....X..o.o.oX...",
            "hat": "X.x.X.x.X.x.X.x.",
            "tamb": "..x...x...x...x.",
        },
        {
            "kick": "X.x.......x..x..",
            "snare": "....X.......X...",
            "hat": "x.xxx.xxx.xxx.xx",
            "conga": "..x..x..x.x..x.x",
        },
    ),
    bass=("R..O.R.F..RR.O.A", "R-..RO..R.F.R-A.", "R.R..O-.FR..R.OA", "R--.O.R...R.F-A."),
    chords=("..x...x..x..x.x.", "x.xx.x.xx.xx.x.x", "...x..x....x..x.", "x...........x.x."),
    lead=(
        "x.x..x-.x..x.x-.",
        "..xx.x-...xx.x--",
        "x--x.x-.........xx.x.x-.x-------",
        "x..x..x.x..x..x.",
    ),
    progressions=VAMP,
    kits=("fluid0", "muse0", "fluid8", "muse8"),
    sounds={
        "bass": ("gm36", "gm33", "gm36", "gm38"),
        "chords": ("gm7", "gm28", "gm27", "gm16", "gm4", "gm61"),
        "lead": ("gm56", "gm65", "gm61", "gm66", "gm80"),
        "pad": ("gm16", "gm48", "gm61", "gm50"),
    },
    bars_per_chord=(1, 2),
    chord_size=(4, 5),
    swing=(0.5, 0.55),
    swing_unit=0.25,
    scales={"major": ("mixolydian",), "minor": ("dorian",)},
)
