"""Table 3: intensity, melody and structure control."""

from ditto_daw.evaluate.base import Block, Table, table
from ditto_daw.evaluate.lineup import (
    CONTROLNET,
    DITTO,
    DOODL,
    FREEDOM,
    NEWTON,
    OURS,
    PLAIN,
    RESTLESS,
    entries,
)
from ditto_daw.evaluate.paper import TABLE_3

QUALITY = ("distance", "fad_clap", "clap", "steps", "seconds")


@table("3")
def build() -> Table:
    """One block per control."""
    players = (PLAIN, CONTROLNET, FREEDOM, DOODL, *OURS)
    blocks = [
        Block(
            control.capitalize(),
            (control, *QUALITY),
            entries(players, control, TABLE_3[control])
            + entries((NEWTON,), control, {}, newton=True)
            + entries((RESTLESS,), control, {}, stop=False),
            DITTO.label,
        )
        for control in TABLE_3
    ]
    return Table("intensity, melody and structure control", tuple(blocks), DIFFERENCES)


DIFFERENCES = (
    "Curves: linear, tanh and cosine, each flipped or not, of ±6, 9, 12 and 15 dB (Music"
    " ControlNet's). Melodies: excerpts of public-domain lead sheets, without their chords."
    " Patterns: such as ABA and AABB. The paper's dB are of its own spectrograms; melody accuracy"
    " is given there in per cent as here. The paper has no ControlNet for structure. DOODL as in"
    " table 1. A pattern asks like parts to be alike; unlike ones may be anything from unrelated to"
    " opposite."
)
