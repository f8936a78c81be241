"""Play a score: notes of the banks summed into stems, effects, levels, one stereo or mono mix."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import butter, sosfilt

from ditto_daw.training import synth
from ditto_daw.training.bank import RATE, Bank
from ditto_daw.training.kit import drum as electronic_drum
from ditto_daw.training.score import Note, Score

Audio = NDArray[np.float32]
DEFAULT_BANK = Path.home() / ".cache" / "ditto-daw" / "bank"

TARGETS = {"drums": -1.0, "bass": -2.0, "chords": -5.0, "lead": -5.5, "pad": -8.5}
"""RMS of each role in dB against one another."""
RELEASE = {"drums": 0.03, "bass": 0.05, "chords": 0.09, "lead": 0.09, "pad": 0.35}
SEND = {"drums": 0.12, "bass": 0.02, "chords": 0.35, "lead": 0.45, "pad": 0.5}
"""Share of each role that goes to the room."""
SPACE = {"ambient": 2.2, "techno": 1.3, "house": 1.1, "jazz": 0.9, "lofi": 0.9}
ROOM_LENGTH = 1.2
"""Of a room's sound, in reverberation times."""
PAN = {"drums": 0.0, "bass": 0.0, "chords": 0.35, "lead": 0.15, "pad": 0.25}
CHOKED = (42, 44)
DRUM_GAIN = {
    36: 0, 37: -7, 38: -2, 39: -5, 40: -2, 41: -3, 42: -15, 44: -16, 45: -3, 46: -15, 48: -3,
    49: -11, 51: -18, 54: -15, 56: -10, 63: -8, 64: -8, 70: -15, 75: -10,
}  # fmt: skip
"""Peak of each General MIDI drum in dB against the kick's."""
STEM_FLOOR = 1e-6
AUDIBLE = 1e-4
"""A stem's level is that of the samples above this, so that rests do not count."""
EARLY = 0.004
"""Seconds that a note is played ahead, by which its attack is heard where the score has it."""


def render(
    score: Score, bank: Bank | None = None, channels: int = 2
) -> tuple[Audio, dict[str, Audio]]:
    """Play a score through its sounds.

    Returns the mix (channels, samples) and the stems of the sounding roles, whose sum it is up to
    the saturation of the mix bus. `channels` is 1 or 2. Raises FileNotFoundError when a sampled
    instrument is asked for and the bank has not been built.
    """
    rng = Random(f"mix/{score.seed}/{score.genre}")
    bank = bank or Bank(DEFAULT_BANK)
    samples = round(score.seconds * RATE)
    stems: dict[str, Audio] = {}
    duck = _duck(score, samples) if score.sidechain and score.parts["drums"] else None
    for role in score.sounding():
        stem = _play(score.parts[role], score.sounds[role], role, samples, bank)
        stem = _shape(stem, role, score, rng)
        if duck is not None and role != "drums":
            stem *= duck
        power = np.sqrt(stem.dot(stem) / max(np.count_nonzero(np.abs(stem) > AUDIBLE), 1))
        wander = rng.uniform(-2.5, 2.5)
        stem *= 10 ** ((TARGETS[role] + wander) / 20) * 0.1 / max(power, STEM_FLOOR)
        stems[role] = _place(stem, role, score, channels, rng)
    _room(stems, score, rng)
    mix = np.zeros((channels, samples), np.float32)
    for stem in stems.values():
        mix += stem
    gain = 10 ** (score.loudness / 20) / max(float(np.sqrt(np.mean(mix**2))), STEM_FLOOR)
    curve = np.float32(gain) * _levels(score, samples)
    for stem in stems.values():
        stem *= curve
    mix *= curve
    return _limit(mix), stems


def _play(notes: tuple[Note, ...], sound: str, role: str, samples: int, bank: Bank) -> Audio:
    """Sum the notes of a role into (samples,)."""
    out = np.zeros(samples, np.float32)
    name, _, number = sound.partition(":")
    fade = int(RELEASE[role] * RATE)
    for each in notes:
        first = round((each.start - EARLY) * RATE)
        if first >= samples or each.start + each.length < -2:
            continue
        if role == "drums":
            wave = _drum(name, int(number), each.pitch, bank)
            length = len(wave)
            if each.pitch in CHOKED:
                length = min(length, int(0.25 * RATE))
        else:
            wave = (
                synth.note(name, int(number), each.pitch)
                if name in synth.MAKERS
                else bank.note(name, int(number), each.pitch)
            )
            length = round(each.length * RATE) + fade
        skip = max(0, -first)
        take = min(length - skip, samples - max(first, 0))
        if take <= 0:
            continue
        piece = _held(wave, length, skip, take)
        tail = max(0, take - (length - skip - fade))
        if 0 < tail <= take:
            begin = fade - min(fade, length - skip) if take == tail else 0
            ramp = _ramp(fade)[begin : begin + tail]
            piece[-len(ramp) :] *= ramp
        gain = each.velocity**1.3
        if role == "drums":
            gain *= 10 ** (DRUM_GAIN[each.pitch] / 20)
        piece *= np.float32(gain)
        out[max(first, 0) : max(first, 0) + len(piece)] += piece
    return out


@lru_cache(maxsize=len(RELEASE))
def _ramp(samples: int) -> Audio:
    return np.linspace(1, 0, samples, dtype=np.float32)


def _single(wave: NDArray[np.float16]) -> Audio:
    """In single precision; PyTorch converts fifteen times as fast as NumPy."""
    made: Audio = torch.from_numpy(wave).float().numpy()
    return made


def _drum(kit: str, variation: int, pitch: int, bank: Bank) -> NDArray[np.float16]:
    if kit.startswith("synth"):
        return electronic_drum(kit, variation, pitch)
    font = "fluid" if kit.startswith("fluid") else "muse"
    return bank.drum(font, int(kit.removeprefix(font)), pitch)


LOOP = (int(1.2 * RATE), int(3.8 * RATE))
CROSS = int(0.4 * RATE)


def _held(wave: NDArray[np.float16], length: int, skip: int, take: int) -> Audio:
    """Samples [skip, skip + take) of a note of `length`; past 3.8 s its steady part loops."""
    if length <= LOOP[1] or len(wave) < LOOP[1]:
        return _single(wave[skip : skip + take])
    long = _single(wave[: LOOP[1]])
    fade = np.sqrt(np.linspace(0, 1, CROSS, dtype=np.float32))
    while len(long) < skip + take:
        steady = _single(wave[LOOP[0] : LOOP[1]])
        # A decayed note must not come back at full strength: match the level of the joint.
        level = np.sqrt(np.mean(long[-CROSS:] ** 2) / (np.mean(steady[:CROSS] ** 2) + 1e-12))
        steady *= min(level, 1.0)
        joint = long[-CROSS:] * fade[::-1] + steady[:CROSS] * fade
        long = np.concatenate([long[:-CROSS], joint, steady[CROSS:]])
    return long[skip : skip + take]


def _shape(stem: Audio, role: str, score: Score, rng: Random) -> Audio:
    """Filter by mood, sweep, and drive."""
    if role in ("chords", "lead", "pad"):
        cutoff = min(9000 * 2**score.brightness, 18000)
        low = {"chords": 110, "lead": 180, "pad": 150}[role]
        sections = np.concatenate(
            [
                butter(2, cutoff, fs=RATE, output="sos"),
                butter(1, low, "highpass", fs=RATE, output="sos"),
            ]
        )
        stem = sosfilt(sections.astype(np.float32), stem)
        if score.sweep:
            stem = _sweep(stem, score.sweep)
    if role == "drums" and (score.genre == "lofi" or score.mood in ("dark", "calm")):
        cutoff = 5500 if score.genre == "lofi" else 11000
        stem = sosfilt(butter(1, cutoff, fs=RATE, output="sos").astype(np.float32), stem)
    if role in ("drums", "bass") and rng.random() < 0.5:
        peak = float(np.abs(stem).max()) + 1e-9
        drive = rng.uniform(0.6, 1.4)
        stem = np.tanh(stem * np.float32(drive / peak)) * np.float32(peak)
    return np.asarray(stem, np.float32)


STAGES = (350.0, 1000.0, 3000.0)


def _sweep(stem: Audio, points: tuple[tuple[float, float], ...]) -> Audio:
    """A moving low-pass, as a crossfade between three fixed ones and the open sound."""
    versions = [
        np.asarray(sosfilt(butter(2, hz, fs=RATE, output="sos").astype(np.float32), stem))
        for hz in STAGES
    ]
    versions.append(stem)
    at = np.arange(0, len(stem), 64) / RATE
    cutoff = np.interp(at, [p[0] for p in points], np.log([p[1] for p in points]))
    place = np.interp(cutoff, np.log([*STAGES, 12000.0]), np.arange(4.0))
    out = np.zeros_like(stem)
    for stage, version in enumerate(versions):
        weight = np.clip(1 - np.abs(place - stage), 0, 1).astype(np.float32)
        out += version * np.repeat(weight, 64)[: len(stem)]
    return out


def _duck(score: Score, samples: int) -> Audio:
    """Side-chain: each kick pushes the others down and lets them back within a quarter second."""
    curve = np.ones(samples + RATE, np.float32)
    t = np.arange(int(0.25 * RATE)) / (0.25 * RATE)
    dip = (1 - score.sidechain * (1 - t) ** 1.5).astype(np.float32)
    for each in score.parts["drums"]:
        first = round((each.start - EARLY) * RATE)
        if each.pitch == 36 and 0 <= first < samples:
            part = curve[first : first + len(dip)]
            np.minimum(part, dip, out=part)
    return curve[:samples]


def _place(stem: Audio, role: str, score: Score, channels: int, rng: Random) -> Audio:
    pan = rng.uniform(-PAN[role], PAN[role])
    if channels == 1:
        return stem[None]
    # Constant sum, so that the mono mix of the data set is the mean of these channels.
    return np.stack([stem * np.float32(1 - pan), stem * np.float32(1 + pan)])


@lru_cache(maxsize=64)
def _room_spectrum(
    length: int, seconds: float, variation: int, channel: int
) -> NDArray[np.complex64]:
    """Of a room's sound of `length` samples, in a block of about four times as many."""
    rng = np.random.default_rng([variation, channel])
    t = np.arange(length) / RATE
    wet = rng.normal(size=length) * np.exp(-6.9 * t / seconds)
    wet *= np.minimum(1.0, t / 0.03)  # the direct sound alone is to be heard as the onset
    wet = sosfilt(butter(1, [250, 6500], "bandpass", fs=RATE, output="sos"), wet)
    wet[: int(0.004 * RATE)] = 0
    size = 2 * next_fast_len(2 * length, real=True)
    return rfft((wet / np.sqrt(np.sum(wet**2))).astype(np.float32), size)


def _convolved(wave: Audio, room: NDArray[np.complex64], length: int) -> Audio:
    """A wave (samples,) in a room of `length` samples, block by block (overlap-save): blocks stay
    in the processor's cache, where the spectrum of the whole wave does not."""
    size = 2 * (len(room) - 1)
    step = size - length
    padded = np.pad(wave, (length, -len(wave) % step))
    blocks = np.lib.stride_tricks.sliding_window_view(padded, size)[::step]
    wet: Audio = irfft(rfft(blocks) * room, size)[:, length:]
    return wet.ravel()[: len(wave)]


def _room(stems: dict[str, Audio], score: Score, rng: Random) -> None:
    """Add the room to the stems, in place: noise that dies away, convolved with their sends.

    In mono, where the mix is all that counts, the room of all stems is added to one of them: one
    convolution instead of five, and the same sum.
    """
    seconds = round(SPACE.get(score.genre, 0.7) * rng.choice((0.7, 1.0, 1.4)), 2)
    length = int(ROOM_LENGTH * seconds * RATE)
    variation = rng.randrange(3)
    amount = rng.uniform(0.3, 1.1)
    if not stems:
        return
    channels = len(next(iter(stems.values())))
    groups = [tuple(stems)] if channels == 1 else [(role,) for role in stems]
    for group in groups:
        send = sum(SEND[role] / channels * channel for role in group for channel in stems[role])
        dry = np.asarray(send, np.float32)
        for channel in range(channels):
            room = _room_spectrum(length, seconds, variation, channel)
            stems[group[0]][channel] += np.float32(amount) * _convolved(dry, room, length)


def _levels(score: Score, samples: int) -> Audio:
    if not score.levels:
        return np.ones(samples, np.float32)
    at = np.arange(0, samples, 32) / RATE
    db = np.interp(at, [p[0] for p in score.levels], [p[1] for p in score.levels])
    return np.repeat((10 ** (db / 20)).astype(np.float32), 32)[:samples]


def _limit(mix: Audio) -> Audio:
    """Bend peaks above -3 dBFS softly below full scale; quieter sound passes unchanged."""
    knee = np.float32(0.7)
    over = np.abs(mix) > knee
    excess = (np.abs(mix[over]) - knee) / (1 - knee)
    mix[over] = np.sign(mix[over]) * (knee + (1 - knee) * np.tanh(excess))
    return mix
