"""Summaries: compact tables of a day each, so that a night reads them and not the history behind them.

A summary is a pure function of the days that it reads. It is made again when one of them has changed since, which is
how a late file reopens the days that it touches, and no others. A new summary is a module of `features/summaries/`
with a function of its name, and a table of that name in `data/stored/measured.py`; no list elsewhere.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from graphlib import TopologicalSorter

import ibis.expr.types as ir
import pyarrow as pa

import features.summaries
from data.home import Home
from data.lake import Lake
from data.tables import LAKE
from features.engine import engine
from features.freshness import Freshness
from features.night import Night

#: rows gathered before they are written: a commit costs as much as some hundred thousand rows
COMMIT_ROWS = 1_000_000

Make = Callable[[Night], ir.Table | pa.Table]


@dataclass(frozen=True)
class Summary:
    """A declared summary: a row's worth of what later nights need to know of one day.

    `days`: how many days of it a night may read, its own included; `reads`: the tables that one day of it is made
    of, and how many days of each, its own included.
    """

    name: str
    days: int
    reads: dict[str, int]
    make: Make


_DECLARED: dict[str, Summary] = {}


def summary(*, days: int, reads: dict[str, int]) -> Callable[[Make], Make]:
    """Declare a summary, named like the function and its table."""

    def declare(make: Make) -> Make:
        _DECLARED[make.__name__] = Summary(make.__name__, days, reads, make)
        return make

    return declare


@cache
def all_summaries() -> dict[str, Summary]:
    """Every declared summary by name, each after those that it reads."""
    for module in sorted(pkgutil.iter_modules(features.summaries.__path__), key=lambda found: found.name):
        importlib.import_module(f"features.summaries.{module.name}")
    reads = {name: sorted(found.reads.keys() & _DECLARED) for name, found in sorted(_DECLARED.items())}
    return {name: _DECLARED[name] for name in TopologicalSorter(reads).static_order()}


def summaries_day(home: Home, day: date) -> dict[str, int]:
    """Make what a night needs of the days up to it and does not find made; the number of days made, by summary."""
    lake = Lake.of(home)
    reach = max(_reach(name) + max(found.reads.values()) for name, found in all_summaries().items())
    freshness = Freshness(home, day - timedelta(days=reach), day)
    made = {}
    with engine(home) as running:
        tonight = Night(day, running)  # of this one day, all summaries share what they compute
        for name, found in all_summaries().items():
            days = [each for each in _needed(name, day) if freshness.due(name, found.reads, each)]
            for batch in _batches(found, _nights(home, days, tonight)):
                lake.replace_days(name, batch, pa.concat_tables(batch.values()))
            made[name] = len(days)
    freshness.keep()
    return made


def _nights(home: Home, days: Iterable[date], tonight: Night) -> Iterator[Night]:
    """These days, each of the past with an engine of its own: what it keeps in memory goes with it."""
    for day in days:
        if day == tonight.day:
            yield tonight
        else:
            with engine(home) as running:
                yield Night(day, running)


def _batches(found: Summary, nights: Iterable[Night]) -> Iterator[dict[date, pa.Table]]:
    """The rows of these days, some days at a time."""
    batch: dict[date, pa.Table] = {}
    for night in nights:
        rows = found.make(night)
        table = rows if isinstance(rows, pa.Table) else night.engine.arrow(rows)
        batch[night.day] = table.select(LAKE[found.name].schema.names).cast(LAKE[found.name].schema)
        if sum(rows.num_rows for rows in batch.values()) >= COMMIT_ROWS:
            yield batch
            batch = {}
    if batch:
        yield batch


def _needed(name: str, day: date) -> list[date]:
    """The days of a summary that a night needs, for itself and for the summaries that read it."""
    days = _reach(name)
    return [day - timedelta(days=ago) for ago in range(days - 1, -1, -1)]


@cache
def _reach(name: str) -> int:
    readers = [found for found in all_summaries().values() if name in found.reads]
    return max([all_summaries()[name].days, *(_reach(found.name) + found.reads[name] - 1 for found in readers)])
