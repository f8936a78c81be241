"""Ambient: long pads and few, soft strokes in a large room."""

from ditto_daw.training.styles import Style

STYLE = Style(
    tempo=(60, 100),
    drums=(
        {"kick": "x...............", "shaker": "..o...o...o...o."},
        {"perc": "x.....o.....o...", "rim": "........o......."},
        {"kick": "x.......o.......", "hat": "....o.......o...", "perc": "..o.......o....."},
    ),
    bass=("R---------------", "R-------F-------", "R-------........"),
    chords=("x---------------", "0---1---2---1---", "x-------x-------", "0-1-2-3-2-1-2-3-"),
    lead=(
        "x-------........",
        "x---x-----------",
        "..x-....x---....x---------------",
        "x-----------x---",
    ),
    progressions={
        "major": ((0, 3), (0, 5, 3, 3), (3, 0), (0, 2, 5, 3)),
        "minor": ((0, 5), (0, 2), (0, 5, 2, 6), (0, 3)),
    },
    kits=("synth808", "fluid40", "fluid24"),
    sounds={
        "bass": ("sub_bass", "gm32", "sub_bass", "gm39"),
        "chords": ("gm0", "gm46", "gm11", "fm_ep", "gm9", "bell"),
        "lead": ("bell", "gm73", "gm9", "gm75", "gm40", "pluck"),
        "pad": (
            "warm_pad",
            "glass_pad",
            "noise_pad",
            "gm89",
            "gm91",
            "gm92",
            "gm94",
            "saw_pad",
            "gm49",
        ),
    },
    bars_per_chord=(2, 1, 4),
    chord_size=(3, 4, 5),
    scales={"major": ("lydian", "ionian"), "minor": ("dorian", "aeolian")},
)
