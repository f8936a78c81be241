"""Families of pretrained models, one file each; a new file here is found by name."""

from importlib import import_module
from pkgutil import iter_modules

from ditto_daw.models.family import FAMILIES, Family

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["FAMILIES", "Family"]
