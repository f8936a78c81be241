"""Table 11: latency and training."""

from ditto_daw.evaluate.base import Block, Table, table
from ditto_daw.evaluate.lineup import (
    CONTROLNET,
    DITTO,
    DITTO_2,
    FREEDOM,
    LITERAL,
    LITERAL_DOODL,
    PLAIN,
    STUDENT,
    entries,
)
from ditto_daw.evaluate.paper import TABLE_11

COLUMNS = ("seconds", "training_hours", "intensity")


@table("11")
def build() -> Table:
    """Every method under intensity control; the trials are those of tables 3 and 5."""
    rows = (
        *entries((PLAIN, CONTROLNET, FREEDOM), "intensity", TABLE_11),
        *entries((LITERAL,), "intensity", {"": TABLE_11["ditto"]}, steps=20, stop=False),
        *entries((DITTO, STUDENT, DITTO_2), "intensity", {}),
        *entries((LITERAL_DOODL,), "intensity", TABLE_11),
    )
    return Table("latency and training", (Block("", COLUMNS, rows),), DIFFERENCES)


DIFFERENCES = (
    "Seconds from the noise to the finished audio on this machine (the paper: one A100 with 40 GB),"
    " median over the pairs, with whatever else the machine did meanwhile. Hours of training are"
    " those of an adapter to a control, beyond the model's own; the paper's are of one A100."
)
