"""A request with its files read and its lengths fixed: what there is before anything is planned."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ditto_daw.errors import BadRequest, EmptyMidi
from ditto_daw.files.audiofile import Region, read_region
from ditto_daw.files.audiowrite import check_output, output_subtype
from ditto_daw.files.midifile import notes_from_file
from ditto_daw.music.notes import Note
from ditto_daw.rendering.keep import length_field
from ditto_daw.requests.prompt import Understood
from ditto_daw.requests.request import Request
from ditto_daw.requests.sections import under_lane
from ditto_daw.units import round_half_up

MODEL_RATE, MODEL_HOP = 44_100, 512
SHORTEST_SECONDS = 0.5
"""The model renders no less."""


@dataclass(frozen=True, eq=False)
class Brief:
    """What a request asks for.

    Attributes:
        request: the request, its prompt line matched to the vocabulary, its position known.
        understood: what the prompt line said.
        seed: of the first variation; the next ones follow.
        folder: where results go.
        clip: the source region, None for music without a source.
        notes: of the MIDI clip, quarters from the result's beginning.
        rate, length: of the result, Hz and samples; the source's own rate where there is a clip.
        output_rate, output_length: of the file, where another rate was asked for.
        subtype: libsndfile's name of the result's sample format.
        channels: of the result; the clip has as many.
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
    channels: int

    @property
    def seconds(self) -> float:
        """Duration of the result."""
        return self.length / self.rate

    @property
    def model_length(self) -> int:
        """Samples of the result at the model's own rate."""
        return round(Fraction(self.length * MODEL_RATE, self.rate))

    def as_made(self, audio: NDArray[np.floating]) -> NDArray[np.floating]:
        """Audio (channels, n) of the result as the model made it: without a clip, both channels'
        mean; beside one, in the clip's channels."""
        return audio.mean(axis=0, keepdims=True) if self.request.source is None else audio


def read_brief(request: Request, longest: float) -> Brief:
    """Reads the request's files and fixes every length; raises a DittoError naming the argument.

    longest: seconds that the result may last.
    """
    request, understood = request.with_prompt()
    used = None if request.kind == "draft" else request.source
    clip = read_region(used.path, used.start, used.end) if used else None
    channels = request.output.channels or (clip.audio.shape[0] if clip else 2)
    clip = clip.in_channels(channels) if clip else None
    rate = clip.rate if clip else request.output.rate or MODEL_RATE
    output_rate = request.output.rate or rate
    if clip is not None and request.side == "before":
        request = replace(request, position=_ahead_of(request, clip, output_rate))
    request = under_lane(request)
    length, output_length = _lengths(request, clip, rate, output_rate)
    if not SHORTEST_SECONDS <= length / rate <= longest:
        raise BadRequest(
            length_field(request),
            f"The result would be {length / rate:.2f} s long; a {request.kind} lasts"
            f" {SHORTEST_SECONDS:g} to {longest:g} s.",
        )
    folder = Path(request.output.folder or ".")
    subtype = output_subtype(clip.subtype if clip else None, request.output.depth)
    check_output(folder, output_length * request.variations, channels, subtype)
    return Brief(
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
        channels=channels,
    )


def _ahead_of(request: Request, clip: Region, output_rate: int) -> Fraction:
    """The quarter at which a result begins whose end is the clip's own."""
    tempo, source = request.file_tempo, request.source
    start = source.position if source else Fraction(0)
    last = tempo.seconds(start) + Fraction(clip.audio.shape[1], clip.rate)
    if request.samples is not None:
        return tempo.quarter(last - Fraction(request.samples, output_rate))
    if request.bars is not None:
        return tempo.bars_before(tempo.quarter(last), request.bars)
    return tempo.quarter(2 * tempo.seconds(start) - last)


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
