"""Table 5: DITTO against DOODL under intensity control, through 20 and 50 sampler steps."""

from ditto_daw.evaluate.base import Block, Entry, Table, Trial, options, table
from ditto_daw.evaluate.lineup import (
    DITTO,
    DITTO_2,
    LITERAL,
    LITERAL_DOODL,
    STUDENT,
    Player,
    entries,
)
from ditto_daw.evaluate.paper import TABLE_5, Numbers, Rows

TASK = "intensity"
COLUMNS = (
    "intensity",
    "steps_to_2",
    "close",
    "step_seconds",
    "distance",
    "fad_clap",
    "clap",
    "seconds",
)
MEMORY = ("memory",)
WEIGHED = 3
"""Trials that memory is taken of: it hardly differs."""


@table("5")
def build() -> Table:
    """One block per number of steps with its memory beside it; our own presets in the last."""
    blocks: list[Block] = []
    for steps, paper in TABLE_5.items():
        pair = (LITERAL, LITERAL_DOODL)
        numbers = {**paper, LITERAL.paper: paper["ditto"]}
        told = {name: _only(row, COLUMNS) for name, row in numbers.items()}
        rows = entries(pair, TASK, told, steps=steps, stop=False)
        blocks.append(Block(f"{steps} sampler steps", COLUMNS, rows, LITERAL.label))
        blocks.append(_memory(f"{steps} sampler steps: memory", pair, numbers, steps))
    ours = (DITTO, STUDENT, DITTO_2)
    blocks.append(Block("Our own presets", COLUMNS, entries(ours, TASK, {})))
    blocks.append(_memory("Our own presets: memory", ours, {}))
    return Table("DITTO and DOODL", tuple(blocks), DIFFERENCES)


def _only(numbers: Numbers, columns: tuple[str, ...]) -> Numbers:
    return {name: value for name, value in numbers.items() if name in columns}


def _memory(
    title: str, players: tuple[Player, ...], paper: Rows, steps: int | None = None
) -> Block:
    own = options() if steps is None else options(steps=steps)
    rows = []
    for one in players:
        trial = Trial("memory", TASK, one.method, one.preset, options=own)
        rows.append(Entry(one.label, trial, _only(paper.get(one.paper, {}), MEMORY)))
    return Block(title, MEMORY, tuple(rows), most=WEIGHED)


DIFFERENCES = (
    "MS2C are the steps until the best iterate's own loss was within 2 dB²; those that never come"
    " so near count with all their steps. Nothing rests early here, but in our own presets. Where"
    " `--calls` leaves the rows to the letter fewer than 70 iterations, their seconds and their"
    " memory can be compared, and their errors cannot. DITTO to the letter reads the loss through"
    " the vocoder, as the paper does, and DOODL from the mel. Memory is the peak of one"
    " optimisation step above the loaded, idle process (the paper: of the GPU); MOS and latency are"
    " of this machine, with whatever else it did meanwhile."
)
