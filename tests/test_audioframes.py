"""The byte at which a file says that its audio ends, on annotated headers."""

import struct
from pathlib import Path

import pytest

from ditto_daw.files.audioframes import claimed_end

FORMAT = b"fmt " + struct.pack("<I", 16) + bytes(16)  # 24 bytes
ODD = b"LIST" + struct.pack("<I", 3) + b"abc\0"  # 12 bytes: an odd chunk is padded


def riff(*chunks: bytes) -> bytes:
    return b"RIFF\0\0\0\0WAVE" + b"".join(chunks)


def page(flags: int, segments: bytes = b"\2", body: bytes = b"ab") -> bytes:
    """An Ogg page: magic, version, flags, 20 bytes of numbers, lacing table, body."""
    return b"OggS\0" + bytes([flags]) + bytes(20) + bytes([len(segments)]) + segments + body


@pytest.mark.parametrize(
    ("data", "end"),
    [
        (riff(FORMAT, b"data" + struct.pack("<I", 4), b"1234"), 12 + 24 + 8 + 4),
        (riff(FORMAT, ODD, b"data" + struct.pack("<I", 9), b"1234"), 12 + 24 + 12 + 8 + 9),
        (riff(FORMAT, b"data" + struct.pack("<I", 0)), 12 + 24 + 8),  # an empty file, complete
        (riff(FORMAT, b"data" + struct.pack("<I", 0), b"12"), 12 + 24 + 8 + 3),  # not updated yet
        (riff(FORMAT), 12 + 24 + 1),  # no samples yet
        (
            b"RF64\xff\xff\xff\xffWAVEds64"
            + struct.pack("<IQQQI", 28, 0, 5, 0, 0)  # chunk size, RIFF size, data size, ...
            + b"data\xff\xff\xff\xff"
            + b"12345",
            12 + 36 + 8 + 5,
        ),
        (b"FORM\0\0\0\0AIFFSSND" + struct.pack(">I", 12) + bytes(12), 12 + 8 + 12),
        (page(2) + page(4), 2 * 30),
        (page(2) + page(0), 2 * 30 + 1),  # no last page yet
        (page(2) + page(4, b"\2", b"a"), 2 * 30),  # the last page misses a byte
        (b"fLaC" + bytes(100), None),
        (b"", None),
    ],
)
def test_claimed_end(tmp_path: Path, data: bytes, end: int | None) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with path.open("rb") as stream:
        assert claimed_end(stream) == end
