"""What a clip is made of: kept audio, the gap beside it, and the windows that close the gap.

A clip may last minutes: it is rendered window by window, each a small plan of its own that takes
the samples before it as they are. So the memory that it needs does not grow with its length, and
every join of two windows is a join of kept and new audio like any other.

A loop that is closed by the paper's masks (section 4, appendix E) is such a clip too: its beginning
lies once more behind its end, as context to be met or as music to be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ditto_daw.files.audiofile import Region
from ditto_daw.rendering.again import Recall, again
from ditto_daw.rendering.brief import Brief
from ditto_daw.rendering.plan import Part, Plan, in_frames
from ditto_daw.rendering.tape import Reel, Tape
from ditto_daw.rendering.windows import Window

SEED_STEP = 0x9E3779B1
"""Odd, so that no two windows of a result begin with the same noise."""

Audio = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Piece:
    """Kept audio (channels, n) whose first sample lies at `begin` of the timeline.

    resampled_from: its file's rate, Hz, where that is not the timeline's.
    """

    begin: int
    audio: Audio
    resampled_from: int | None = None

    @property
    def end(self) -> int:
        return self.begin + self.audio.shape[1]


@dataclass(frozen=True, eq=False)
class Canvas(Brief):
    """A clip's timeline, in samples at its rate; the result is its first `length`.

    Attributes, beside the brief's:
        pieces: what is kept of clips.
        extent: samples of the timeline, of a loop with its beginning behind its end.
        windows: in the order in which they are rendered.
        recalls: what comes round again in the gap.
        level: mean intensity of the clip in dB; None without one.
        closes: as of a `Part`.
    """

    pieces: tuple[Piece, ...]
    extent: int
    windows: tuple[Window, ...]
    recalls: tuple[Recall, ...]
    level: float | None
    closes: int

    def tape(self) -> Tape:
        """An empty timeline with the kept audio on it, in a precision that keeps it exactly."""
        kinds = [piece.audio.dtype for piece in self.pieces] or [np.dtype(np.float32)]
        tape = Tape(self.channels, self.extent, max(kinds, key=lambda k: k.itemsize), self.folder)
        for piece in self.pieces:
            tape.write(piece.begin, piece.audio)
        return tape

    def reel(self, tape: Tape) -> Reel:
        """The result on a tape, as its file has it."""
        return Reel(tape, self.length, self.rate, self.output_rate, self.output_length)

    def begun(self, count: int) -> int:
        """Up to which sample the result is there after so many windows; 0 until all are rendered
        where its beginning comes last."""
        if count == len(self.windows):
            return self.length
        return self.windows[count - 1].last if self.windows[0].first < self.windows[-1].first else 0

    def plan(self, number: int, tape: Tape, seed: int) -> Plan:
        """The plan of a window, when the ones before it are on the tape; seed: of the take."""
        window = self.windows[number]
        start = window.begin
        known = np.zeros(window.length, dtype=bool)
        spans = [(piece.begin, piece.end) for piece in self.pieces]
        for first, last in (*spans, *((one.first, one.last) for one in self.windows[:number])):
            known[max(0, first - start) : max(0, last - start)] = True
        round_again = again(self, number, tape)
        audio = tape.read(start, window.length)
        if round_again is not None:
            audio = np.where(known, audio, round_again.astype(audio.dtype))
        brief = {each.name: getattr(self, each.name) for each in fields(Brief)}
        tempo, origin = self.request.file_tempo, self.request.position
        position = tempo.quarter(tempo.seconds(origin) + Fraction(start, self.rate))
        request = replace(self.request, position=position, variations=1, earlier=None)
        brief |= {
            "request": request,
            "seed": (seed + number * SEED_STEP) % 2**32,
            "clip": Region(audio, self.rate, self.subtype, 0) if known.any() else None,
            "length": window.length,
            "output_rate": self.rate,
            "output_length": window.length,
        }
        return Plan(
            **brief,
            keep=known if known.any() else None,
            frames=window.frames,
            grid=in_frames(request, window.frames, window.length / self.rate),
            wrap=False,
            origin=origin,
            part=Part(
                start=start,
                whole=self.length,
                taken=(window.first - start, window.last - start),
                number=number,
                count=len(self.windows),
                again=round_again,
                level=self.level,
                closes=self.closes,
                views=tuple((first - start, last - start) for first, last in window.views),
            ),
        )
