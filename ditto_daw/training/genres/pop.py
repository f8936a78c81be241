"""Pop: plain backbeats, singable leads, four-chord harmony."""

from ditto_daw.training.genres.progressions import POP
from ditto_daw.training.styles import Style

STYLE = Style(
    tempo=(88, 128),
    drums=(
        {"kick": "X.......X.x.....", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
        {"kick": "X...X...X...X...", "clap": "....X.......X...", "hat": "x.xxx.xxx.xxx.xx"},
        {
            "kick": "X..x..x...x.....",
            "snare": "....X.......X...",
            "hat": "x.x.x.x.x.x.x.x.",
            "tamb": "....x.......x...",
        },
    ),
    bass=("R-R-R-R-R-R-R-R-", "R---------R-R---", "R--R--R---R-F-A-", "R-------R-------"),
    chords=(
        "x---x---x---x---",
        "x---------------",
        "0-1-2-1-0-1-2-1-",
        "x--x--x---x--x--",
        "x-x-x-x-x-x-x-x-",
    ),
    lead=(
        "x-x-x-x---x-x---",
        "x---x-x-x-------....x-x-x-x-x---",
        "..x-x-x-x---x---",
        "x--x--x-x-------",
    ),
    progressions=POP,
    kits=("fluid0", "muse0", "fluid8", "muse16", "synth909"),
    sounds={
        "bass": ("gm33", "gm34", "gm38", "saw_bass"),
        "chords": ("gm0", "gm25", "gm1", "gm27", "super", "gm24"),
        "lead": ("gm81", "gm73", "gm0", "gm26", "saw_lead", "gm40", "gm71"),
        "pad": ("gm48", "gm50", "gm52", "saw_pad", "gm89"),
    },
    chord_size=(3,),
    sidechain=0.1,
)
