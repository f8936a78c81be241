"""House: four to the floor, off-beat hats and stabs, a ducking mix."""

from ditto_daw.training.genres.progressions import POP
from ditto_daw.training.styles import Style

STYLE = Style(
    tempo=(118, 130),
    drums=(
        {
            "kick": "X...X...X...X...",
            "clap": "....X.......X...",
            "open": "..x...x...x...x.",
            "hat": "x.o.x.o.x.o.x.o.",
        },
        {
            "kick": "X...X...X...X...",
            "snare": "....X.......X..o",
            "open": "..X...X...X...X.",
            "shaker": "oxoxoxoxoxoxoxox",
        },
        {
            "kick": "X...X...X...X..x",
            "clap": "....X..o....X...",
            "hat": "..X...X...X...Xo",
            "conga": "...x..x....x..x.",
        },
    ),
    bass=("..R-..R-..R-..R-", "R--R--R-..R-..O-", "..R...RR..O...RF", "R-.R-.O-..R-.F-."),
    chords=("..x-..x-..x-..x-", "x..x..x...x..x..", "..x...x-.....x-.", "x--x--x---x--x--"),
    lead=(
        "..0.1...2..1..0.",
        "0.1.2.1.0.1.2.3.",
        "x--x--x-....x-x-",
        "x..x..x.........................x..x..x..x..x...",
    ),
    progressions=POP,
    kits=("synth909", "fluid24", "muse24", "synth808"),
    sounds={
        "bass": ("saw_bass", "sub_bass", "fm_bass", "square_bass"),
        "chords": ("stab", "organ", "gm1", "super", "gm16", "gm5"),
        "lead": ("pluck", "square_lead", "saw_lead", "gm80", "bell"),
        "pad": ("warm_pad", "saw_pad", "gm50", "gm48"),
    },
    bars_per_chord=(1, 2),
    chord_size=(3, 4, 5),
    sidechain=0.5,
)
