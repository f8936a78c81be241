"""How long an audio file says it is, in bytes: what libsndfile silently forgives and we do not."""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

_MOST_CHUNKS = 1000
_OGG_TAIL = 70_000  # an Ogg page is at most 65,307 bytes
_OGG_LAST_PAGE = 4


def claimed_end(stream: BinaryIO) -> int | None:
    """The byte at which the audio data must end; None where the format does not tell.

    WAV, RF64 and AIFF announce the size of their sample chunk; a recording still under way leaves
    it at zero or at the greatest number. An Ogg stream marks its last page: without the mark, one
    byte more than the file has is claimed.
    """
    stream.seek(0)
    head = stream.read(12)
    if head[:4] == b"RIFF" and head[8:] == b"WAVE":
        return _chunk_end(stream, "<I", b"data")
    if head[:4] in (b"RF64", b"BW64") and head[8:] == b"WAVE":
        return _rf64_end(stream)
    if head[:4] == b"FORM" and head[8:] in (b"AIFF", b"AIFC"):
        return _chunk_end(stream, ">I", b"SSND")
    if head[:4] == b"OggS":
        return _ogg_end(stream)
    return None


def _size(stream: BinaryIO) -> int:
    return os.fstat(stream.fileno()).st_size


def _chunk_end(stream: BinaryIO, form: str, wanted: bytes) -> int:
    """The end of the wanted chunk; past the file's own end where there is no such chunk."""
    position = 12
    for _ in range(_MOST_CHUNKS):
        stream.seek(position)
        head = stream.read(8)
        if len(head) < 8:
            break
        length = struct.unpack(form, head[4:])[0]
        if head[:4] == wanted:
            empty_so_far = length == 0 and position + 8 < _size(stream)
            return _size(stream) + 1 if empty_so_far else position + 8 + length
        position += 8 + length + length % 2
    return max(position, _size(stream) + 1)


def _rf64_end(stream: BinaryIO) -> int:
    """RF64 keeps its 64-bit data size in the ds64 chunk, which comes first."""
    stream.seek(12)
    head = stream.read(8 + 16)
    if len(head) < 24 or head[:4] != b"ds64":
        return _size(stream) + 1
    length = int(struct.unpack("<Q", head[16:24])[0])
    position = 12
    for _ in range(_MOST_CHUNKS):
        stream.seek(position)
        chunk = stream.read(8)
        if len(chunk) < 8:
            break
        if chunk[:4] == b"data":
            return position + 8 + length
        size = struct.unpack("<I", chunk[4:])[0]
        position += 8 + size + size % 2
    return _size(stream) + 1


def _ogg_end(stream: BinaryIO) -> int:
    """The end of the last page, if it is marked as the last: 27 bytes, lacing table, segments."""
    size = _size(stream)
    start = max(0, size - _OGG_TAIL)
    stream.seek(start)
    tail = stream.read()
    page = tail.rfind(b"OggS")
    if page < 0 or len(tail) < page + 27 or not tail[page + 5] & _OGG_LAST_PAGE:
        return size + 1
    segments = tail[page + 27 : page + 27 + tail[page + 26]]
    return start + page + 27 + tail[page + 26] + sum(segments)
