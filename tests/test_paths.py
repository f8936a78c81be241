"""Paths: inside the allowed folders, regular, readable; everything else refused by name."""

import os
import sys
from pathlib import Path

import pytest

from ditto_daw.errors import BadRequest, DittoError, FileMissing, OutputRefused, PathRefused
from ditto_daw.files.paths import Roots, check_writable

POSIX = pytest.mark.skipif(os.name != "posix", reason="FIFOs and device files are POSIX")


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    folder = tmp_path / "allowed ü"
    folder.mkdir()
    return folder


@pytest.fixture
def roots(inside: Path) -> Roots:
    return Roots([inside])


def refused(roots: Roots, path: str | Path, kind: type[DittoError], words: str) -> None:
    with pytest.raises(kind, match=words) as caught:
        roots.check_input(path, "midi.path")
    assert caught.value.argument == "midi.path"
    assert caught.value.message.endswith(".")


def test_a_file_inside_is_returned_with_its_real_path(roots: Roots, inside: Path) -> None:
    file = inside / "my loop, 120 bpm – é.wav"
    file.write_bytes(b"x")
    link = inside / "link.wav"
    link.symlink_to(file)
    crooked = f"{inside}/../{inside.name}/./{file.name}"
    for path in (file, str(file), link, crooked):
        assert roots.check_input(path) == file.resolve()


def test_outside_is_refused_before_anything_is_looked_at(roots: Roots, tmp_path: Path) -> None:
    outside = tmp_path / "secret.wav"
    outside.write_bytes(b"x")
    for path in (outside, tmp_path / "absent.wav", tmp_path, f"{roots.folders[0]}/../secret.wav"):
        refused(roots, path, PathRefused, "--root")


def test_a_link_that_leads_outside_is_refused(roots: Roots, inside: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret.wav"
    outside.write_bytes(b"x")
    (inside / "innocent.wav").symlink_to(outside)
    (inside / "folder").symlink_to(tmp_path)
    refused(roots, inside / "innocent.wav", PathRefused, "outside")
    refused(roots, inside / "folder" / "secret.wav", PathRefused, "outside")


def test_a_folder_whose_name_begins_alike_is_outside(roots: Roots, inside: Path) -> None:
    sibling = inside.with_name(inside.name + " too")
    sibling.mkdir()
    (sibling / "a.wav").write_bytes(b"x")
    refused(roots, sibling / "a.wav", PathRefused, "outside")


def test_what_is_no_readable_file_is_refused(roots: Roots, inside: Path) -> None:
    refused(roots, inside / "gone.wav", FileMissing, "There is no file")
    refused(roots, inside, FileMissing, "is a folder")
    refused(roots, "loop.wav", BadRequest, "full path")
    refused(roots, "", BadRequest, "full path")
    refused(roots, f"{inside}/a\0b.wav", PathRefused, "cannot be followed")
    refused(roots, inside / ("x" * 5000), DittoError, "no file|followed")  # type: ignore[arg-type]


def test_a_link_to_itself_is_refused(roots: Roots, inside: Path) -> None:
    (inside / "loop.wav").symlink_to(inside / "loop.wav")
    refused(roots, inside / "loop.wav", DittoError, "followed|no file")  # type: ignore[arg-type]


@POSIX
def test_pipes_and_devices_are_refused_without_opening_them(roots: Roots, inside: Path) -> None:
    os.mkfifo(inside / "pipe.wav")
    refused(roots, inside / "pipe.wav", FileMissing, "device or a pipe")
    with pytest.raises(FileMissing, match="device or a pipe"):
        Roots(["/dev"]).check_input("/dev/null")


@POSIX
@pytest.mark.skipif(sys.platform != "win32" and os.geteuid() == 0, reason="root reads everything")
def test_files_without_permission_are_refused(roots: Roots, inside: Path) -> None:
    file = inside / "a.wav"
    file.write_bytes(b"x")
    file.chmod(0)
    refused(roots, file, FileMissing, "permissions")
    inside.chmod(0o500)
    with pytest.raises(OutputRefused, match="cannot be written"):
        roots.check_folder(inside)
    inside.chmod(0o700)


def test_folders_for_results(roots: Roots, inside: Path, tmp_path: Path) -> None:
    assert roots.check_folder(str(inside)) == inside.resolve()
    assert list(inside.iterdir()) == []
    with pytest.raises(PathRefused, match="outside"):
        roots.check_folder(tmp_path)
    for absent in (inside / "gone", inside / "a.wav"):
        with pytest.raises(OutputRefused, match="create it first") as caught:
            roots.check_folder(absent)
        assert caught.value.argument == "output.folder"


def test_a_folder_that_refuses_a_file_is_named(
    inside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(path: Path, data: bytes) -> int:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", read_only)
    with pytest.raises(OutputRefused, match="Read-only file system"):
        check_writable(inside)


def test_the_whole_disk_is_never_allowed_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path.home()
    monkeypatch.chdir("/")
    folders = Roots(Roots.default()).folders
    assert home.resolve() in folders
    assert all(folder != folder.parent for folder in folders)
