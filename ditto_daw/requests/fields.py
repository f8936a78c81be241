"""Reading one JSON object field by field: every refusal names the field and its range."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import inf, isfinite
from typing import Any

from ditto_daw.errors import BadRequest
from ditto_daw.units import exact

REQUIRED: Any = object()
# Larger integers do not all convert to a float.
_LARGEST = 10**15


def finite(value: Any, name: str) -> float:
    """A real number as a float. Booleans, text, NaN and infinities are refused."""
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        raise BadRequest(name, f"{name} must be a number, not {shown(value)}.")
    number = float(value) if -_LARGEST < value < _LARGEST else inf
    if not isfinite(number):
        raise BadRequest(name, f"{name} is {shown(value)}; it must be a finite number.")
    return number


def within(value: Any, name: str, low: float, high: float) -> Any:
    """The value itself where it lies in low..high; refused with both ends named otherwise."""
    if not low <= value <= high:
        raise BadRequest(name, f"{name} is {float(value):g}; it must lie in {low:g} to {high:g}.")
    return value


def whole(value: Any, name: str, low: int, high: int) -> int:
    """An integer in low..high; 3.0 counts as 3, because Pd and Max send floats only."""
    number = finite(value, name)
    if number != int(number):
        raise BadRequest(name, f"{name} is {number:g}; it must be a whole number.")
    return int(within(int(value), name, low, high))


def fraction(value: Any, name: str, low: float, high: float) -> Fraction:
    """An exact number from an int, a float or the text "a/b", in low..high."""
    if not isinstance(value, str):
        finite(value, name)
    try:
        number = exact(value)
    except ValueError as error:
        raise BadRequest(name, f'{name}: {error}; write 1.5 or "3/2".') from None
    within(number, name, low, high)
    return number


def choice(value: Any, name: str, options: Iterable[str]) -> str:
    """One of the options, whatever its case."""
    known = {option.casefold(): option for option in options}
    if not isinstance(value, str) or value.strip().casefold() not in known:
        field = name.split(".")[-1].split("[")[0]
        listed = ", ".join(known.values())
        raise BadRequest(name, f"There is no {field} {shown(value)}; choose one of: {listed}.")
    return known[value.strip().casefold()]


def rows(value: Any, name: str, most: int) -> list[Any]:
    """A list of at most so many entries."""
    if not isinstance(value, list | tuple):
        raise BadRequest(name, f"{name} must be a list, not {shown(value)}.")
    if len(value) > most:
        raise BadRequest(name, f"{name} has {len(value):,} entries; {most:,} is the most.")
    return list(value)


def shown(value: Any) -> str:
    """A value as a sentence can quote it, cut to a readable length."""
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


class Fields:
    """The fields of one JSON object; null counts as absent, unknown names are refused."""

    def __init__(self, data: Any, known: Iterable[str], path: str = "") -> None:
        names = list(known)
        where = path or "request"
        if not isinstance(data, Mapping):
            raise BadRequest(where, f"{where} must be an object with fields, not {shown(data)}.")
        self._data = data
        self._prefix = f"{path}." if path else ""
        for name in data:
            if name not in names:
                raise BadRequest(
                    f"{self._prefix}{name}",
                    f"{where} has no field {shown(name)}; its fields are: {', '.join(names)}.",
                )

    def name(self, key: str) -> str:
        """The full name of a field, as errors give it."""
        return self._prefix + key

    def get(self, key: str, default: Any = None) -> Any:
        """The raw value, or the default; REQUIRED as default refuses absence."""
        value = self._data.get(key)
        if value is None and default is REQUIRED:
            raise BadRequest(self.name(key), f"{self.name(key)} is missing.")
        return default if value is None else value

    def number(self, key: str, low: float, high: float, default: Any = REQUIRED) -> Any:
        """A number, or one that came as text: "0.3" or "1/3"."""
        value, name = self.get(key, default), self.name(key)
        if isinstance(value, str):
            return float(fraction(value, name, low, high))
        return value if value is None else within(finite(value, name), name, low, high)

    def whole(self, key: str, low: int, high: int, default: Any = REQUIRED) -> Any:
        value = self.get(key, default)
        return value if value is None else whole(value, self.name(key), low, high)

    def fraction(self, key: str, low: float, high: float, default: Any = REQUIRED) -> Any:
        value = self.get(key, default)
        return value if value is None else fraction(value, self.name(key), low, high)

    def choice(self, key: str, options: Iterable[str], default: Any = REQUIRED) -> str:
        """One of the options; the default, where there is one, is returned unchecked."""
        value = self.get(key, default)
        return value if value == default else choice(value, self.name(key), options)

    def flag(self, key: str, default: bool) -> bool:
        value = self.get(key, default)
        if value not in (0, 1):
            raise BadRequest(self.name(key), f"{self.name(key)} must be true or false.")
        return bool(value)

    def text(self, key: str, most: int, default: Any = REQUIRED) -> Any:
        """Text of at most so many characters, without line breaks and control characters."""
        value = self.get(key, default)
        if value is None:
            return None
        if not isinstance(value, str):
            raise BadRequest(self.name(key), f"{self.name(key)} must be text, not {shown(value)}.")
        if len(value) > most or any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
            raise BadRequest(
                self.name(key),
                f"{self.name(key)} must be one line of at most {most:,} characters.",
            )
        if default is REQUIRED and not value.strip():
            raise BadRequest(self.name(key), f"{self.name(key)} is empty.")
        return value
