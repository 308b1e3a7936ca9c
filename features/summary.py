"""Summaries: compact tables of a day each, so that a night reads them and not the history behind them.

A summary is a pure function of the days that it reads. It is made again when one of them has changed since, which is
how a late file reopens the days that it touches, and no others. A new summary is a module of `features/summaries/`
with a function of its name, and a table of that name in `data/stored/measured.py`; no list elsewhere.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
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
    return {name: _DECLARED[name] for names in _levels() for name in names}


@cache
def _levels() -> list[list[str]]:
    """The summaries by name, in groups each of which reads those before it and none of its own."""
    for module in sorted(pkgutil.iter_modules(features.summaries.__path__), key=lambda found: found.name):
        importlib.import_module(f"features.summaries.{module.name}")
    order = TopologicalSorter({name: found.reads.keys() & _DECLARED for name, found in _DECLARED.items()})
    order.prepare()
    levels = []
    while order.is_active():
        levels.append(sorted(order.get_ready()))
        order.done(*levels[-1])
    return levels


def summaries_day(home: Home, day: date) -> dict[str, int]:
    """Make what a night needs of the days up to it and does not find made; the number of days made, by summary."""
    reach = max(_reach(name) + max(found.reads.values()) for name, found in all_summaries().items())
    freshness = Freshness(home, day - timedelta(days=reach), day)
    made: dict[str, int] = {}
    with engine(home) as running:
        tonight = Night(day, running)  # of this one day, all summaries share what they compute
        for names in _levels():
            due = {name: _due(freshness, name, day) for name in names}
            made |= {name: len(days) for name, days in due.items()}
            _make(home, due, tonight)
    freshness.keep()
    return made


def _due(freshness: Freshness, name: str, day: date) -> list[date]:
    return [each for each in _needed(name, day) if freshness.due(name, all_summaries()[name].reads, each)]


def _make(home: Home, due: Mapping[str, list[date]], tonight: Night) -> None:
    """Make and store these days of these summaries, a day's from one night, some days of a summary in one commit."""
    lake = Lake.of(home)
    waiting: dict[str, dict[date, pa.Table]] = {name: {} for name in due}
    for day in sorted({day for days in due.values() for day in days}):
        with _night(home, day, tonight) as night:
            for name in (name for name, days in due.items() if day in days):
                waiting[name][day] = _rows(all_summaries()[name], night)
                if sum(rows.num_rows for rows in waiting[name].values()) >= COMMIT_ROWS:
                    _store(lake, name, waiting.pop(name))
                    waiting[name] = {}
    for name, days in waiting.items():
        _store(lake, name, days)


@contextmanager
def _night(home: Home, day: date, tonight: Night) -> Iterator[Night]:
    """A day of the past has an engine of its own: what it keeps in memory goes with it."""
    if day == tonight.day:
        yield tonight
    else:
        with engine(home) as running:
            yield Night(day, running)


def _rows(found: Summary, night: Night) -> pa.Table:
    rows = found.make(night)
    table = rows if isinstance(rows, pa.Table) else night.engine.arrow(rows)
    return table.select(LAKE[found.name].schema.names).cast(LAKE[found.name].schema)


def _store(lake: Lake, name: str, days: Mapping[date, pa.Table]) -> None:
    if days:
        lake.replace_days(name, days, pa.concat_tables(days.values()))


def _needed(name: str, day: date) -> list[date]:
    """The days of a summary that a night needs, for itself and for the summaries that read it."""
    days = _reach(name)
    return [day - timedelta(days=ago) for ago in range(days - 1, -1, -1)]


@cache
def _reach(name: str) -> int:
    readers = [found for found in all_summaries().values() if name in found.reads]
    return max([all_summaries()[name].days, *(_reach(found.name) + found.reads[name] - 1 for found in readers)])
