"""Which files the daemon may touch: regular ones inside the allowed folders, symlinks resolved."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ditto_daw.errors import BadRequest, FileMissing, OutputRefused, PathRefused

TEMPORARY_PREFIX, TEMPORARY_SUFFIX = ".ditto-", ".part"


class Roots:
    """The folders below which inputs are read and results written.

    Paths outside are refused before anything about them is looked at, so that no client learns
    what lies there.
    """

    def __init__(self, folders: Iterable[str | Path]) -> None:
        resolved = (Path(folder).expanduser().resolve() for folder in folders)
        self.folders = tuple(dict.fromkeys(resolved))

    @staticmethod
    def default() -> list[Path]:
        """The home folder, the folder for temporary files and the current one, but never the whole
        disk, where one of them is its root."""
        usual = (Path.home(), Path(tempfile.gettempdir()), Path.cwd())
        return [folder for folder in usual if folder.resolve() != folder.resolve().parent]

    def check_input(self, path: str | Path, argument: str = "source.path") -> Path:
        """The real path of an existing, readable, regular file inside the allowed folders.

        Raises BadRequest (no full path), PathRefused (outside), FileMissing (not there, not a
        regular file, not readable).
        """
        real = self._inside(path, argument)
        try:
            mode = real.stat().st_mode
        except OSError as error:
            raise FileMissing(argument, f"There is no file {real}: {error.strerror}.") from None
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "a device or a pipe"
            raise FileMissing(argument, f"{real} is {kind}, not a file; choose a file.")
        if not os.access(real, os.R_OK):
            raise FileMissing(
                argument, f"The daemon may not read {real}; change the file's permissions."
            )
        return real

    def check_folder(self, path: str | Path, argument: str = "output.folder") -> Path:
        """The real path of an existing folder inside the allowed ones that takes a new file.

        Raises BadRequest, PathRefused, OutputRefused.
        """
        real = self._inside(path, argument)
        check_writable(real, argument)
        return real

    def _inside(self, path: str | Path, argument: str) -> Path:
        try:
            full = Path(path).expanduser()
            if not full.is_absolute():
                raise BadRequest(argument, f'"{path}" is no full path; write it from the root on.')
            real = full.resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise PathRefused(argument, f'"{path}" cannot be followed: {error}.') from None
        if not any(real.is_relative_to(folder) for folder in self.folders):
            allowed = ", ".join(str(folder) for folder in self.folders)
            raise PathRefused(
                argument,
                f"{real} lies outside the folders that the daemon may use ({allowed}); start it"
                f' with --root "{real.parent}" to allow that one.',
            )
        return real


def check_writable(folder: Path, argument: str = "output.folder") -> None:
    """Try the folder with a small file. Raises OutputRefused where it is missing or refuses."""
    if not folder.is_dir():
        raise OutputRefused(argument, f"There is no folder {folder}; create it first.")
    trial = temporary_name(folder)
    try:
        trial.write_bytes(b"ditto")
    except OSError as error:
        raise OutputRefused(
            argument, f"The folder {folder} cannot be written to: {error.strerror}."
        ) from None
    finally:
        trial.unlink(missing_ok=True)


def temporary_name(folder: Path) -> Path:
    """A fresh name in a folder that no host lists and that `sweep_leftovers` knows."""
    name = f"{TEMPORARY_PREFIX}{os.getpid()}-{secrets.token_hex(8)}{TEMPORARY_SUFFIX}"
    return folder / name


def make_room(folder: Path, size: int, most: int) -> None:
    """Delete the files of a folder that were used longest ago until `size` more bytes make no more
    than `most`. Files that are still arriving stay."""
    held = []
    for path in folder.iterdir():
        with contextlib.suppress(OSError):  # another process may have swept it
            if path.is_file():
                held.append((path.stat().st_mtime, path.stat().st_size, path))
    total = sum(each for _, each, _ in held)
    for _, each, path in sorted(held):
        if total + size <= most:
            return
        if path.suffix != TEMPORARY_SUFFIX:
            with contextlib.suppress(OSError):  # Windows deletes no file that is open
                path.unlink()
                total -= each


def sweep_leftovers(folder: str | Path, process: int | None = None) -> int:
    """Delete what killed processes, or the one of that id, left under temporary names in a folder;
    how many there were."""
    own = "" if process is None else f"{process}-"
    found = Path(folder).glob(f"{TEMPORARY_PREFIX}{own}*{TEMPORARY_SUFFIX}")
    leftovers = [path for path in found if path.is_file()]
    for path in leftovers:
        path.unlink(missing_ok=True)
    return len(leftovers)
