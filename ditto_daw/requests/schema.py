"""What a message is made of. Checks, encoding and documentation all follow from these two classes.

A producer's patch sends what it has: Pd knows only floats, Max has no booleans, liblo sends
64-bit integers. So a type here names what the value means; the wire may spell it in several ways.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ditto_daw.errors import BadMessage, BadRequest

FRACTION = re.compile(r"-?\d{1,18}(\.\d{1,18}|/[1-9]\d{0,17})?", re.ASCII)
IDENTITY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
OF = "/"
"""Between a token and an id: "token/id" is the job of that client, whoever sends it from where."""
FREE = "free"
"""A curve's point at which it ceases to ask for anything; null in JSON."""
HUGE = 3.4e38
"""About the greatest number that OSC's float holds."""
Wire = tuple[str, Any]
"""One argument as it is sent: OSC type tag and value."""


def _integer(value: Any) -> int:
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return value
    raise ValueError("a whole number")


def _real(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError("a finite number")
    return float(value)


def _single(value: Any) -> float:
    if abs(_real(value)) > HUGE:
        raise ValueError("a number that 32 bits hold")
    return float(value)


def _number(value: Any) -> float | str:
    if isinstance(value, str) and FRACTION.fullmatch(value):
        return value
    try:
        return _real(value)
    except ValueError:
        raise ValueError('a finite number or an exact fraction like "7/3"') from None


def _level(value: Any) -> float | str:
    if value is None or value == FREE:
        return FREE
    try:
        return _real(value)
    except ValueError:
        raise ValueError(f'a finite number, or "{FREE}"') from None


def _switch(value: Any) -> bool:
    if value in (0, 1) and not isinstance(value, str):
        return bool(value)
    raise ValueError("0 or 1")


def _text(value: Any) -> str:
    if isinstance(value, str) and "\0" not in value:
        return value
    raise ValueError("a text")


def _identity(value: Any) -> str:
    text = value if isinstance(value, str) else str(_integer(value))
    if IDENTITY.fullmatch(text):
        return text
    raise ValueError("1 to 64 letters, digits or . _ : -")


def _job(value: Any) -> str:
    token, of, identity = str(value).rpartition(OF)
    try:
        return (_identity(token) + of if of else "") + _identity(identity if of else value)
    except ValueError as wanted:
        raise ValueError(f'{wanted}, perhaps after "token/"') from None


def _blob(value: Any) -> bytes:
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    raise ValueError("a blob")


def _value(value: Any) -> bool | int | float | str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return value
    return _integer(value) if isinstance(value, int) else _real(value)


def _spell_integer(value: int) -> Wire:
    return ("i" if -(2**31) <= value < 2**31 else "h"), value


def _spell_value(value: bool | int | float | str) -> Wire:
    if isinstance(value, str):
        return "s", value
    if isinstance(value, int):
        return _spell_integer(int(value))
    # Max and Pd read no doubles: one is sent only where a float would change the number.
    try:
        exact = struct.unpack(">f", struct.pack(">f", value))[0] == value
    except OverflowError:
        exact = False
    return ("f" if exact else "d"), value


TYPES: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Wire], str]] = {
    "id": (
        _identity,
        lambda v: ("s", v),
        "1 to 64 letters, digits or . _ : - as text, or a whole number",
    ),
    "job": (_job, lambda v: ("s", v), 'an id, or "token/id" as any address may send it'),
    "text": (_text, lambda v: ("s", v), "text (UTF-8)"),
    "int": (_integer, _spell_integer, "int; a float without fraction will do"),
    "float": (_single, lambda v: ("f", v), "float; an int will do"),
    "number": (_number, _spell_value, 'float, double, int, or an exact fraction as text: "7/3"'),
    "level": (_level, _spell_value, f'float, double or int; or "{FREE}"'),
    "switch": (_switch, lambda v: ("i", int(v)), "0 or 1; true and false will do"),
    "blob": (_blob, lambda v: ("b", v), "blob"),
    "value": (_value, _spell_value, "text or number"),
}
"""Each type: its check (returns the clean value, ValueError says what was wanted), its spelling."""


@dataclass(frozen=True)
class Argument:
    """One named argument: type, allowed range (inclusive), meaning.

    A `default` makes it optional; optional arguments stand last. For texts and blobs, `high` is
    the greatest length.
    """

    name: str
    type: str
    meaning: str
    low: float | None = None
    high: float | None = None
    default: Any = None

    def check(self, value: Any, name: str = "") -> Any:
        """The clean value. BadRequest names the argument and what it may be."""
        name = name or self.name
        try:
            clean = TYPES[self.type][0](value)
        except ValueError as wanted:
            raise BadRequest(name, f"{name} must be {wanted}, not {_show(value)}.") from None
        if self.type in ("text", "blob"):
            if self.high is not None and len(clean) > self.high:
                raise BadRequest(name, f"{name} is longer than {self.high:.0f}.")
            return clean
        if self.low is None and self.high is None:
            return clean
        amount = Fraction(clean) if isinstance(clean, str) else clean
        if (self.low is not None and amount < self.low) or (
            self.high is not None and amount > self.high
        ):
            raise BadRequest(name, f"{name} must be {self.range}, not {_show(value)}.")
        return clean

    @property
    def range(self) -> str:
        """The range in words; "" when there is none."""
        low, high = (None if v is None else f"{v:.15g}" for v in (self.low, self.high))
        if self.type in ("text", "blob"):
            return f"at most {high}" if high else ""
        if low and high:
            return f"{low} to {high}"
        return f"at least {low}" if low else f"at most {high}" if high else ""


@dataclass(frozen=True)
class Message:
    """One line of the protocol.

    Attributes:
        address: OSC address.
        meaning: what it does, for the document.
        arguments: in the order of the wire.
        row: when not empty, the arguments are followed by any number of such rows.
        replies: addresses that may answer it.
    """

    address: str
    meaning: str
    arguments: tuple[Argument, ...] = ()
    row: tuple[Argument, ...] = ()
    replies: tuple[str, ...] = ()

    def check(self, values: Sequence[Any]) -> dict[str, Any]:
        """Wire values to clean values by name; rows come as a list of tuples under "rows".

        BadRequest for a type or range, BadMessage for a wrong number of arguments.
        """
        named: dict[str, Any] = {}
        for place, argument in enumerate(self.arguments):
            if place < len(values):
                named[argument.name] = argument.check(values[place])
            elif argument.default is None:
                raise BadMessage(argument.name, f"{self.address} needs {self.signature}.")
            else:
                named[argument.name] = argument.default
        rest = values[len(self.arguments) :]
        if self.row:
            named["rows"] = self._rows(rest)
        elif rest:
            wanted = self.signature or "nothing"
            raise BadMessage("arguments", f"{self.address} takes {wanted} and no more.")
        return named

    def spell(self, named: Mapping[str, Any]) -> list[Wire]:
        """Values by name to what is sent, in order. The inverse of `check`; checks the same.

        Last arguments that have their default are left out.
        """
        values = [named.get(arg.name, arg.default) for arg in self.arguments]
        clean = self.check([*values, *(cell for row in named.get("rows", ()) for cell in row)])
        cells = [(arg, clean[arg.name]) for arg in self.arguments]
        while cells and not self.row and cells[-1][1] == cells[-1][0].default:
            cells.pop()
        for row in clean.get("rows", ()):
            cells += zip(self.row, row, strict=True)
        return [TYPES[argument.type][1](value) for argument, value in cells]

    @property
    def signature(self) -> str:
        """The arguments in one line, as a manual writes them."""
        words = [a.name if a.default is None else f"[{a.name}]" for a in self.arguments]
        if self.row:
            words.append(f"({' '.join(argument.name for argument in self.row)})*")
        return " ".join(words)

    def _rows(self, rest: Sequence[Any]) -> list[tuple[Any, ...]]:
        width = len(self.row)
        if len(rest) % width:
            names = " ".join(argument.name for argument in self.row)
            raise BadMessage(
                self.row[len(rest) % width].name,
                f"{self.address}: {len(rest)} values do not divide into rows of {names}.",
            )
        return [
            tuple(
                argument.check(rest[start + place], f"{argument.name}[{start // width}]")
                for place, argument in enumerate(self.row)
            )
            for start in range(0, len(rest), width)
        ]


def _show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
