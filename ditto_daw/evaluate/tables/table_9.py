"""Table 9: two objectives at once."""

from ditto_daw.evaluate.base import Block, Table, table
from ditto_daw.evaluate.lineup import (
    BALANCED,
    CONTROLNET,
    DITTO,
    FREEDOM,
    OURS,
    PLAIN,
    RESTLESS,
    entries,
)
from ditto_daw.evaluate.paper import TABLE_9
from ditto_daw.evaluate.tables.table_3 import QUALITY

OWN = {
    "intensity+outpaint-2": ("Intensity + outpainting, overlap 2 s", ("overlap", "seam")),
    "intensity+structure": ("Intensity + structure", ("structure",)),
    "intensity+melody": ("Intensity + melody", ("melody",)),
}


@table("9")
def build() -> Table:
    """One block per pair of objectives."""
    blocks = []
    for task, paper in TABLE_9.items():
        title, others = OWN[task]
        adapted = (CONTROLNET,) if "controlnet" in paper else ()
        rows = entries((PLAIN, FREEDOM, *adapted, *OURS), task, paper)
        rows += entries((BALANCED,), task, {}, balance="auto")
        rows += entries((RESTLESS,), task, {}, stop=False)
        blocks.append(Block(title, ("intensity", *others, *QUALITY), rows, DITTO.label))
    return Table("two objectives at once", tuple(blocks), DIFFERENCES)


DIFFERENCES = (
    "λ as in appendix H, but in the balanced row, which weighs each objective by how hard it pulls."
    " What is well within its tolerance pulls no more, where a row rests there. Beside an overlap,"
    " intensity counts in the new part alone, as there. Curves, melodies and patterns are those of"
    " table 3; how well the overlap is kept stands beside it."
)
