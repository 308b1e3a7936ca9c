"""How a feature is declared, and the registry that finds every declared one.

A feature is a function of one *frame*: an Ibis table with one row a booking of the night. It returns a column of that
frame. A new feature is a function in a module of `features/catalogue/`, a new frame a module of `features/frames/` with
a function of its name; no list elsewhere.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import ibis
import ibis.expr.types as ir

import features.catalogue
import features.frames
from features.night import Night

Definition = Callable[[ir.Table], ir.Value]
Frame = Callable[[Night], ir.Table]
Monotone = Literal[-1, 0, 1]


@dataclass(frozen=True)
class Feature:
    """A declared feature.

    `unit` of its value; `needs`, the columns of `bookings` without any of which it is null for a booking; `null`,
    what null then means; `delivered`, the columns that its row must have come with, be they empty, or it is null, too:
    what nobody records is not zero; `frame`, the frame it is a column of; `meaning`, its docstring. `monotone`: 1
    where more of it cannot, by definition, make a booking less suspicious, -1 where less of it cannot, 0 where that is
    a question of fact; a model learnt from verdicts is held to it.
    """

    name: str
    unit: str
    needs: tuple[str, ...]
    null: str
    frame: str
    meaning: str
    definition: Definition
    monotone: Monotone = 0
    delivered: tuple[str, ...] = ()

    def column(self, frame: ir.Table) -> ir.Value:
        """Its column, null where any column that it needs is null."""
        value = self.definition(frame).cast("float64")
        if self.needs:
            value = ibis.and_(*(frame[name].notnull() for name in self.needs)).ifelse(value, None)
        return value.name(self.name)


_DECLARED: dict[str, Feature] = {}


def feature(
    *, unit: str, needs: tuple[str, ...], null: str, monotone: Monotone = 0, delivered: tuple[str, ...] = ()
) -> Callable[[Definition], Definition]:
    """Declare a feature: named like the function, over the frame that its only argument names."""

    def declare(definition: Definition) -> Definition:
        name = definition.__name__
        (frame,) = inspect.signature(definition).parameters
        if name in _DECLARED:
            raise ValueError(f"two features are called {name}")
        meaning = inspect.getdoc(definition) or ""
        _DECLARED[name] = Feature(name, unit, needs, null, frame, meaning, definition, monotone, delivered)
        return definition

    return declare


@cache
def all_features() -> dict[str, Feature]:
    """Every declared feature by name, in the order of its module and of its place there."""
    for module in sorted(pkgutil.iter_modules(features.catalogue.__path__), key=lambda found: found.name):
        importlib.import_module(f"features.catalogue.{module.name}")
    return dict(_DECLARED)


@cache
def all_frames() -> dict[str, Frame]:
    """Every frame by name: what a feature's argument is called."""
    names = sorted(found.name for found in pkgutil.iter_modules(features.frames.__path__))
    return {name: getattr(importlib.import_module(f"features.frames.{name}"), name) for name in names}
