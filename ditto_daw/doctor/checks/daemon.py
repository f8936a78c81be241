"""Port, network, folders and log of the daemon."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
from pathlib import Path

from ditto_daw import __version__
from ditto_daw.doctor.base import Finding, Patient, check
from ditto_daw.errors import DittoError, PortTaken
from ditto_daw.files.paths import Roots, check_writable
from ditto_daw.server.command import log_file
from ditto_daw.server.sockets import LOOPBACK, Sockets
from ditto_daw.wire.messages import SECRET

LEAST_FREE = 1 << 30


@check("loopback")
def loopback(patient: Patient) -> Finding:
    """UDP reaches this machine itself: some firewalls forbid even that."""
    with (
        contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as here,
        contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as there,
    ):
        here.bind((LOOPBACK, 0))
        here.settimeout(1.0)
        there.sendto(b"ditto", here.getsockname())
        try:
            arrived = here.recv(16) == b"ditto"
        except OSError:
            arrived = False
    if not arrived:
        return Finding(
            "bad",
            f"UDP to {LOOPBACK} does not arrive",
            "Let the firewall pass UDP within this machine.",
        )
    return Finding("good", f"UDP to {LOOPBACK} arrives")


@check("daemon")
def daemon(patient: Patient) -> Finding:
    """Who has the port: nobody, a daemon of this version, or another program."""
    from ditto_bridge import Client

    try:
        Sockets(LOOPBACK, patient.port).close()
        return Finding("good", f"port {patient.port} is free: start it with ditto-daw serve")
    except PortTaken:
        pass
    with Client(port=patient.port, patience=2.0) as client:
        try:
            hello, status = client.hello(), client.status()
        except DittoError:
            return Finding(
                "bad",
                f"another program has port {patient.port}",
                "End that program, or start the daemon with another --port.",
            )
    found = f"ditto-daw {hello.version} on port {patient.port}, {status['state']}"
    if status["state"] == "failed":
        return Finding("bad", f"{found}: {status['note']}", "Its log says more.")
    if hello.version != __version__:
        return Finding("hint", found, f"This is {__version__}: start the daemon again.")
    return Finding("good", found)


@check("results")
def results(patient: Patient) -> Finding:
    """The folder of results takes files."""
    folder = patient.results
    there = next(each for each in (folder, *folder.parents) if each.is_dir())
    try:
        check_writable(there)
    except DittoError as error:
        return Finding("bad", error.message, "Start the daemon with --results FOLDER.")
    free = shutil.disk_usage(there).free
    found = f"{_short(folder)}, {free / 2**30:.0f} GB free"
    if free < LEAST_FREE:
        return Finding("hint", found, "Make room: renders are refused when the disk is full.")
    return Finding("good", found)


@check("folders")
def folders(patient: Patient) -> Finding:
    """What clips may be read from."""
    allowed = ", ".join(_short(folder) for folder in Roots(Roots.default()).folders)
    return Finding("good", f"clips are read from {allowed}; more with --root FOLDER")


@check("log")
def log(patient: Patient) -> Finding:
    """Where to look when something went wrong."""
    path = log_file(patient.results)
    if not path.is_file():
        return Finding("good", f"{_short(path)}, once the daemon has run")
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    troubles = [line for line in lines if " ERROR " in line or " CRITICAL " in line]
    if troubles:
        return Finding("hint", f"{len(troubles)} errors, the last: {troubles[-1][:120]}", str(path))
    return Finding("good", f"{_short(path)}: {len(lines)} lines, no errors")


@check("secret")
def secret(patient: Patient) -> Finding:
    """Only for a daemon on another machine."""
    there = "set" if os.environ.get(SECRET) else "not set: only this machine is spoken to"
    return Finding("good", f"{SECRET} is {there}")


def _short(path: Path) -> str:
    with contextlib.suppress(ValueError, RuntimeError):
        return f"~/{path.relative_to(Path.home()).as_posix()}".removesuffix("/.")
    return str(path)
