"""Experiments, one file each; a new file in this folder is found by name without further ado."""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
