"""Inversions, one file each; a new file in this folder is found by name without further ado."""

from importlib import import_module
from pkgutil import iter_modules

from ditto_daw.inversion.base import INVERSIONS, Inversion, Inverted, Invertible, Sought, likeness

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["INVERSIONS", "Inversion", "Inverted", "Invertible", "Sought", "likeness"]
