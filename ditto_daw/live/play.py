"""Hear a loop go round: takes by number, changed on the bar; meters; q ends it."""

from __future__ import annotations

import math
import time
from pathlib import Path

from ditto_daw.live.keys import keys
from ditto_daw.live.loop_player import LoopPlayer
from ditto_daw.live.sound import open_stream, read_takes

LOOK = 0.05
FLOOR = -48.0
"""dB at which a meter begins."""
WIDTH = 32


def play(paths: list[Path], bars: int, device: str | None, seconds: float | None) -> int:
    """Play until q or Ctrl-C, or so many seconds. Raises DittoError without a sound system."""
    from rich.live import Live

    takes, rate = read_takes(paths)
    player = LoopPlayer(takes, bars)
    end = None if seconds is None else time.monotonic() + seconds
    names = [path.name for path in paths]
    with open_stream(player, rate, device), keys() as pressed, Live(auto_refresh=False) as live:
        try:
            while end is None or time.monotonic() < end:
                key = pressed()
                if key in ("q", "Q"):
                    break
                if key.isdecimal():
                    player.choose(int(key) - 1)
                live.update(view(player, names), refresh=True)
                time.sleep(LOOK)
        except KeyboardInterrupt:
            pass
    return 0


def view(player: LoopPlayer, names: list[str]) -> str:
    """The takes, where the music is, and a meter for each channel; rich's markup."""
    lines = []
    for number, name in enumerate(names):
        mark = "▶" if number == player.playing else "…" if number == player.chosen else " "
        lines.append(f"{mark} {number + 1} {_plain(name)}")
    lines.append(f"bar {player.bar + 1} of {player.bars}, round {player.wraps + 1}")
    lines += [meter(peak, rms) for peak, rms in zip(*_levels(player), strict=True)]
    return "\n".join(lines)


def meter(peak: float, rms: float) -> str:
    """RMS as a bar, the peak as a mark and in dB; red where it clips."""
    filled, mark = (round(WIDTH * _share(value)) for value in (rms, peak))
    cells = ["█" if cell < filled else "·" for cell in range(WIDTH)]
    if mark:
        cells[mark - 1] = "│"
    colour = "red" if peak >= 1 else "green"
    told = f"{_decibels(peak):6.1f} dB" if peak > 0 else "  -inf dB"
    return f"[{colour}]{''.join(cells)}[/] {told}"


def _levels(player: LoopPlayer) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return player.level.peak, player.level.rms


def _share(value: float) -> float:
    return min(1.0, max(0.0, 1 - _decibels(value) / FLOOR)) if value > 0 else 0.0


def _decibels(value: float) -> float:
    return 20 * math.log10(value)


def _plain(name: str) -> str:
    """rich reads square brackets as markup."""
    return name.replace("[", r"\[")
