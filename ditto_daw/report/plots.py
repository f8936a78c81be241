"""Pictures for the page, as PNG bytes on a clear ground that suits light and dark alike.

Every function takes plain arrays, and times in seconds.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

TARGET, ACHIEVED, FREE, INK = "#f08a3c", "#4c82f0", "#9aa0aa", "#868c96"
PITCHES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_WIDTH, _DPI = 7.6, 130
_N_FFT = 2048
_LOWEST_HZ, _HIGHEST_HZ, _ROWS = 30.0, 20_000.0, 240
_RANGE_DB = 80.0


def spectrogram(audio: ArrayLike, rate: int, marks: Sequence[float] = ()) -> bytes:
    """Spectrogram of audio (channels, samples) or (samples,), 80 dB deep, log frequency.

    marks: times of seams or bar lines, drawn as lines.
    """
    mono = _mono(audio)
    seconds = mono.size / rate
    hop = max(1, mono.size // 800)
    frames = np.pad(mono, _N_FFT // 2)[np.arange(0, mono.size, hop)[:, None] + np.arange(_N_FFT)]
    power = np.abs(np.fft.rfft(frames * np.hanning(_N_FFT), axis=1)) ** 2
    top = min(_HIGHEST_HZ, rate / 2)
    heights = np.geomspace(_LOWEST_HZ, top, _ROWS)
    bins = heights * _N_FFT / rate
    low = np.minimum(bins.astype(int), power.shape[1] - 2)
    level = power[:, low] * (1 - (bins - low)) + power[:, low + 1] * (bins - low)
    decibels = 10 * np.log10(np.maximum(level.T, 1e-12))
    figure, axes = _figure(2.7)
    axes.imshow(
        decibels,
        origin="lower",
        aspect="auto",
        extent=(0, seconds, np.log2(_LOWEST_HZ), np.log2(top)),
        vmin=decibels.max() - _RANGE_DB,
        vmax=decibels.max(),
        cmap="magma",
    )
    axes.set(ylabel="Hz", xlabel="seconds", xlim=(0, seconds))
    ticks = [tick for tick in (50, 100, 200, 500, 1000, 2000, 5000, 10_000) if tick < top]
    labels = [f"{tick // 1000}k" if tick >= 1000 else str(tick) for tick in ticks]
    axes.set_yticks(np.log2(ticks), labels)
    for mark in marks:
        axes.axvline(mark, color="white", linewidth=0.8, linestyle=(0, (4, 3)))
    return _png(figure)


def curve(
    times: ArrayLike,
    achieved: ArrayLike,
    target: ArrayLike | None = None,
    uncontrolled: ArrayLike | None = None,
    unit: str = "dB",
) -> bytes:
    """Curves (F,) over times (F,): the target, what was achieved, and the same seed uncontrolled.

    Frames where a value is NaN (nothing asked for, nothing measured) leave a gap.
    """
    figure, axes = _figure(2.4)
    if uncontrolled is not None:
        axes.plot(times, uncontrolled, color=FREE, linewidth=1.2, label="without control")
    axes.plot(times, achieved, color=ACHIEVED, linewidth=1.8, label="achieved")
    if target is not None:
        axes.plot(times, target, color=TARGET, linewidth=1.6, linestyle=(0, (5, 2)), label="target")
    axes.set(xlabel="seconds", ylabel=unit)
    axes.margins(x=0)
    axes.grid(color=INK, alpha=0.2, linewidth=0.6)
    axes.legend(frameon=False, labelcolor=INK, loc="best", fontsize=8, ncols=3)
    return _png(figure)


def chroma(values: ArrayLike, seconds: float, target: ArrayLike | None = None) -> bytes:
    """Pitch classes (12, F) over a length in seconds, each frame relative to its strongest.

    target (F,): the pitch class wanted at each frame, -1 where none is; drawn over the picture.
    """
    energy = np.asarray(values, dtype=np.float64)
    energy = energy / np.maximum(energy.max(axis=0, keepdims=True), 1e-12)
    figure, axes = _figure(2.4)
    axes.imshow(
        energy,
        origin="lower",
        aspect="auto",
        extent=(0, seconds, -0.5, 11.5),
        cmap="Blues_r",
        interpolation="nearest",
    )
    if target is not None:
        wanted = np.asarray(target)
        edges = np.linspace(0, seconds, wanted.size + 1)
        changes = np.flatnonzero(np.diff(wanted)) + 1
        for first, last in zip([0, *changes], [*changes, wanted.size], strict=True):
            if wanted[first] >= 0:
                axes.plot(
                    [edges[first], edges[last]],
                    [wanted[first]] * 2,
                    color=TARGET,
                    linewidth=2.6,
                    solid_capstyle="butt",
                )
    axes.set(xlabel="seconds", xlim=(0, seconds), ylim=(-0.5, 11.5))
    axes.set_yticks(range(12), PITCHES, fontsize=7)
    return _png(figure)


def seam(audio: ArrayLike, rate: int, at: float | None = None) -> bytes:
    """The waveform through a join, half a second and 5 ms to each side of it.

    audio (channels, samples) or (samples,). at: the join in seconds; None is the loop's wrap, where
    the end is drawn before the beginning.
    """
    mono = _mono(audio)
    centre = 0 if at is None else round(at * rate)
    figure, (far, near) = _figures(2.1, 2)
    for axes, reach, scale, unit in ((far, 0.5, 1.0, "s"), (near, 0.005, 1000.0, "ms")):
        samples = min(max(2, round(reach * rate)), mono.size // 2)
        offsets = np.arange(-samples, samples)
        axes.plot(
            offsets / rate * scale,
            mono[(centre + offsets) % mono.size],
            color=ACHIEVED,
            linewidth=0.6 if unit == "s" else 1.2,
        )
        axes.axvline(0, color=TARGET, linewidth=1.2, linestyle=(0, (4, 3)))
        axes.set(xlabel=f"{unit} from the join")
        axes.margins(x=0)
    return _png(figure)


def similarity(pictures: Sequence[tuple[str, ArrayLike]], seconds: float) -> bytes:
    """Self-similarity matrices (F, F) side by side, each with its title, from -1 to 1."""
    figure, many = _figures(3.4, len(pictures))
    for axes, (title, values) in zip(many, pictures, strict=True):
        extent = (0, seconds, 0, seconds)
        picture = np.asarray(values)
        axes.imshow(picture, origin="lower", extent=extent, vmin=-1, vmax=1, cmap="magma")
        axes.set(xlabel=f"seconds, {title}")
    return _png(figure)


def boxes(groups: Sequence[tuple[str, Sequence[tuple[str, ArrayLike]]]]) -> bytes:
    """Boxes of values, a panel per group: its title, and each box's name with its values."""
    figure, many = _figures(2.8, len(groups))
    for axes, (title, named) in zip(many, groups, strict=True):
        names = [name for name, _ in named]
        drawn = axes.boxplot([np.asarray(v) for _, v in named], widths=0.5, patch_artist=True)
        axes.set_xticks(range(1, len(names) + 1), names)
        for box, colour in zip(drawn["boxes"], (ACHIEVED, FREE), strict=False):
            box.set(facecolor=colour, alpha=0.7)
        for line in drawn["medians"]:
            line.set(color=TARGET, linewidth=1.6)
        axes.set_xlabel(title)
        axes.set_ylim(bottom=0)
    return _png(figure)


def _mono(audio: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(audio, dtype=np.float64)
    return array.mean(axis=0) if array.ndim == 2 else array


def _figure(height: float) -> tuple[Figure, Axes]:
    figure, axes = _figures(height, 1)
    return figure, axes[0]


def _figures(height: float, count: int) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(_WIDTH, height), dpi=_DPI)
    FigureCanvasAgg(figure)
    # Margins in inches: matplotlib's own layouts draw everything twice to find them.
    figure.subplots_adjust(0.5 / _WIDTH, 0.42 / height, 1 - 0.08 / _WIDTH, 1 - 0.08 / height)
    found = list(figure.subplots(1, count, squeeze=False)[0])
    for axes in found:
        axes.tick_params(colors=INK, labelsize=8)
        axes.xaxis.label.set(color=INK, fontsize=8)
        axes.yaxis.label.set(color=INK, fontsize=8)
        for side, spine in axes.spines.items():
            spine.set(color=INK, alpha=0.5, visible=side in ("left", "bottom"))
    return figure, found


def _png(figure: Figure) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format="png", transparent=True)
    return stream.getvalue()
