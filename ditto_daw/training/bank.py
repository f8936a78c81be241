"""A bank of single notes of General MIDI instruments, rendered once through FluidSynth.

Mixing arrays from a bank is some twenty times faster than synthesising each piece anew. The bank
is a folder of float16 arrays, one per instrument, `<font>-<program>.npy` of shape
(pitches, samples) at 44.1 kHz, mono, dry, high-passed at 25 Hz (many patches carry an offset) and
with each note brought to one RMS level (patches differ by more than 20 dB).
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import mido
import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import butter, resample_poly, sosfilt

RATE = 44100
LEVEL = 0.1
"""RMS of the loudest 300 ms of every note of the bank."""

FONTS = {
    "fluid": Path("/usr/share/sounds/sf2/FluidR3_GM.sf2"),
    "muse": Path("/usr/share/sounds/sf3/MuseScore_General_Full.sf3"),
}
BASSES = (32, 33, 34, 35, 36, 38, 39)
TUNED = (
    *(0, 1, 4, 5, 7, 9, 10, 11, 12, 16, 17, 18, 24, 25, 26, 27, 28, 29, 30, 40, 42, 45, 46, 48),
    *(49, 50, 52, 54, 56, 57, 59, 61, 62, 64, 65, 66, 71, 73, 75, 80, 81, 88, 89, 90, 91, 92, 94),
    95,
)
KITS = (0, 8, 16, 24, 25, 32, 40)
DRUMS = (36, 37, 38, 39, 40, 41, 42, 44, 45, 46, 48, 49, 51, 54, 56, 63, 64, 70, 75)
"""General MIDI drum notes that the drum patterns use."""

SNARES, SNARE_LOW = (37, 38, 39, 40), 170.0
"""Drum notes that are high-passed, and where, in Hz."""

SPACING = 5
BASS_PITCHES = tuple(range(24, 60, SPACING))
TUNED_PITCHES = tuple(range(38, 99, SPACING))
HELD = 4.0
"""Seconds a note is held; longer notes loop its steady part (see `mixer`)."""
SLOT = 4.5


def pitches_of(program: int) -> tuple[int, ...]:
    """The pitches of which the bank holds a recording."""
    return BASS_PITCHES if program in BASSES else TUNED_PITCHES


def _midi(jobs: Iterable[tuple[int, int, int]]) -> mido.MidiFile:
    """One note every SLOT seconds for each (channel, program, pitch)."""
    track = mido.MidiTrack()
    ticks = 480  # a second, at 60 quarters per minute
    track.append(mido.MetaMessage("set_tempo", tempo=1_000_000))
    for channel, program, pitch in jobs:
        track.append(mido.Message("program_change", channel=channel, program=program))
        track.append(mido.Message("note_on", channel=channel, note=pitch, velocity=104))
        held = round(HELD * ticks)
        track.append(mido.Message("note_off", channel=channel, note=pitch, time=held))
        rest = round(SLOT * ticks) - held
        track.append(mido.Message("control_change", channel=channel, control=120, time=rest))
    track.append(mido.Message("note_on", note=0, velocity=0, time=ticks))
    return mido.MidiFile(ticks_per_beat=ticks, tracks=[track])


def _clean(notes: NDArray[np.float32]) -> NDArray[np.float16]:
    """High-pass and level (notes, samples); a note that stays silent remains zero."""
    sos = butter(2, 25, "highpass", fs=RATE, output="sos")
    filtered = sosfilt(sos, notes, axis=-1)
    window = int(0.3 * RATE)
    power = np.add.reduceat(filtered**2, np.arange(0, notes.shape[1], window // 2), axis=-1)
    rms = np.sqrt((power[:, :-2] + power[:, 1:-1]).max(axis=-1) / window)
    gain = np.where(rms > 1e-4, LEVEL / np.maximum(rms, 1e-4), 0.0)
    return (filtered * gain[:, None]).astype(np.float16)


def build(
    folder: Path,
    fonts: Iterable[str] = tuple(FONTS),
    programs: Sequence[int] = BASSES + TUNED,
    kits: Sequence[int] = KITS,
) -> None:
    """Render the instruments that are missing in a bank into `folder` (a minute, once).

    Raises FileNotFoundError when something is missing and FluidSynth or its soundfont is, too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for font in fonts:
        groups = {str(p): [(0, p, pitch) for pitch in pitches_of(p)] for p in programs}
        groups |= {f"kit{p}": [(9, p, pitch) for pitch in DRUMS] for p in kits}
        groups = {n: g for n, g in groups.items() if not (folder / f"{font}-{n}.npy").exists()}
        if groups:
            _render(folder, font, groups)


def _render(folder: Path, font: str, groups: dict[str, list[tuple[int, int, int]]]) -> None:
    """Play all groups in one pass of FluidSynth, dry, and cut its recording into arrays."""
    program = shutil.which("fluidsynth")
    if program is None:
        raise FileNotFoundError("FluidSynth is missing: install the package `fluidsynth`.")
    if not FONTS[font].exists():
        raise FileNotFoundError(f"The soundfont {FONTS[font]} is missing: install it first.")
    score, sound = folder / f"{font}.mid", folder / f"{font}.wav"
    _midi(job for group in groups.values() for job in group).save(score)
    command = [program, "-niq", "-R", "0", "-C", "0", "-g", "0.6", "-r", str(RATE)]
    command += ["-O", "float", "-T", "wav", "-F", str(sound), str(FONTS[font]), str(score)]
    subprocess.run(command, check=True, capture_output=True)
    at = 0
    with soundfile.SoundFile(sound) as file:
        for name, group in groups.items():
            slots = np.zeros((len(group), int(SLOT * RATE)), np.float32)
            for row in slots:
                file.seek(round(at * SLOT * RATE))
                read = file.read(row.size, dtype="float32", always_2d=True).mean(axis=1)
                row[: read.size] = read
                at += 1
            partial = folder / f"{font}-{name}.part.npy"
            np.save(partial, _clean(slots))
            partial.replace(folder / f"{font}-{name}.npy")
    score.unlink()
    sound.unlink()


@dataclass(frozen=True)
class Bank:
    """Notes of a bank folder by name; pitches in between are resampled by up to two semitones."""

    folder: Path

    def note(self, font: str, program: int, pitch: int) -> NDArray[np.float16]:
        """One tuned note, mono (samples,), float16."""
        return _note(self.folder, font, program, pitch)

    def drum(self, font: str, kit: int, pitch: int) -> NDArray[np.float16]:
        """One drum, mono (samples,), float16, peak 0.5; unknown drum notes raise ValueError."""
        return _drum(self.folder, font, kit, pitch)


SPOKEN = 0.5
"""Share of its loudness in the first half second at which a note is heard to begin."""
ATTACK = 0.003


def spoken(wave: NDArray[Any]) -> NDArray[Any]:
    """A note (samples,) without the time that it takes to speak: cut where its attack is heard.

    Pads, strings and winds need up to 300 ms; notes on the grid would sound behind it. The cut
    fades in over 3 ms.
    """
    fade = int(ATTACK * RATE)
    early = np.abs(wave[: RATE // 2].astype(np.float32))
    heard = int(np.argmax(early >= SPOKEN * early.max())) if early.size else 0
    if heard <= fade:
        return wave
    cut = wave[heard - fade :].copy()
    cut[:fade] *= np.linspace(0, 1, fade, dtype=cut.dtype)
    return cut


@lru_cache(maxsize=256)
def _load(folder: Path, name: str) -> NDArray[np.float16]:
    return np.load(folder / f"{name}.npy")


@lru_cache(maxsize=512)
def _drum(folder: Path, font: str, kit: int, pitch: int) -> NDArray[np.float16]:
    wave = _load(folder, f"{font}-kit{kit}")[DRUMS.index(pitch)].astype(np.float32)
    if pitch in SNARES:
        # Some have the low end of a tom, which would be heard as a second, louder kick.
        sos = butter(4, SNARE_LOW, "highpass", fs=RATE, output="sos")
        wave = np.asarray(sosfilt(sos, wave), np.float32)
    loud = np.abs(wave)
    peak = max(float(loud.max()), 1e-4)
    end = int(np.flatnonzero(loud > 1e-3 * peak)[-1:].sum()) + 1
    return spoken((wave[:end] * (0.5 / peak)).astype(np.float16))


@lru_cache(maxsize=4000)
def _note(folder: Path, font: str, program: int, pitch: int) -> NDArray[np.float16]:
    rows = _load(folder, f"{font}-{program}")
    order = sorted(range(len(rows)), key=lambda i: abs(pitches_of(program)[i] - pitch))
    # Some patches are silent in parts of their range: take the nearest note that speaks.
    row = next((i for i in order if np.any(rows[i])), order[0])
    shift = pitch - pitches_of(program)[row]
    if shift == 0:
        return spoken(rows[row])
    up, down = _RATIOS[abs(shift) % 12]
    octave = 2 ** (abs(shift) // 12)
    if shift > 0:
        up, down = down, up * octave
    else:
        up, down = up * octave, down
    return spoken(resample_poly(rows[row].astype(np.float32), up, down).astype(np.float16))


# Small fractions within 2 cents of 2^(n/12).
_RATIOS = {
    0: (1, 1), 1: (89, 84), 2: (55, 49), 3: (44, 37), 4: (63, 50), 5: (4, 3), 6: (99, 70),
    7: (3, 2), 8: (100, 63), 9: (37, 22), 10: (98, 55), 11: (168, 89),
}  # fmt: skip
