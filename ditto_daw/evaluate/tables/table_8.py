"""Table 8: DITTO through other samplers."""

from ditto_daw.evaluate.base import Block, Entry, Table, Trial, options, table
from ditto_daw.evaluate.lineup import DITTO
from ditto_daw.evaluate.paper import TABLE_8

SAMPLERS = {"ddim": ("DDIM", "ddim"), "dpm++": ("DPM-Solver++(2M)", "dpm")}
"""By the paper's name: ours, and the name in the registry of samplers."""
COLUMNS = {
    "intensity": ("intensity", "distance", "fad_vggish", "seconds"),
    "outpaint-2": ("overlap", "seam", "distance", "fad_vggish", "seconds"),
}
TITLES = {"intensity": "Intensity", "outpaint-2": "Outpainting, overlap 2 s"}


@table("8")
def build() -> Table:
    """One block per task, one row per sampler."""
    blocks = []
    for task, paper in TABLE_8.items():
        rows = [
            Entry(label, _through(task, sampler), paper[name])
            for name, (label, sampler) in SAMPLERS.items()
        ]
        blocks.append(Block(TITLES[task], COLUMNS[task], tuple(rows), SAMPLERS["ddim"][0]))
    return Table("other samplers", tuple(blocks), DIFFERENCES)


def _through(task: str, sampler: str) -> Trial:
    """With the exact gradient: a sampler that remembers its steps has no other."""
    own = options(sampler=sampler, way="checkpoint")
    return Trial("control", task, DITTO.method, DITTO.preset, options=own)


DIFFERENCES = (
    "As many steps of both samplers as the preset has, and the exact gradient through all of them"
    " (the other tables' preset takes a shortcut). The paper's FAD of this table is on another"
    " scale than that of table 3, and stands without one of ours."
)
