"""What a style is made of: the entries of a genre's table, moods, and figures in every meter.

Figures are strings of sixteenths over one bar (or two) of 4/4; `fit` carries them to the other
meters. In a drum figure `X` is an accent, `x` a plain hit, `o` a ghost note. In a figure of
pitches a sign starts a note and `-` holds it: `R` root, `O` octave, `F` fifth, `T` third, `A`
approach to the next root, `W` a walking step, `x` the whole chord (or a melody note), digits
chord tones from the lowest up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Meter = tuple[int, int]
Progressions = Mapping[str, tuple[tuple[int, ...], ...]]
"""By mode, "major" or "minor": sequences of 0-based scale degrees."""


@dataclass(frozen=True)
class Style:
    """One genre's table."""

    tempo: tuple[float, float]
    drums: tuple[dict[str, str], ...]
    """Grooves: a figure per voice (`parts.DRUM_NOTES`)."""
    bass: tuple[str, ...]
    chords: tuple[str, ...]
    lead: tuple[str, ...]
    progressions: Progressions
    kits: tuple[str, ...]
    """`synth808`, `synth909`, or a font and a General MIDI kit: `fluid24`, `muse0`."""
    sounds: dict[str, tuple[str, ...]]
    """By role: names of `synth.MAKERS`, or `gm` and a General MIDI program."""
    bars_per_chord: tuple[float, ...] = (1,)
    chord_size: tuple[int, ...] = (3,)
    """Notes per chord: 3 triads, 4 sevenths, 5 ninths."""
    swing: tuple[float, float] = (0.5, 0.5)
    """Where the off-beat falls within its pair: 0.5 straight, 0.67 triplets."""
    swing_unit: float = 0.5
    """Quarters of the note that swings: 0.5 eighths, 0.25 sixteenths."""
    sidechain: float = 0.0
    scales: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By mode: scales beside the plain major and natural minor."""

    @property
    def triplets(self) -> bool:
        """Whether eighths swing, and so the quarters are divided by three."""
        return self.swing[0] > 0.5 and self.swing_unit == 0.5


@dataclass(frozen=True)
class Mood:
    """How a mood bends a genre: share of major keys, speed, openness, density, force."""

    major: float
    speed: float
    """Where in the genre's tempo range pieces lie, 0 slowest to 1 fastest."""
    brightness: float
    """Low-pass of the pitched sounds in octaves against the neutral 9 kHz."""
    density: float
    force: float
    scales: tuple[str, ...] = ()


MOODS: dict[str, Mood] = {
    "bright": Mood(0.85, 0.6, 1.0, 0.9, 0.8),
    "calm": Mood(0.6, 0.2, -1.0, 0.5, 0.5),
    "dark": Mood(0.1, 0.4, -1.6, 0.7, 0.7, ("phrygian", "aeolian")),
    "energetic": Mood(0.5, 0.9, 1.0, 1.0, 1.0),
    "melancholic": Mood(0.15, 0.25, -0.6, 0.6, 0.6, ("aeolian", "dorian")),
    "tense": Mood(0.1, 0.7, 0.2, 0.9, 0.9, ("harmonic", "phrygian")),
}


def fit(figure: str, meter: Meter) -> str:
    """Carry a figure from 4/4 to another meter, sixteenth by sixteenth.

    3/4 and 7/8 drop the end of the bar, 5/4 repeats its third beat, and 6/8 stretches the first
    two beats of each bar to three eighths each. Figures of several bars are fitted bar by bar.
    """
    bars = [figure[i : i + 16] for i in range(0, len(figure), 16)]
    return "".join(_FITS[meter](bar) for bar in bars)


def accent(step: int, meter: Meter) -> float:
    """How strongly a bar's sixteenth is played: its first beat stands out from all others.

    1 on the first beat, 0.6 where a group of beats begins (5/4 is 3 + 2, 7/8 is 2 + 2 + 3), 0.56
    on the other quarters of a simple meter, 0.5 on eighths, 0.42 between them.
    """
    if step == 0:
        return 1.0
    if step in _GROUPS[meter]:
        return 0.6
    if meter[1] == 4 and step % 4 == 0:
        return 0.56
    return 0.42 if step % 2 else 0.5


def grounded(figure: str, steps: int, sign: str) -> str:
    """The figure with a note (`sign`) on the first beat of each of its bars that lacks one."""
    bars = (figure[i : i + steps] for i in range(0, len(figure), steps))
    return "".join(bar if bar[0] not in ".-" else _struck(bar, sign) for bar in bars)


def _struck(bar: str, sign: str) -> str:
    held = len(bar) - len(bar.lstrip(".-"))
    return sign + "-" * (min(held, 4) - 1) + bar[min(held, 4) :]


def _compound(bar: str) -> str:
    beats = (bar[i : i + 4] for i in (0, 4))
    return "".join(beat[0] + beat[1] + beat[2] + beat[1] + beat[2] + beat[3] for beat in beats)


_FITS = {
    (4, 4): lambda bar: bar,
    (3, 4): lambda bar: bar[:12],
    (6, 8): _compound,
    (5, 4): lambda bar: bar + bar[8:12],
    (7, 8): lambda bar: bar[:14],
}
_GROUPS = {(4, 4): (8,), (3, 4): (), (6, 8): (6,), (5, 4): (12,), (7, 8): (4, 8)}
