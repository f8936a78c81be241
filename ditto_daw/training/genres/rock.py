"""Rock: driving eighths, power and crunch."""

from ditto_daw.training.genres.progressions import POP_MAJOR, POP_MINOR
from ditto_daw.training.styles import Style

STYLE = Style(
    tempo=(96, 160),
    drums=(
        {"kick": "X.......X.......", "snare": "....X.......X...", "hat": "X.x.X.x.X.x.X.x."},
        {"kick": "X..x..x.X.x.....", "snare": "....X.......X...", "open": "X...X...X...X..."},
        {"kick": "X...x...X.x.x...", "snare": "....X.......X...", "ride": "X.x.X.x.X.x.X.x."},
    ),
    bass=("RRRRRRRRRRRRRRRR", "R-R-R-R-R-R-R-R-", "R---R-R---R-F-A-", "R-R-..R-R-..O-F-"),
    chords=("x-x-x-x-x-x-x-x-", "x---x-x-..x-x---", "x---------------", "x-------x-------"),
    lead=(
        "x---x-x-x---x---",
        "x-x-x-x-x-x-x---",
        "x-------x---x---x-----------....",
        "0-1-2-1-0-1-2-3-",
    ),
    progressions={
        "major": (*POP_MAJOR, (0, 6, 3, 0), (0, 3, 4, 3)),
        "minor": (*POP_MINOR, (0, 2, 6, 3)),
    },
    kits=("fluid16", "muse16", "fluid0", "muse8"),
    sounds={
        "bass": ("gm34", "gm33"),
        "chords": ("gm30", "gm29", "gm27", "gm25", "gm18"),
        "lead": ("gm30", "gm29", "gm18", "gm27", "gm1"),
        "pad": ("gm16", "gm48", "gm18", "gm50"),
    },
    chord_size=(3,),
    scales={"major": ("mixolydian", "ionian"), "minor": ("aeolian", "dorian")},
)
