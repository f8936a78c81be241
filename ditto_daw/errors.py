"""One class per fail code. Every message is a sentence that tells a producer what to do.

An error travels to the client as `(code, argument, sentence)`; the code never changes once
published, the sentence may.
"""

from __future__ import annotations

from typing import ClassVar


class DittoError(Exception):
    """A failure with a name.

    Args:
        argument: the field, address or path that is at fault; "" when there is none.
        sentence: what happened and what the producer can do about it.
    """

    code: ClassVar[str] = "failed"
    exit_status: ClassVar[int] = 1
    """Of a command line that ends with this error."""

    def __init__(self, argument: str, sentence: str) -> None:
        super().__init__(argument, sentence)
        self.argument = argument
        self.message = sentence

    def __str__(self) -> str:
        return f"{self.argument}: {self.message}" if self.argument else self.message

    def to_dict(self) -> dict[str, str]:
        """JSON form; `error_from_dict` is its inverse."""
        return {"code": self.code, "argument": self.argument, "message": self.message}


class BadRequest(DittoError):
    """A field of a request is missing, of the wrong type or out of range."""

    code = "bad_value"


class BadMessage(DittoError):
    """A packet or a message that does not follow the protocol."""

    code = "bad_message"


class FileMissing(DittoError):
    """The file does not exist or is not a regular file."""

    code = "file_missing"


class ModelMissing(DittoError):
    """A model, one of its files, or a package that it needs is not here."""

    code = "model_missing"


class FileGrowing(DittoError):
    """The file is still being written."""

    code = "file_growing"


class BrokenFile(DittoError):
    """The file is there but cannot be read as what it claims to be."""

    code = "broken_file"


class PathRefused(DittoError):
    """The path lies outside the allowed roots."""

    code = "path_refused"


class RegionOutside(DittoError):
    """The region starts before or ends after the file."""

    code = "region_outside"


class EmptyMidi(DittoError):
    """The MIDI clip has no notes."""

    code = "empty_midi"


class OutputRefused(DittoError):
    """The output folder cannot be written, or the disk is full."""

    code = "output_refused"


class AssetMissing(DittoError):
    """The asset is not in the store (never put, incomplete, or swept)."""

    code = "asset_missing"


class QueueFull(DittoError):
    """The daemon holds as many jobs as it may."""

    code = "queue_full"


class NotOwner(DittoError):
    """The job belongs to another client."""

    code = "not_owner"


class NoHello(DittoError):
    """A command about a job from an address that has not said which client it is."""

    code = "no_hello"


class NotAdmitted(DittoError):
    """Another machine has not shown the daemon's secret."""

    code = "not_admitted"


class UnknownJob(DittoError):
    """No job of that id."""

    code = "unknown_job"


class Cancelled(DittoError):
    """The job was cancelled."""

    code = "cancelled"


class RenderFailed(DittoError):
    """The render stopped for a reason that is not the request's fault."""

    code = "render_failed"


class WorkerLost(DittoError):
    """The process that renders died."""

    code = "worker_lost"


class OutOfMemory(DittoError):
    """The device has too little memory for the render, whatever was tried."""

    code = "out_of_memory"


class PortTaken(DittoError):
    """Another program has the port."""

    code = "port_taken"
    exit_status = 3


class DaemonMissing(DittoError):
    """No daemon answers."""

    code = "daemon_missing"


CODES: dict[str, type[DittoError]] = {
    DittoError.code: DittoError,
    **{cls.code: cls for cls in DittoError.__subclasses__()},
}


def error_from_dict(data: dict[str, str]) -> DittoError:
    """The error that `DittoError.to_dict` described; an unknown code gives a plain DittoError."""
    cls = CODES.get(data["code"], DittoError)
    return cls(data["argument"], data["message"])
