"""From a request to what is to be rendered: exact length, frame grid, clip, notes, kept samples."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ditto_daw.audiofile import Region, read_region
from ditto_daw.audiowrite import check_output, output_subtype
from ditto_daw.errors import BadRequest, EmptyMidi
from ditto_daw.grid import FrameGrid, frame_grid
from ditto_daw.keep import kept_samples, length_field
from ditto_daw.midifile import notes_from_file
from ditto_daw.notes import Note
from ditto_daw.prompt import Understood
from ditto_daw.request import Request
from ditto_daw.units import round_half_up

MODEL_RATE, MODEL_HOP = 44_100, 512
SHORTEST_SECONDS, LONGEST_SECONDS = 0.5, 48.0
"""What one pass of the model renders."""


@dataclass(frozen=True, eq=False)
class Plan:
    """A request with its files read and its lengths known.

    Attributes:
        request: the request, its prompt line matched to the vocabulary.
        understood: what the prompt line said.
        seed: of the first variation; the next ones follow.
        folder: where results go.
        clip: the source region, None for music without a source.
        notes: of the MIDI clip, quarters from the result's beginning.
        rate, length: of the result, Hz and samples; the source's own rate where there is a clip.
        output_rate, output_length: of the file, where another rate was asked for.
        subtype: libsndfile's name of the result's sample format.
        keep: (length,) which samples of the result are the clip's own; None without a clip.
        frames: mel frames of the render, a multiple of what the model needs.
        grid: tempo, beat and bar at each of them; frame k lies at k / frames of the result.
    """

    request: Request
    understood: Understood
    seed: int
    folder: Path
    clip: Region | None
    notes: tuple[Note, ...]
    rate: int
    length: int
    output_rate: int
    output_length: int
    subtype: str
    keep: NDArray[np.bool_] | None
    frames: int
    grid: FrameGrid

    @property
    def seconds(self) -> float:
        """Duration of the result."""
        return self.length / self.rate

    @property
    def model_length(self) -> int:
        """Samples of the result at the model's own rate."""
        return round(Fraction(self.length * MODEL_RATE, self.rate))

    @property
    def quarters(self) -> NDArray[np.float64]:
        """Quarters of every frame (F,), counted from the result's beginning."""
        return self.grid.quarter - float(self.request.position)

    def known_frames(self) -> NDArray[np.bool_]:
        """Frames (F,) whose two hops around them lie wholly in kept audio.

        The wrap is no edge: there a clip's first frame is what the loop begins with. Only where
        some bars of a loop are re-made, the loop's end runs into its beginning.
        """
        if self.keep is None:
            return np.zeros(self.frames, dtype=bool)
        middle = np.arange(self.frames) * self.length / self.frames
        reach = MODEL_HOP * self.rate / MODEL_RATE
        beyond = int(reach) + 1
        around = np.pad(self.keep, beyond, mode="wrap" if self.request.redo else "edge")
        changes = np.concatenate([[0], np.cumsum(~around)])
        low = np.round(middle - reach).astype(int) + beyond
        high = np.round(middle + reach).astype(int) + beyond
        return np.asarray(changes[low] == changes[high])


def make_plan(request: Request, multiple: int) -> Plan:
    """Reads the request's files and fixes every length; raises a DittoError naming the argument.

    multiple: of frames that the model needs.
    """
    request, understood = request.with_prompt()
    used = request.source if request.kind == "loop" else None
    clip = read_region(used.path, used.start, used.end) if used else None
    rate = clip.rate if clip else request.output.rate or MODEL_RATE
    output_rate = request.output.rate or rate
    length, output_length = _lengths(request, clip, rate, output_rate)
    seconds = length / rate
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        raise BadRequest(
            length_field(request),
            f"The result would be {seconds:.2f} s long; one pass renders {SHORTEST_SECONDS:g}"
            f" to {LONGEST_SECONDS:g} s.",
        )
    folder = Path(request.output.folder or ".")
    subtype = output_subtype(clip.subtype if clip else None, request.output.depth)
    check_output(folder, output_length * request.variations, 2, subtype)
    frames = max(1, round(seconds * MODEL_RATE / MODEL_HOP / multiple)) * multiple
    times = np.arange(frames) * (seconds / frames)
    return Plan(
        request=request,
        understood=understood,
        seed=secrets.randbelow(2**32) if request.seed is None else request.seed,
        folder=folder,
        clip=clip,
        notes=_notes(request),
        rate=rate,
        length=length,
        output_rate=output_rate,
        output_length=output_length,
        subtype=subtype,
        keep=kept_samples(request, clip, length) if clip and request.use != "new" else None,
        frames=frames,
        grid=_in_frame_time(frame_grid(request.file_tempo, request.position, times), seconds),
    )


def _lengths(request: Request, clip: Region | None, rate: int, output_rate: int) -> tuple[int, int]:
    """Samples of the result at `rate` and of the file at `output_rate`, from exact fractions.

    A length asked for in samples is the file's.
    """
    begin = Fraction(clip.start, rate) if clip else Fraction(0)
    end = begin + Fraction(clip.audio.shape[1], rate) if clip else begin
    own = round_half_up(end * output_rate) - round_half_up(begin * output_rate)
    output_length = request.length(output_rate, own)
    if output_rate == rate:
        return output_length, output_length
    if request.samples is not None:
        return round_half_up(Fraction(output_length * rate, output_rate)), output_length
    return request.length(rate, clip.audio.shape[1] if clip else 0), output_length


def _notes(request: Request) -> tuple[Note, ...]:
    """The notes of the MIDI clip, from its file or from the request."""
    midi = request.midi
    if midi is None:
        return ()
    if midi.path:
        return notes_from_file(midi.path)
    if not midi.notes:
        raise EmptyMidi("midi.notes", "The MIDI clip has no notes; add some, or leave it out.")
    return midi.notes


def _in_frame_time(grid: FrameGrid, seconds: float) -> FrameGrid:
    """The grid as the model sees it: frames are a little longer or shorter than its own, and the
    tempo counted in its own frames differs by as much."""
    nominal = grid.tempo.size * MODEL_HOP / MODEL_RATE
    return replace(grid, tempo=grid.tempo * (seconds / nominal))
