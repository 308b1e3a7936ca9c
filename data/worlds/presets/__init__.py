"""Presets: the worlds that can be asked for, one module each, found by itself.

A new preset is a new module here with `BLUEPRINT`, a `Blueprint`.
"""

import importlib
import pkgutil
from functools import cache

from data.worlds.blueprint import Blueprint

__all__ = ["presets"]


@cache
def presets() -> dict[str, Blueprint]:
    """The blueprints by name, in the order of their names."""
    modules = [importlib.import_module(found.name) for found in pkgutil.iter_modules(__path__, f"{__name__}.")]
    blueprints: list[Blueprint] = [module.BLUEPRINT for module in modules if hasattr(module, "BLUEPRINT")]
    return {one.name: one for one in sorted(blueprints, key=lambda one: one.name)}
