"""Hip-hop: slow broken beats with swung sixteenths over long low basses."""

from ditto_daw.training.genres.progressions import POP_MINOR, VAMP
from ditto_daw.training.styles import Style

STYLE = Style(
    tempo=(78, 98),
    drums=(
        {"kick": "X.....x..xX.....", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
        {"kick": "X..x......x.....", "clap": "....X.......X..o", "hat": "x.x.xoxox.x.x.xx"},
        {
            "kick": "X......xX.x.....",
            "snare": "....X..o.o..X...",
            "hat": "xxx.xxx.xxx.xoxo",
            "open": "..............x.",
        },
    ),
    bass=("R-----R--R--....", "R--------.R-F-..", "R--...R---..O-F-", "R-------........"),
    chords=("x---------------", "x...x...x...x...", "x-----x---------", "..x...x...x...x."),
    lead=("x-x-..x-x---....", "..x.x-x.....x-..", "0.2.1.2.0.2.1.3.", "x--x--x-........"),
    progressions=VAMP | {"minor": POP_MINOR[:4] + VAMP["minor"]},
    kits=("synth808", "fluid25", "muse25", "fluid0", "muse16"),
    sounds={
        "bass": ("sub_bass", "808_bass", "gm33", "gm38"),
        "chords": ("gm0", "gm4", "gm24", "gm11", "fm_ep"),
        "lead": ("bell", "gm73", "gm9", "gm45", "pluck"),
        "pad": ("gm48", "warm_pad", "gm52", "gm89"),
    },
    bars_per_chord=(1, 2),
    chord_size=(3, 4),
    swing=(0.5, 0.62),
    swing_unit=0.25,
)
