"""Jazz: a swung ride, walking basses, sevenths and ninths in fifths."""

from ditto_daw.training.genres.progressions import JAZZ
from ditto_daw.training.styles import Style

STYLE = Style(
    tempo=(96, 190),
    drums=(
        {"ride": "X...x.x.X...x.x.", "pedal": "....x.......x...", "snare": "......o.......o."},
        {
            "ride": "X...x.x.X...x.x.",
            "pedal": "....x.......x...",
            "kick": "o...o...o...o...",
            "rim": "............x...",
        },
        {
            "hat": "x...x.x.x...x.x.",
            "kick": "x.......x.......",
            "snare": "....o.o.....o...",
            "ride": "x...x...x...x...",
        },
    ),
    bass=("R---W---W---A---", "R---W---F---A---", "R-------F-------", "R---T---W---A-W-"),
    chords=(
        "x.....x---......",
        "..x-......x-....",
        "x-------....x-..",
        "......x-........x---..........x-",
    ),
    lead=(
        "x-x-x-x-x---..x-",
        "..x-x-x-x-x-x---",
        "x---x-x-....x-x-x-x-x-x-x---....",
        "x-----x-x---x-x-",
    ),
    progressions=JAZZ,
    kits=("fluid32", "muse32", "fluid40", "muse40"),
    sounds={
        "bass": ("gm32",),
        "chords": ("gm0", "gm26", "gm4", "gm11", "gm16"),
        "lead": ("gm66", "gm65", "gm59", "gm56", "gm11", "gm26", "gm71", "gm64"),
        "pad": ("gm48", "gm49", "gm16"),
    },
    bars_per_chord=(1, 1, 0.5),
    chord_size=(4, 5),
    swing=(2 / 3, 2 / 3),
    scales={"major": ("ionian",), "minor": ("harmonic", "dorian")},
)
