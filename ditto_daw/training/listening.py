"""A page to hear and look at what the model learns from.

    python -m ditto_daw.training.listening --out page.html

Ten seconds of every genre with the roles that suit it, in all meters, then every role alone: each
with a player, its spectrogram under its bar lines, and its rhythm figures. With `--picture` the
log-mel spectrograms of the ten genres are written, too, as in docs/training_music.md.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ditto_daw import signal
from ditto_daw.report.page import Section, page, picture, player
from ditto_daw.report.plots import spectrogram
from ditto_daw.training.bank import RATE, Bank, build
from ditto_daw.training.check import Checked, check, grid_of
from ditto_daw.training.composer import compose
from ditto_daw.training.mixer import DEFAULT_BANK, render
from ditto_daw.training.score import Score
from ditto_daw.vocabulary import GENRES, KEYS, METERS, MOODS, ROLES

SECONDS = 10.0


@dataclass(frozen=True)
class Example:
    """A piece as it is played: audio (2, samples) at 44.1 kHz."""

    score: Score
    audio: NDArray[np.float32]

    def figures(self) -> Checked:
        """Its rhythm, measured."""
        return check(self.score, self.audio)


def by_genre(bank: Bank, seed: int) -> list[Example]:
    """One piece of each genre; moods, keys and meters go round."""
    return [
        _play(
            compose(
                genre,
                MOODS[number % len(MOODS)],
                KEYS[number * 7 % len(KEYS)],
                METERS[number // 2 % len(METERS)] if number % 2 else METERS[0],
                seconds=SECONDS,
                seed=seed + number,
                plain=True,
            ),
            bank,
        )
        for number, genre in enumerate(GENRES)
    ]


def by_role(bank: Bank, seed: int) -> list[Example]:
    """Each role alone, in a genre and a meter of its own."""
    return [
        _play(
            compose(
                GENRES[number * 3 % len(GENRES)],
                MOODS[number],
                KEYS[number * 5],
                METERS[number],
                seconds=SECONDS,
                roles=(role,),
                seed=seed + number,
                plain=True,
            ),
            bank,
        )
        for number, role in enumerate(ROLES)
    ]


def _play(score: Score, bank: Bank) -> Example:
    return Example(score, render(score, bank)[0])


def section(example: Example, title: str, folder: Path) -> Section:
    """A card with the sound, the picture and the figures of an example."""
    score, checked = example.score, example.figures()
    bars = grid_of(score)[1][:: score.meter[0]].tolist()
    path = folder / "example.wav"
    soundfile.write(path, example.audio.T, RATE, "PCM_16")
    tempo = score.timeline.tempo(np.array([0.0]))[0]
    lead = (
        f"{score.mood}, {score.key}, {score.meter[0]}/{score.meter[1]} at {tempo:.0f}; "
        f"{', '.join(score.sounding())}. {checked.figures.onsets} onsets, "
        f"{checked.figures.share:.0%} on the grid; the first beat is "
        f"{'' if checked.figures.downbeat else 'not '}the strongest."
    )
    shown = picture(spectrogram(example.audio, RATE, bars), f"{title}: spectrogram and bar lines")
    return Section(title, lead, (player(path, title), shown))


def mel_picture(examples: Sequence[Example]) -> bytes:
    """PNG of eight seconds of each example as the model sees it: log-mel bands from 0 to 22 kHz."""
    figure = Figure(figsize=(11.0, 2.0 * ((len(examples) + 1) // 2)), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.subplots((len(examples) + 1) // 2, 2, squeeze=False)
    for axes, example in zip(grid.flat, examples, strict=False):
        mono = torch.from_numpy(example.audio.mean(axis=0)[: 8 * RATE])
        with torch.no_grad():
            mel = signal.mel(mono).numpy()
        axes.imshow(mel, origin="lower", aspect="auto", cmap="magma", vmin=-4, vmax=1.0)
        meter = "/".join(map(str, example.score.meter))
        axes.set_title(f"{example.score.genre}, {meter}", fontsize=9)
        axes.set_axis_off()
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=60)
    return stream.getvalue()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Write a page of the training music.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--picture", type=Path, help="also write the mel pictures here, as PNG")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bank", type=Path, default=DEFAULT_BANK)
    options = parser.parse_args()
    build(options.bank)
    bank = Bank(options.bank)
    genres, roles = by_genre(bank, options.seed), by_role(bank, options.seed)
    with TemporaryDirectory() as folder:
        cards = [section(one, one.score.genre, Path(folder)) for one in genres]
        cards += [section(one, f"{one.score.sounding()[0]} alone", Path(folder)) for one in roles]
    text = page("The music that the model learns from", cards, "Composed and played by seed.")
    options.out.write_text(text, encoding="utf-8")
    if options.picture:
        options.picture.write_bytes(mel_picture(genres))


if __name__ == "__main__":
    main()
