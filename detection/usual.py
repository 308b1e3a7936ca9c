"""What is usual: how many innocent bookings of a centre's earlier nights showed how much of each flag.

Each night leaves a summary of itself (table `usual`), in which a booking counts as much as it is likely to be innocent,
so that who has been cheating for weeks does not make cheating look usual. How likely that is, its own evidence says and
not what others lend it: else a lawful practice of a whole centre would be suspected for being common there. Before a
centre has shown enough, the share that the flag itself declares (`rare`) stands for it. What fires on more of a
centre's bookings of one day than anybody could manipulate is the day's own disorder, and usual for that day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from data.lake import Lake
from data.stored.table import DAY
from data.tables import LAKE
from detection.flag import Flag

Reals = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

#: bookings that a flag's declared share counts as, beside those that a centre has shown: about a fortnight of a hall
#: with 300 a day, so that a month of its own outweighs the declaration
PSEUDO_BOOKINGS = 3_000

#: of a centre's bookings of one day, as many as may be manipulated in one way: what a flag fires on beyond that has one
#: cause for all, like a ticket machine that began anew (a belief; docs/adr/0025-usual-practice.md)
MOST_SHARE, MOST_BOOKINGS = 0.05, 5

#: the name under which the scores themselves are summed up, beside the flags
SCORE = "score"

#: digits to which values are told apart
DIGITS = 3


@dataclass(frozen=True)
class Compared:
    """Each booking's value compared with what is usual at its centre.

    `share`: of innocent bookings, those on which the flag fires, that night's disorder included. `expected`: their mean
    value, null before a centre has shown any. `p`: the share of them that show as much or more; 1 where the flag does
    not fire, null where the value is. `innocent`: how many innocent bookings of the centre's earlier nights all this is
    taken over.
    """

    share: Reals
    expected: Reals
    p: Reals
    innocent: Reals


class Usual:
    """The summaries of the nights from `days[0]` to `days[1]`, for a night with a booking of each `centre`."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, lake: Lake, days: tuple[date, date], centre: "pd.Series[str]"
    ) -> None:
        # sums of reals in the order of the days, so that a rerun gives the same bytes
        rows = connection.execute(
            f"""SELECT centre_id, flag, value, sum(bookings)::BIGINT AS bookings,
                    sum(innocent ORDER BY service_day) AS innocent, sum(total ORDER BY service_day) AS total
                FROM {lake.sql("usual", *days)} GROUP BY ALL ORDER BY flag, centre_id, value"""
        ).df()
        self._codes, self._centres = pd.factorize(centre, sort=True)
        self._flags = {str(flag): _Known.of(found, self._centres) for flag, found in rows.groupby("flag", sort=False)}
        self._none = _Known.of(rows.iloc[:0], self._centres)

    def compared(self, flag: Flag, value: Reals) -> Compared:
        """The night's values of a flag (null: not assessed) compared with what is usual, a row a booking."""
        known = self._flags.get(flag.code, self._none)
        assessed = known.assessed
        share = (PSEUDO_BOOKINGS * flag.rare + known.fired) / (PSEUDO_BOOKINGS + assessed)
        with np.errstate(invalid="ignore"):
            expected = np.where(assessed > 0, known.total / assessed, np.nan)
        share, expected, assessed = (of_centre[self._codes] for of_centre in (share, expected, assessed))
        fires = np.asarray(flag.fires(value)) & ~np.isnan(value)
        p = np.where(np.isnan(value), np.nan, 1.0)
        past = _Past(known.centre, _strength(flag, known.value), known.innocent)
        as_much = past.as_much(self._codes[fires], _strength(flag, value[fires]))
        prior = PSEUDO_BOOKINGS * flag.rare * _beyond(flag, value[fires])
        p[fires] = np.minimum((prior + as_much) / (PSEUDO_BOOKINGS + assessed[fires]), share[fires])
        count = np.bincount(self._codes[~np.isnan(value)], minlength=self._centres.size)
        share = np.maximum(
            share, _beyond_anybody(np.bincount(self._codes[fires], minlength=count.size), count)[self._codes]
        )
        p[fires] = np.maximum(p[fires], self._as_much_tonight(fires, _strength(flag, value[fires]), count))
        return Compared(share, expected, p, assessed)

    def _as_much_tonight(self, fires: Bools, strength: Reals, count: Ints) -> Reals:
        """Of each that fires, the share of its centre's night that shows as much, beyond what could be manipulated."""
        centre = self._codes[fires]
        shown = pd.Series(strength).groupby(centre).rank(method="max", ascending=False)
        return _beyond_anybody(shown.to_numpy(np.float64), count[centre])

    def rank(self, score: Reals) -> Reals | None:
        """Conformal p-values of scores: the share of innocent bookings, this one included, that score as high.

        A centre with fewer than `PSEUDO_BOOKINGS` of its own is compared with all. None where no night is known.
        Source: Vovk, Gammerman, Shafer (2005), Algorithmic Learning in a Random World.
        """
        known = self._flags.get(SCORE)
        if known is None:
            return None
        enough = known.assessed >= PSEUDO_BOOKINGS
        of_centre = _Past(known.centre, known.value, known.innocent)
        of_all = _Past(np.zeros(known.value.size, np.int64), known.value, known.innocent)
        strength = coarse(score)
        as_much = np.where(
            enough[self._codes],
            of_centre.as_much(self._codes, strength),
            of_all.as_much(np.zeros_like(self._codes), strength),
        )
        whole = np.where(enough, known.assessed, known.assessed_anywhere)[self._codes]
        return np.where(score > 0, np.minimum((1 + as_much) / (1 + whole), 1.0), 1.0)


@dataclass(frozen=True)
class _Known:
    """What earlier nights showed of one flag.

    A row each of the night's centres: innocent bookings `assessed`, of those `fired`, and the sum of their values,
    `total`. A row each of a centre, as a number (-1: of none of the night's), and a value that fired: how many
    `innocent` bookings. `assessed_anywhere`: at all centres.
    """

    assessed: Reals
    fired: Reals
    total: Reals
    centre: Ints
    value: Reals
    innocent: Reals
    assessed_anywhere: float

    @classmethod
    def of(cls, rows: pd.DataFrame, centres: pd.Index) -> "_Known":
        centre = centres.get_indexer(pd.Index(rows["centre_id"]))
        value, innocent, total = (rows[name].to_numpy(np.float64) for name in ("value", "innocent", "total"))
        whole = np.isnan(value)
        there, shown = whole & (centre >= 0), ~whole & (centre >= 0)

        def summed(which: Bools, what: Reals) -> Reals:
            return np.asarray(np.bincount(centre[which], what[which], centres.size), np.float64)

        return cls(
            summed(there, innocent),
            summed(shown, innocent),
            summed(there, total),
            centre[~whole],
            value[~whole],
            innocent[~whole],
            float(innocent[whole].sum()),
        )


def _beyond_anybody(shown: npt.NDArray[np.generic], count: Ints) -> Reals:
    """Of `count` bookings of a centre's night, the share of those `shown` beyond what could be manipulated."""
    beyond = np.maximum(shown - np.maximum(MOST_SHARE * count, MOST_BOOKINGS), 0.0)
    return np.asarray(beyond / np.maximum(count, 1), np.float64)


def coarse(value: Reals) -> Reals:
    """Values to `DIGITS` significant digits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = 10.0 ** (np.floor(np.log10(np.abs(value))) - DIGITS + 1)
        rounded = np.where(value == 0, 0.0, np.round(value / unit) * unit)
    return np.asarray(rounded, np.float64)


def summed_up(
    day: date, centre: "pd.Series[str]", innocence: Reals, shown: Iterable[tuple[str, Reals, npt.NDArray[np.bool_]]]
) -> pa.Table:
    """The night's own summary, of the schema `usual`.

    `innocence`: how likely each booking is to be innocent, by its own evidence; `shown`: flag after flag, so that one
    is held at a time, each booking's value (null: not assessed) and whether it fires.
    """
    codes, centres = pd.factorize(centre, sort=True)
    parts = []
    for flag, value, fires in shown:
        assessed = np.flatnonzero(~np.isnan(value))
        fired = np.flatnonzero(~np.isnan(value) & fires)
        for rows, kind in ((assessed, np.full(assessed.size, np.nan)), (fired, coarse(value[fired]))):
            sums = _sums(codes[rows], kind, innocence[rows], innocence[rows] * value[rows])
            parts.append(sums | {"flag": np.full(sums["centre"].size, flag, object)})
    table = {name: pa.array(np.concatenate([part[name] for part in parts]), from_pandas=True) for name in parts[0]}
    table["centre_id"] = pa.array(centres, pa.string()).take(table["centre"])
    table[DAY] = pa.repeat(pa.scalar(day), len(table["centre"]))
    schema = LAKE["usual"].schema
    return pa.table([table[name] for name in schema.names], names=schema.names).cast(schema)


def _sums(centre: npt.NDArray[np.int64], shown: Reals, innocent: Reals, total: Reals) -> dict[str, np.ndarray]:
    """Sums over the bookings of each `centre`, as a number, that have `shown` the same value (null: all of them)."""
    kinds, kind = np.unique(shown, return_inverse=True)
    groups, group = np.unique(centre * kinds.size + kind, return_inverse=True)
    of, showed = np.divmod(groups, max(kinds.size, 1))
    return {
        "centre": of,
        "value": kinds[showed],
        "bookings": np.bincount(group, minlength=groups.size),
        "innocent": np.bincount(group, innocent, groups.size),
        "total": np.bincount(group, total, groups.size),
    }


def _strength(flag: Flag, value: Reals) -> Reals:
    """Values so that a greater one is the more suspicious."""
    return coarse(np.asarray(value, np.float64)) * (1.0 if flag.at_most is None else -1.0)


def _beyond(flag: Flag, value: Reals) -> Reals:
    """Of the innocent bookings on which a flag may fire, the share that shows as much, before any was seen.

    Counts thin out by the inverse square (Zipf's law, exponent 2), small times evenly.
    """
    limit = flag.threshold
    if limit <= 0:
        return np.ones(value.size)
    share = (limit / np.maximum(value, limit)) ** 2 if flag.at_most is None else value / limit
    return np.asarray(np.clip(share, 0.01, 1.0), np.float64)


class _Past:
    """How many innocent bookings of each centre, as a number (-1: of none of the night's), showed how much."""

    def __init__(self, centre: Ints, strength: Reals, innocent: Reals) -> None:
        self._strengths = np.unique(-strength)
        place = self._place(centre, np.searchsorted(self._strengths, -strength))
        order = np.argsort(place, kind="stable")
        self._places = place[order]
        self._sums = pd.Series(innocent[order]).groupby(centre[order]).cumsum().to_numpy(np.float64)

    def as_much(self, centre: Ints, strength: Reals) -> Reals:
        """Of each one's centre, how many are known to have shown its strength or more."""
        first = np.searchsorted(self._places, self._place(centre, np.zeros_like(centre)))
        weaker = np.searchsorted(self._strengths, -strength, side="right")
        after = np.searchsorted(self._places, self._place(centre, weaker))
        return np.where(after > first, np.append(self._sums, 0.0)[after - 1], 0.0)

    def _place(self, centre: Ints, rank: Ints) -> Ints:
        """Where a strength, by its rank from the strongest on, stands among those of all centres."""
        return centre * (self._strengths.size + 1) + rank
