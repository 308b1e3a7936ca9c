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
from typing import Literal, Protocol, TypeVar

import ibis.expr.types as ir

import detection.flags
from features.declare import all_features

#: a manipulated booking has a benefit and a channel; a flag speaks of one of them
Side = Literal["benefit", "channel"]
#: what a flag looks at
Family = Literal["order", "records", "priority", "booking", "links"]
FAMILIES: tuple[Family, ...] = ("order", "records", "priority", "booking", "links")
Value = Callable[[ir.Table], ir.Value]
Outcome_co = TypeVar("Outcome_co", covariant=True)


class Comparable(Protocol[Outcome_co]):
    """A number, or a column of numbers that compares with one."""

    def __ge__(self, other: float, /) -> Outcome_co: ...
    def __le__(self, other: float, /) -> Outcome_co: ...


@dataclass(frozen=True)
class Words:
    """The same words in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Innocent:
    """A lawful explanation; `checked`: the flag's value already leaves such bookings out."""

    explanation: Words
    checked: bool


@dataclass(frozen=True)
class Flag:
    """A declared red flag.

    Its value, in `unit`, is null (not assessed) where a feature that it is made of is null, so also below its
    `exposure`: what must have been seen before anything is said. It fires from `at_least` on, or up to `at_most`, that
    value included. `text` says it of a booking, with `{value}` and `{expected}`, what is usual at its centre. `source`
    says where the idea and the threshold come from.

    `rare`: the share of innocent bookings that may show it, for the reason `rarity`; on more than that it warns about
    itself. `needs`: the features that the value is made of. `p`: the feature that already is the p-value of the value,
    against its `stratum` (in words), if there is one. `beside`: the families of the benefits that it supports. A
    benefit that supports none is a hypothesis; a channel that supports none is only shown, and weighs nothing.
    `grows`: a benefit that goes further weighs more; not where how far it goes is only how long the queue was.
    """

    code: str
    name: Words
    family: Family
    side: Side
    beside: tuple[Family, ...]
    grows: bool
    unit: Words
    at_least: float | None
    at_most: float | None
    rare: float
    rarity: Words
    exposure: Words
    needs: tuple[str, ...]
    p: str | None
    stratum: Words | None
    why: Words
    source: str
    innocent: tuple[Innocent, ...]
    text: Words
    meaning: Words
    value: Value

    @property
    def threshold(self) -> float:
        """The value from which on, or up to which, it fires."""
        threshold = self.at_least if self.at_most is None else self.at_most
        assert threshold is not None  # noqa: S101 # `flag` sees to it
        return float(threshold)

    def fires(self, value: Comparable[Outcome_co]) -> Outcome_co:
        """Whether it fires on a value, or on each of a column of values; of null say nothing with it."""
        return value >= self.threshold if self.at_most is None else value <= self.threshold

    @property
    def is_hypothesis(self) -> bool:
        """Whether it is a benefit that is by itself a way to be manipulated; else it stands beside some, or none."""
        return self.side == "benefit" and not self.beside

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of `bookings` without any of which one of its features is null, sorted."""
        features = all_features()
        return tuple(sorted({column for name in self.needs for column in features[name].needs}))


_DECLARED: dict[str, Flag] = {}

#: a flag whose value needs nothing but the booking itself
ONE_BOOKING = Words("单条预约即可判断", "the booking itself is enough")


def flag(
    *,
    code: str,
    name: Words,
    family: Family,
    side: Side,
    unit: Words,
    rare: float,
    rarity: Words,
    needs: tuple[str, ...],
    why: Words,
    source: str,
    innocent: tuple[Innocent, ...],
    text: Words,
    meaning: str,
    at_least: float | None = None,
    at_most: float | None = None,
    exposure: Words = ONE_BOOKING,
    p: str | None = None,
    stratum: Words | None = None,
    beside: tuple[Family, ...] | None = None,
    grows: bool = True,
) -> Callable[[Value], Value]:
    """Declare a flag: the function takes the table of features and returns the flag's value for each booking.

    `meaning`: what the value is, in Chinese; the function's docstring says it in English. `beside`: where nothing is
    said, all families for a channel and none for a benefit.
    """
    if (at_least is None) == (at_most is None):
        raise ValueError(f"{code} needs at_least or at_most, and not both")
    if beside is None:
        beside = FAMILIES if side == "channel" else ()

    def declare(value: Value) -> Value:
        if code in _DECLARED:
            raise ValueError(f"two flags have the code {code}")
        _DECLARED[code] = Flag(
            code=code,
            name=name,
            family=family,
            side=side,
            beside=beside,
            grows=grows,
            unit=unit,
            at_least=at_least,
            at_most=at_most,
            rare=rare,
            rarity=rarity,
            exposure=exposure,
            needs=needs,
            p=p,
            stratum=stratum,
            why=why,
            source=source,
            innocent=innocent,
            text=text,
            meaning=Words(meaning, inspect.getdoc(value) or ""),
            value=value,
        )
        return value

    return declare


@cache
def all_flags() -> dict[str, Flag]:
    """Every declared flag by code, in the order of the codes."""
    for module in pkgutil.iter_modules(detection.flags.__path__):
        importlib.import_module(f"detection.flags.{module.name}")
    return dict(sorted(_DECLARED.items()))
