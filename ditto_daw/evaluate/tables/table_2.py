"""Table 2: inpainting of gaps of 2 to 4 s."""

from ditto_daw.evaluate.base import Block, Table, table
from ditto_daw.evaluate.lineup import DITTO, DOODL, FREEDOM, MASKING, OURS, PLAIN, entries
from ditto_daw.evaluate.paper import TABLE_2
from ditto_daw.evaluate.tables.table_1 import COLUMNS


@table("2")
def build() -> Table:
    """One block per gap."""
    players = (PLAIN, DOODL, *MASKING, FREEDOM, *OURS)
    blocks = [
        Block(f"Gap of {task[-1]} s", COLUMNS, entries(players, task, TABLE_2[task]), DITTO.label)
        for task in TABLE_2
    ]
    return Table("inpainting", tuple(blocks), "Columns and rows as in table 1.")
