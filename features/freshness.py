"""Whether a day of a summary still says what its sources say."""

import hashlib
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from data.engine import engine
from data.home import Home
from data.lake import Lake
from data.stored.table import DAY
from data.tables import LAKE
from data.version import code_version


class Freshness:
    """What each day of each summary has been made of, beside what it would be made of now; of `first` to `last`.

    A day of a stored table is known by its files, which never change once written; a table without days by its rows.
    """

    def __init__(self, home: Home, first: date, last: date) -> None:
        self._home, self._lake = home, Lake.of(home)
        self._days: dict[str, dict[date, str]] = {}
        self._span = first, last
        self._made: dict[tuple[str, date], str] = {}
        for row in self._rows("made").to_pylist():
            self._made[row["summary"], row[DAY]] = row["digest"]
        self._begun = dict(self._made)

    def due(self, name: str, reads: dict[str, int], day: date) -> bool:
        """Whether this day of a summary has to be made: for the first time, of other rows than before, by other code.

        A day of which nothing is stored, and which never was made, is not. Asked once: then it counts as made.
        """
        sources = [code_version()]
        there = (name, day) in self._made
        for table, days in sorted(reads.items()):
            for ago in range(days):
                source = self._source(table, day - timedelta(days=ago))
                there |= ago == 0 and bool(source) and LAKE[table].partition is not None
                sources.append(source)
        digest = _digest("|".join(sources)) if there else ""
        due = there and self._made.get((name, day)) != digest
        if there:
            self._made[name, day] = digest
        return due

    def keep(self) -> None:
        """Remember what has been made, once all of it is stored."""
        if self._made != self._begun:
            rows = [{"summary": name, DAY: day, "digest": digest} for (name, day), digest in sorted(self._made.items())]
            self._lake.replace("made", None, pa.Table.from_pylist(rows, LAKE["made"].schema))

    def _source(self, table: str, day: date) -> str:
        """What a day of a table consists of, as a text; empty: nothing."""
        if (table, day) in self._made:
            return self._made[table, day]
        if LAKE[table].partition is None:
            day = date.min
            if table not in self._days:
                self._days[table] = {day: _digest(repr(sorted(map(repr, self._rows(table).to_pylist()))))}
        elif table not in self._days:
            stored = self._lake.files_by_day(table, *self._span)
            self._days[table] = {each: _digest("|".join(map(_name, files))) for each, files in stored.items()}
        return self._days[table].get(day, "")

    def _rows(self, table: str) -> pa.Table:
        with engine(self._home) as connection:
            return connection.execute(f"SELECT * FROM {self._lake.sql(table)}").to_arrow_table()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _name(file: str) -> str:
    """A file's own name: a home that has been moved, or restored elsewhere, is the same home."""
    return Path(file).name
