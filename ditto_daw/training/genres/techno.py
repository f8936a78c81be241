"""Techno: a kick on every quarter, sixteenth basses, chords that stand still."""

from ditto_daw.training.genres.progressions import STATIC
from ditto_daw.training.styles import Style

STYLE = Style(
    tempo=(126, 142),
    drums=(
        {"kick": "X...X...X...X...", "hat": "..X...X...X...X.", "perc": "...x..x....x..x."},
        {
            "kick": "X...X...X...X...",
            "open": "..X...X...X...X.",
            "hat": "xoxoxoxoxoxoxoxo",
            "clap": "............X...",
        },
        {
            "kick": "X...X...X...X...",
            "clap": "....X.......X...",
            "ride": "..x...x...x...x.",
            "rim": "x..x..x..x..x.x.",
        },
    ),
    bass=(".RRR.RRR.RRR.RRR", "R.RR.R.RR.RR.ROR", "..R...R...R...R.", "R-R.R.RO.R.R.RFR"),
    chords=(
        "x..x..x..x..x...",
        "......x.........",
        "...x......x.....",
        "x...............................x....x..........",
    ),
    lead=("0.12.10.0.12.103", "0012001200120013", "0..1..2..1..0.2.", "x.....x...x....."),
    progressions=STATIC,
    kits=("synth909", "synth909", "synth808", "fluid24"),
    sounds={
        "bass": ("acid_bass", "saw_bass", "sub_bass", "fm_bass"),
        "chords": ("stab", "super", "gm62"),
        "lead": ("acid_lead", "pluck", "square_lead", "bell"),
        "pad": ("saw_pad", "warm_pad", "noise_pad", "gm95"),
    },
    bars_per_chord=(2, 4),
    chord_size=(3,),
    sidechain=0.45,
    scales={"major": ("mixolydian",), "minor": ("aeolian", "phrygian")},
)
