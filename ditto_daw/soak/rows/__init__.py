"""The rows, found by name; they run in the order of files and lines."""

from importlib import import_module
from pkgutil import iter_modules

from ditto_daw.soak.base import ROWS

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["ROWS"]
