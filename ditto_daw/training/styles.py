"""What each genre is made of, as tables: tempi, grooves, figures, progressions and sounds.

Figures are strings of sixteenths over one bar (or two) of 4/4; `fit` carries them to the other
meters. In a drum figure `X` is an accent, `x` a plain hit, `o` a ghost note. In a figure of
pitches a sign starts a note and `-` holds it: `R` root, `O` octave, `F` fifth, `T` third, `A`
approach to the next root, `W` a walking step, `x` the whole chord (or a melody note), digits
chord tones from the lowest up.
"""

from __future__ import annotations

from dataclasses import dataclass

Meter = tuple[int, int]


@dataclass(frozen=True)
class Style:
    """One genre. `swing` is where the off-beat falls in its pair (0.5 straight, 0.67 triplet)."""

    tempo: tuple[float, float]
    drums: tuple[dict[str, str], ...]
    bass: tuple[str, ...]
    chords: tuple[str, ...]
    lead: tuple[str, ...]
    progressions: dict[str, tuple[tuple[int, ...], ...]]
    kits: tuple[str, ...]
    sounds: dict[str, tuple[str, ...]]
    bars_per_chord: tuple[float, ...] = (1,)
    chord_size: tuple[int, ...] = (3,)
    swing: tuple[float, float] = (0.5, 0.5)
    swing_unit: float = 0.5
    sidechain: float = 0.0
    scales: dict[str, tuple[str, ...]] | None = None


POP_MAJOR = ((0, 4, 5, 3), (0, 5, 3, 4), (5, 3, 0, 4), (0, 3, 5, 4), (0, 2, 3, 4), (3, 4, 2, 5))
POP_MINOR = ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 6), (0, 2, 6, 3), (0, 5, 3, 4), (5, 6, 0, 0))
POP = {"major": POP_MAJOR, "minor": POP_MINOR}
STATIC = {"major": ((0, 0, 3, 3), (0, 0, 0, 4), (0, 6, 3, 0)), "minor": ((0,), (0, 0, 5, 5), (0, 0, 6, 5), (0, 0, 0, 3))}  # fmt: skip
JAZZ = {
    "major": ((1, 4, 0, 0), (0, 5, 1, 4), (2, 5, 1, 4), (3, 4, 2, 5), (0, 3, 2, 5)),
    "minor": ((1, 4, 0, 0), (0, 5, 1, 4), (0, 3, 1, 4), (0, 0, 3, 4)),
}
VAMP = {"major": ((0, 3), (0, 1), (0, 0, 3, 4)), "minor": ((0, 3), (0, 0, 6, 5), (0, 2), (0, 0))}

STYLES: dict[str, Style] = {
    "house": Style(
        tempo=(118, 130),
        drums=(
            dict(kick="X...X...X...X...", clap="....X.......X...", open="..x...x...x...x.", hat="x.o.x.o.x.o.x.o."),
            dict(kick="X...X...X...X...", snare="....X.......X..o", open="..X...X...X...X.", shaker="oxoxoxoxoxoxoxox"),
            dict(kick="X...X...X...X..x", clap="....X..o....X...", hat="..X...X...X...Xo", conga="...x..x....x..x."),
        ),
        bass=("..R-..R-..R-..R-", "R--R--R-..R-..O-", "..R...RR..O...RF", "R-.R-.O-..R-.F-."),
        chords=("..x-..x-..x-..x-", "x..x..x...x..x..", "..x...x-.....x-.", "x--x--x---x--x--"),
        lead=("..0.1...2..1..0.", "0.1.2.1.0.1.2.3.", "x--x--x-....x-x-", "x..x..x.........................x..x..x..x..x..."),
        progressions=POP,
        kits=("synth909", "fluid24", "muse24", "synth808"),
        sounds={"bass": ("saw_bass", "sub_bass", "fm_bass", "square_bass"), "chords": ("stab", "organ", "gm1", "super", "gm16", "gm5"), "lead": ("pluck", "square_lead", "saw_lead", "gm80", "bell"), "pad": ("warm_pad", "saw_pad", "gm50", "gm48")},
        bars_per_chord=(1, 2), chord_size=(3, 4, 5), sidechain=0.7,
    ),
    "techno": Style(
        tempo=(126, 142),
        drums=(
            dict(kick="X...X...X...X...", hat="..X...X...X...X.", perc="...x..x....x..x."),
            dict(kick="X...X...X...X...", open="..X...X...X...X.", hat="xoxoxoxoxoxoxoxo", clap="............X..."),
            dict(kick="X...X...X...X...", clap="....X.......X...", ride="..x...x...x...x.", rim="x..x..x..x..x.x."),
        ),
        bass=(".RRR.RRR.RRR.RRR", "R.RR.R.RR.RR.ROR", "..R...R...R...R.", "R-R.R.RO.R.R.RFR"),
        chords=("x..x..x..x..x...", "......x.........", "...x......x.....", "x...............................x....x.........."),
        lead=("0.12.10.0.12.103", "0012001200120013", "0..1..2..1..0.2.", "x.....x...x....."),
        progressions=STATIC,
        kits=("synth909", "synth909", "synth808", "fluid24"),
        sounds={"bass": ("acid_bass", "saw_bass", "sub_bass", "fm_bass"), "chords": ("stab", "super", "gm62"), "lead": ("acid_lead", "pluck", "square_lead", "bell"), "pad": ("saw_pad", "warm_pad", "noise_pad", "gm95")},
        bars_per_chord=(2, 4), chord_size=(3,), sidechain=0.6,
        scales={"major": ("mixolydian",), "minor": ("aeolian", "phrygian")},
    ),
    "hiphop": Style(
        tempo=(78, 98),
        drums=(
            dict(kick="X.....x..xX.....", snare="....X.......X...", hat="x.x.x.x.x.x.x.x."),
            dict(kick="X..x......x.....", clap="....X.......X..o", hat="x.x.xoxox.x.x.xx"),
            dict(kick="X......xX.x.....", snare="....X..o.o..X...", hat="xxx.xxx.xxx.xoxo", open="..............x."),
        ),
        bass=("R-----R--R--....", "R--------.R-F-..", "R--...R---..O-F-", "R-------........"),
        chords=("x---------------", "x...x...x...x...", "x-----x---------", "..x...x...x...x."),
        lead=("x-x-..x-x---....", "..x.x-x.....x-..", "0.2.1.2.0.2.1.3.", "x--x--x-........"),
        progressions=VAMP | {"minor": POP_MINOR[:4] + VAMP["minor"]},
        kits=("synth808", "fluid25", "muse25", "fluid0", "muse16"),
        sounds={"bass": ("sub_bass", "808_bass", "gm33", "gm38"), "chords": ("gm0", "gm4", "gm24", "gm11", "fm_ep"), "lead": ("bell", "gm73", "gm10", "gm45", "pluck"), "pad": ("gm48", "warm_pad", "gm52", "gm89")},
        bars_per_chord=(1, 2), chord_size=(3, 4), swing=(0.5, 0.62), swing_unit=0.25,
    ),
    "lofi": Style(
        tempo=(68, 88),
        drums=(
            dict(kick="X.....x...X.....", snare="....x.......x...", hat="o.x.o.x.o.x.o.x."),
            dict(kick="X..x....x.......", rim="....x.......x..o", hat="x.o.x.o.x.o.x.o."),
            dict(kick="X.......x.x.....", snare="....x..o....x...", shaker="x.x.x.x.x.x.x.x."),
        ),
        bass=("R-----F-R---....", "R-------F---R-A-", "R---....R-O-F---"),
        chords=("x---------------", "x-----x---------", "....x-------x---", "0-1-2-3-2-1-2-1-"),
        lead=("..x-x-x---......", "x---x-x-....x---", "....x-x-x-----..", "x-----x-x-------"),
        progressions=JAZZ,
        kits=("fluid40", "muse40", "fluid0", "synth808", "muse32"),
        sounds={"bass": ("gm32", "gm33", "sub_bass", "gm35"), "chords": ("fm_ep", "gm4", "gm0", "gm26", "gm24"), "lead": ("gm11", "gm26", "gm73", "gm66", "bell"), "pad": ("warm_pad", "gm89", "gm52", "gm48")},
        chord_size=(4, 5), swing=(0.54, 0.64), swing_unit=0.25,
    ),
    "drum and bass": Style(
        tempo=(165, 178),
        drums=(
            dict(kick="X.........X.....", snare="....X.......X...", hat="x.x.x.x.x.x.x.x."),
            dict(kick="X.........x.....", snare="....X..o.o..X..o", hat="xoxoxoxoxoxoxoxo", ride="x...x...x...x..."),
            dict(kick="X.X.......X.....X.X.......X..x..", snare="....X..o.o..X.......X..o.o....X.", hat="x.x.x.x.x.x.x.x."),
        ),
        bass=("R---------------", "R-----R---F-----", "R--R--..R-..O-..", "R-------........R---....F---A---"),
        chords=("x---------------", "x--x--x-........", "......x-......x-"),
        lead=("x-------x-x-....", "0.1.2.3.2.1.2.1.", "x-----x-----x---x---------......", "..x-..x-..x-x-.."),
        progressions={"major": POP_MAJOR[:4], "minor": POP_MINOR[:4] + ((0, 0, 5, 5),)},
        kits=("synth909", "fluid16", "muse16", "fluid24", "muse0"),
        sounds={"bass": ("reese", "sub_bass", "fm_bass", "808_bass"), "chords": ("super", "gm4", "stab", "gm0"), "lead": ("saw_lead", "pluck", "bell", "gm73", "square_lead"), "pad": ("saw_pad", "warm_pad", "gm50", "gm94")},
        bars_per_chord=(2, 1, 4), chord_size=(3, 4), sidechain=0.3,
    ),
    "pop": Style(
        tempo=(88, 128),
        drums=(
            dict(kick="X.......X.x.....", snare="....X.......X...", hat="x.x.x.x.x.x.x.x."),
            dict(kick="X...X...X...X...", clap="....X.......X...", hat="x.xxx.xxx.xxx.xx"),
            dict(kick="X..x..x...x.....", snare="....X.......X...", hat="x.x.x.x.x.x.x.x.", tamb="....x.......x..."),
        ),
        bass=("R-R-R-R-R-R-R-R-", "R---------R-R---", "R--R--R---R-F-A-", "R-------R-------"),
        chords=("x---x---x---x---", "x---------------", "0-1-2-1-0-1-2-1-", "x--x--x---x--x--", "x-x-x-x-x-x-x-x-"),
        lead=("x-x-x-x---x-x---", "x---x-x-x-------....x-x-x-x-x---", "..x-x-x-x---x---", "x--x--x-x-------"),
        progressions=POP,
        kits=("fluid0", "muse0", "fluid8", "muse16", "synth909"),
        sounds={"bass": ("gm33", "gm34", "gm38", "saw_bass"), "chords": ("gm0", "gm25", "gm1", "gm27", "super", "gm24"), "lead": ("gm81", "gm73", "gm0", "gm26", "saw_lead", "gm40", "gm71"), "pad": ("gm48", "gm50", "gm52", "saw_pad", "gm89")},
        chord_size=(3,), sidechain=0.1,
    ),
    "rock": Style(
        tempo=(96, 160),
        drums=(
            dict(kick="X.......X.......", snare="....X.......X...", hat="X.x.X.x.X.x.X.x."),
            dict(kick="X..x..x.X.x.....", snare="....X.......X...", open="X...X...X...X..."),
            dict(kick="X...x...X.x.x...", snare="....X.......X...", ride="X.x.X.x.X.x.X.x."),
        ),
        bass=("RRRRRRRRRRRRRRRR", "R-R-R-R-R-R-R-R-", "R---R-R---R-F-A-", "R-R-..R-R-..O-F-"),
        chords=("x-x-x-x-x-x-x-x-", "x---x-x-..x-x---", "x---------------", "x-------x-------"),
        lead=("x---x-x-x---x---", "x-x-x-x-x-x-x---", "x-------x---x---x-----------....", "0-1-2-1-0-1-2-3-"),
        progressions={"major": POP_MAJOR + ((0, 6, 3, 0), (0, 3, 4, 3)), "minor": POP_MINOR + ((0, 2, 6, 3),)},
        kits=("fluid16", "muse16", "fluid0", "muse8"),
        sounds={"bass": ("gm34", "gm33"), "chords": ("gm30", "gm29", "gm27", "gm25", "gm18"), "lead": ("gm30", "gm29", "gm18", "gm27", "gm1"), "pad": ("gm16", "gm48", "gm18", "gm50")},
        chord_size=(3,), scales={"major": ("mixolydian", "ionian"), "minor": ("aeolian", "dorian")},
    ),
    "funk": Style(
        tempo=(96, 116),
        drums=(
            dict(kick="X.x....o..x..x..", snare="....X..o.o..X..o", hat="XxxxXxxxXxxxXxxx"),
            dict(kick="X..x..x...x.....", snare="....X..o.o.oX...", hat="X.x.X.x.X.x.X.x.", tamb="..x...x...x...x."),
            dict(kick="X.x.......x..x..", snare="....X.......X...", hat="x.xxx.xxx.xxx.xx", conga="..x..x..x.x..x.x"),
        ),
        bass=("R..O.R.F..RR.O.A", "R-..RO..R.F.R-A.", "R.R..O-.FR..R.OA", "R--.O.R...R.F-A."),
        chords=("..x...x..x..x.x.", "x.xx.x.xx.xx.x.x", "...x..x....x..x.", "x...........x.x."),
        lead=("x.x..x-.x..x.x-.", "..xx.x-...xx.x--", "x--x.x-.........xx.x.x-.x-------", "x..x..x.x..x..x."),
        progressions=VAMP,
        kits=("fluid0", "muse0", "fluid8", "muse8"),
        sounds={"bass": ("gm36", "gm33", "gm36", "gm38"), "chords": ("gm7", "gm28", "gm27", "gm16", "gm4", "gm61"), "lead": ("gm56", "gm65", "gm61", "gm66", "gm80"), "pad": ("gm16", "gm48", "gm61", "gm50")},
        bars_per_chord=(1, 2), chord_size=(4, 5), swing=(0.5, 0.55), swing_unit=0.25,
        scales={"major": ("mixolydian",), "minor": ("dorian",)},
    ),
    "jazz": Style(
        tempo=(96, 190),
        drums=(
            dict(ride="X...x.x.X...x.x.", pedal="....x.......x...", snare="......o.......o."),
            dict(ride="X...x.x.X...x.x.", pedal="....x.......x...", kick="o...o...o...o...", rim="............x..."),
            dict(hat="x...x.x.x...x.x.", kick="x.......x.......", snare="....o.o.....o...", ride="x...x...x...x..."),
        ),
        bass=("R---W---W---A---", "R---W---F---A---", "R-------F-------", "R---T---W---A-W-"),
        chords=("x.....x---......", "..x-......x-....", "x-------....x-..", "......x-........x---..........x-"),
        lead=("x-x-x-x-x---..x-", "..x-x-x-x-x-x---", "x---x-x-....x-x-x-x-x-x-x---....", "x-----x-x---x-x-"),
        progressions=JAZZ,
        kits=("fluid32", "muse32", "fluid40", "muse40"),
        sounds={"bass": ("gm32",), "chords": ("gm0", "gm26", "gm4", "gm11", "gm16"), "lead": ("gm66", "gm65", "gm59", "gm56", "gm11", "gm26", "gm71", "gm64"), "pad": ("gm48", "gm49", "gm16")},
        bars_per_chord=(1, 1, 0.5), chord_size=(4, 5), swing=(0.6, 0.67),
        scales={"major": ("ionian",), "minor": ("harmonic", "dorian")},
    ),
    "ambient": Style(
        tempo=(60, 100),
        drums=(
            dict(kick="x...............", shaker="..o...o...o...o."),
            dict(perc="x.....o.....o...", rim="........o......."),
            dict(kick="x.......o.......", hat="....o.......o...", perc="..o.......o....."),
        ),
        bass=("R---------------", "R-------F-------", "R-------........"),
        chords=("x---------------", "0---1---2---1---", "x-------x-------", "0-1-2-3-2-1-2-3-"),
        lead=("x-------........", "x---x-----------", "..x-....x---....x---------------", "x-----------x---"),
        progressions={"major": ((0, 3), (0, 5, 3, 3), (3, 0), (0, 2, 5, 3)), "minor": ((0, 5), (0, 2), (0, 5, 2, 6), (0, 3))},
        kits=("synth808", "fluid40", "fluid24"),
        sounds={"bass": ("sub_bass", "gm32", "sub_bass", "gm39"), "chords": ("gm0", "gm46", "gm11", "fm_ep", "gm10", "bell"), "lead": ("bell", "gm73", "gm10", "gm75", "gm40", "pluck"), "pad": ("warm_pad", "glass_pad", "noise_pad", "gm89", "gm91", "gm92", "gm94", "saw_pad", "gm49")},
        bars_per_chord=(2, 1, 4), chord_size=(3, 4, 5),
        scales={"major": ("lydian", "ionian"), "minor": ("dorian", "aeolian")},
    ),
}  # fmt: skip


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
