"""Drum and bass: fast broken beats over slow basses and pads."""

from ditto_daw.training.genres.progressions import POP_MAJOR, POP_MINOR
from ditto_daw.training.styles import Style

STYLE = Style(
    tempo=(165, 178),
    drums=(
        {"kick": "X.........X.....", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."},
        {
            "kick": "X.........x.....",
            "snare": "....X..o.o..X..o",
            "hat": "xoxoxoxoxoxoxoxo",
            "ride": "x...x...x...x...",
        },
        {
            "kick": "X.X.......X.....X.X.......X..x..",
            "snare": "....X..o.o..X.......X..o.o....X.",
            "hat": "x.x.x.x.x.x.x.x.",
        },
    ),
    bass=(
        "R---------------",
        "R-----R---F-----",
        "R--R--..R-..O-..",
        "R-------........R---....F---A---",
    ),
    chords=("x---------------", "x--x--x-........", "......x-......x-"),
    lead=(
        "x-------x-x-....",
        "0.1.2.3.2.1.2.1.",
        "x-----x-----x---x---------......",
        "..x-..x-..x-x-..",
    ),
    progressions={"major": POP_MAJOR[:4], "minor": (*POP_MINOR[:4], (0, 0, 5, 5))},
    kits=("synth909", "fluid16", "muse16", "fluid24", "muse0"),
    sounds={
        "bass": ("reese", "sub_bass", "fm_bass", "808_bass"),
        "chords": ("super", "gm4", "stab", "gm0"),
        "lead": ("saw_lead", "pluck", "bell", "gm73", "square_lead"),
        "pad": ("saw_pad", "warm_pad", "gm50", "gm94"),
    },
    bars_per_chord=(2, 1, 4),
    chord_size=(3, 4),
    sidechain=0.3,
)
