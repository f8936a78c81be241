"""Who takes part: the methods of the paper's rows, and our own presets of DITTO beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ditto_daw.evaluate.base import Entry, Trial, options
from ditto_daw.evaluate.paper import Rows


@dataclass(frozen=True)
class Player:
    """A row's label, its method in the registry, its preset ("" is the method's own), and its
    name among the paper's numbers."""

    label: str
    method: str
    preset: str = ""
    paper: str = ""


PLAIN = Player("no control", "plain", "teacher", "plain")
NAIVE = Player("naive masking", "masking", "", "naive")
MD = Player("MultiDiffusion", "multidiffusion", "", "md")
MD50 = Player("MD-50", "md-50", "", "md50")
GG = Player("Guidance Gradients", "guidance-gradients", "", "gg")
FREEDOM = Player("FreeDoM", "freedom", "", "freedom")
CONTROLNET = Player("Music ControlNet", "controlnet", "", "controlnet")
DOODL = Player("DOODL", "doodl", "teacher", "doodl")
"""Through as many sampler steps as DITTO."""
DITTO = Player("DITTO", "ditto", "teacher", "ditto")
STUDENT = Player("DITTO through the student", "ditto", "default")
DITTO_2 = Player("DITTO-2", "ditto-2", "ditto-2")
LITERAL = Player("DITTO to the letter", "ditto", "paper")
LITERAL_DOODL = Player("DOODL to the letter", "doodl", "", "doodl")

RESTLESS = Player("DITTO, all its steps", "ditto", "teacher")
"""With the option stop=False: it does not rest within tolerance."""

NEWTON = Player("DITTO by Newton's steps", "ditto", "default")
"""Through the student, with the option newton=True in place of Adam."""
BALANCED = Player("DITTO through the student, balanced", "ditto", "default")
"""With the option balance="auto" in place of the paper's weights."""

OURS = (DITTO, STUDENT, DITTO_2)
MASKING = (NAIVE, MD, MD50, GG)


def entries(
    players: Sequence[Player], task: str, paper: Rows | Mapping[str, Any], **own: Any
) -> tuple[Entry, ...]:
    """The rows of players at a task."""
    return tuple(
        Entry(
            player.label,
            Trial("control", task, player.method, player.preset, options=options(**own)),
            paper.get(player.paper, {}),
        )
        for player in players
    )
