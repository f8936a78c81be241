"""Table 7: inversion of recorded music."""

from ditto_daw.evaluate.base import Block, Entry, Table, Trial, options, table
from ditto_daw.evaluate.paper import TABLE_7

PRESET = "paper-mel"
COLUMNS = ("inversion", "floor", "raw", "seconds")
INVERSIONS = {
    "naive": ("naive", "naive"),
    "ddim": ("DDIM", "ddim"),
    "null-text": ("null-text", "null_text"),
    "ditto": ("DITTO", "ditto"),
}
"""By the paper's name: ours, and the name in the registry of inversions."""


@table("7")
def build() -> Table:
    """One block per length and weight of guidance."""
    blocks = []
    for (seconds, guidance), paper in TABLE_7.items():
        own = options(seconds=seconds, guidance=guidance)
        rows = [
            Entry(label, Trial("inversion", "", method, PRESET, options=own), paper[name])
            for name, (label, method) in INVERSIONS.items()
        ]
        title = f"{seconds} seconds, w = {guidance:g}"
        blocks.append(Block(title, COLUMNS, tuple(rows), INVERSIONS["ditto"][0]))
    return Table("inversion of recorded music", tuple(blocks), DIFFERENCES)


DIFFERENCES = (
    "The paper inverts 5,000 clips of MusicCaps; here the bundled clip, or those of the folder that"
    " --real names, under arbitrary genres and moods, and no grid. Twenty steps, as there. The"
    " error is taken to what the codec makes of the recording; the codec's own error and the error"
    " to the recording itself stand beside it, for the paper's model has no codec. This schedule"
    " ends in pure noise, so that the naive way keeps nothing of the clip. DITTO's search takes at"
    " most 30 steps. The long clips are four times the short ones."
)
