"""Table 8: DITTO through other samplers."""

from dataclasses import replace

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
        plain = Trial("control", task, DITTO.method, DITTO.preset)
        rows = [
            Entry(label, _through(plain, sampler), paper[name])
            for name, (label, sampler) in SAMPLERS.items()
        ]
        blocks.append(Block(TITLES[task], COLUMNS[task], tuple(rows), SAMPLERS["ddim"][0]))
    return Table("other samplers", tuple(blocks), DIFFERENCES)


def _through(trial: Trial, sampler: str) -> Trial:
    """DDIM is the preset's own: the same trial as in the other tables."""
    return trial if sampler == "ddim" else replace(trial, options=options(sampler=sampler))


DIFFERENCES = (
    "As many steps of both samplers as the preset has. The paper's FAD of this table is on another"
    " scale than that of table 3, and stands without one of ours."
)
