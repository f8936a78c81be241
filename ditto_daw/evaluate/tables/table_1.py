"""Table 1: outpainting with overlaps of 1 to 3 s, and looping."""

from ditto_daw.evaluate.base import Block, Table, table
from ditto_daw.evaluate.lineup import DITTO, DOODL, FREEDOM, MASKING, OURS, PLAIN, entries
from ditto_daw.evaluate.paper import TABLE_1

COLUMNS = ("overlap", "seam", "distance", "fad_clap", "seconds")
TITLES = {
    "outpaint-1": "Outpainting, overlap 1 s",
    "outpaint-2": "Outpainting, overlap 2 s",
    "outpaint-3": "Outpainting, overlap 3 s",
    "loop": "Looping, 1 s of known music on either side",
}


@table("1")
def build() -> Table:
    """One block per overlap, one of looping."""
    players = (PLAIN, DOODL, *MASKING, FREEDOM, *OURS)
    blocks = [
        Block(title, COLUMNS, entries(players, task, TABLE_1[task]), DITTO.label)
        for task, title in TITLES.items()
    ]
    return Table("outpainting and looping", tuple(blocks), DIFFERENCES)


DIFFERENCES = (
    "The paper tells FAD alone. Beside the distance stand what FAD cannot tell apart: how far the"
    " known part is from what it was (mean square, where 80 dB of the mel count as 1), and the"
    " seams of figure 4: the largest jump of the mel within two frames of a join over the 95th"
    " percentile of all other jumps, median over the pairs. DOODL runs through as many sampler"
    " steps as DITTO here, with a clip that is wider the fewer its iterations; to the letter it"
    " stands in table 5."
)
