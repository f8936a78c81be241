"""MIDI ports of this machine through python-rtmidi, which is imported when it is needed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from ditto_daw.errors import DittoError

NAME = "ditto-daw"
Listener = Callable[[float, Sequence[int]], None]
"""Gets the second (of `time.monotonic`) and the bytes of every message, in a thread of its own."""


def input_names() -> list[str]:
    """The ports that can be listened to. Raises DittoError without a MIDI system."""
    port = _input()
    try:
        return list(port.get_ports())
    finally:
        port.delete()


class Input:
    """One open port. A context manager.

    name: a part of the port's name, capitals or not; "" makes a port of its own that other
    programs connect to. Raises DittoError where there is no such port, or no MIDI system.
    """

    def __init__(self, name: str, listener: Listener) -> None:
        self._port = _input()
        self.name = self._open(name)
        self._stamp = _Stamp()
        self._listener = listener
        self._port.ignore_types(sysex=True, timing=False, active_sense=True)
        self._port.set_callback(self._heard)

    def __enter__(self) -> Input:
        return self

    def __exit__(self, *_: object) -> None:
        self._port.cancel_callback()
        self._port.close_port()
        self._port.delete()

    def _open(self, name: str) -> str:
        if not name:
            try:
                self._port.open_virtual_port("in")
            except NotImplementedError:
                raise DittoError(
                    "port", "This system makes no virtual MIDI ports: name one with --port."
                ) from None
            return f"{NAME}:in"
        there = self._port.get_ports()
        for number, known in enumerate(there):
            if name.casefold() in known.casefold():
                self._port.open_port(number)
                return str(known)
        listed = ", ".join(there) or "none"
        raise DittoError("port", f'There is no MIDI port "{name}"; there are: {listed}.')

    def _heard(self, event: tuple[Sequence[int], float], _: Any = None) -> None:
        message, passed = event
        self._listener(self._stamp.second(passed, time.monotonic()), message)


class _Stamp:
    """The driver tells how long ago the message before was, more precisely than Python wakes up."""

    def __init__(self) -> None:
        self._last: float | None = None

    def second(self, passed: float, now: float) -> float:
        self._last = now if self._last is None else self._last + passed
        return self._last


def _input() -> Any:
    """The first of the systems that rtmidi was built for which answers."""
    try:
        import rtmidi
    except ImportError as error:
        raise _no_midi(error) from None
    problem: Exception | None = None
    for system in rtmidi.get_compiled_api():
        try:
            return rtmidi.MidiIn(system, NAME)
        except (SystemError, OSError, rtmidi.RtMidiError) as error:
            problem = error
    raise _no_midi(problem)


def _no_midi(problem: Exception | None) -> DittoError:
    return DittoError("midi", f"No MIDI system answers on this machine ({problem}).")
