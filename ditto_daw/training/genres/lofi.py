"""Lo-fi: dusty, swung and slow, on jazz harmony."""

from ditto_daw.training.genres.progressions import JAZZ
from ditto_daw.training.styles import Style

STYLE = Style(
    tempo=(68, 88),
    drums=(
        {"kick": "X.....x...X.....", "snare": "....x.......x...", "hat": "o.x.o.x.o.x.o.x."},
        {"kick": "X..x....x.......", "rim": "....x.......x..o", "hat": "x.o.x.o.x.o.x.o."},
        {"kick": "X.......x.x.....", "snare": "....x..o....x...", "shaker": "x.x.x.x.x.x.x.x."},
    ),
    bass=("R-----F-R---....", "R-------F---R-A-", "R---....R-O-F---"),
    chords=("x---------------", "x-----x---------", "....x-------x---", "0-1-2-3-2-1-2-1-"),
    lead=("..x-x-x---......", "x---x-x-....x---", "....x-x-x-----..", "x-----x-x-------"),
    progressions=JAZZ,
    kits=("fluid40", "muse40", "fluid0", "synth808", "muse32"),
    sounds={
        "bass": ("gm32", "gm33", "sub_bass", "gm35"),
        "chords": ("fm_ep", "gm4", "gm0", "gm26", "gm24"),
        "lead": ("gm11", "gm26", "gm73", "gm66", "bell"),
        "pad": ("warm_pad", "gm89", "gm52", "gm48"),
    },
    chord_size=(4, 5),
    swing=(0.54, 0.64),
    swing_unit=0.25,
)
