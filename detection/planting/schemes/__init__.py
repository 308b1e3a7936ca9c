"""The schemes that can be planted: one module each, found by its `SCHEME`."""

import importlib
import pkgutil
from functools import cache

from detection.planting.scheme import Scheme


@cache
def schemes() -> dict[str, Scheme]:
    """The schemes by name."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return {module.SCHEME.name: module.SCHEME for module in sorted(modules, key=lambda module: module.__name__)}
