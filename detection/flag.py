"""How a red flag is declared, and the registry that finds every declared one.

A flag argues both sides: why its value is suspicious, from which value on, and which lawful explanations there are.
A new flag is one file in `detection/flags/` and one case table in `tests/flags/`; no list elsewhere.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import ibis.expr.types as ir

import detection.flags

#: a manipulated booking has a benefit and a channel; a flag speaks of one of them
Side = Literal["benefit", "channel"]
Value = Callable[[ir.Table], ir.Value]


@dataclass(frozen=True)
class Innocent:
    """A lawful explanation; `checked`: the flag's value already leaves such bookings out."""

    explanation: str
    checked: bool


@dataclass(frozen=True)
class Flag:
    """A declared red flag.

    Its value is a count in `unit`, null (not assessed) where a feature that it is made of is null. It fires
    from `at_least` on, that value included. `text` says it of a booking, with `{value}` and `{expected}`, what is
    usual in its queue. `source` says where the idea or the threshold comes from.
    """

    code: str
    name: str
    family: str
    side: Side
    unit: str
    at_least: float
    why: str
    source: str
    innocent: tuple[Innocent, ...]
    text: str
    meaning: str
    value: Value


_DECLARED: dict[str, Flag] = {}


def flag(
    *,
    code: str,
    family: str,
    side: Side,
    unit: str,
    at_least: float,
    why: str,
    source: str,
    innocent: tuple[Innocent, ...],
    text: str,
) -> Callable[[Value], Value]:
    """Declare a flag: the function takes the table of features and returns the flag's value for each booking."""

    def declare(value: Value) -> Value:
        if code in _DECLARED:
            raise ValueError(f"two flags have the code {code}")
        _DECLARED[code] = Flag(
            code,
            value.__name__,
            family,
            side,
            unit,
            at_least,
            why,
            source,
            innocent,
            text,
            inspect.getdoc(value) or "",
            value,
        )
        return value

    return declare


@cache
def all_flags() -> dict[str, Flag]:
    """Every declared flag by code, in the order of the codes."""
    for module in pkgutil.iter_modules(detection.flags.__path__):
        importlib.import_module(f"detection.flags.{module.name}")
    return dict(sorted(_DECLARED.items()))
