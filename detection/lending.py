"""Evidence that bookings lend each other: of one centre, one clerk, one ring.

What was suspected of the other bookings of a centre, against what chance would have had suspected, makes the next one
likelier or less likely; within the centre, so does what was suspected of the clerk's; and over all centres, of the
ring's. That is empirical Bayes with Gamma priors (Robbins 1956; Efron 2010, Large-Scale Inference, ch. 1): a group
that has shown little leans on the one around it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from data.lake import Lake
from data.tables import LAKE
from detection.flag import Family, Flag

Reals = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: before anything is known, a booking is manipulated in a given way as often as this: 3 in 10,000, which with some
#: eight ways is one booking in 400; the inspectors' verdicts are to replace it
CHANCE = 3e-4
#: and a booking of a hidden ring in any way: most rings book for people who then wait their turn
CHANCE_IN_RING = 0.01
#: suspected bookings that a group is taken to have shown beforehand: few, since groups differ widely
PSEUDO_SUSPECTED = 0.2
#: what a centre that has shown nothing keeps of the odds at least, however many bookings it showed it on: manipulation
#: begins on some day, and what a centre did before that day is no witness for it (a belief; docs/adr/0014-suspicion.md)
LEAST_LEFT = 0.1
#: benefits that a clerk's hand gives; slots are passed on without any clerk
BY_HAND: tuple[Family, ...] = ("order", "records", "priority")

#: levels at which evidence is lent
CENTRE, CLERK, RING = "centre", "clerk", "ring"


@dataclass(frozen=True)
class Group:
    """One level's groups: each booking's group as a number (-1: of none), and what earlier nights say of each group.

    `before`: bookings of each group; `suspected`: by hypothesis, how many of those were likely to be manipulated.
    """

    of: Ints
    names: pd.Index
    before: Reals
    suspected: Mapping[str, Reals]

    def others(self, code: str, suspicion: Reals) -> tuple[Reals, Reals]:
        """Suspected among the group's other bookings, of these nights and of this one, and how many those are."""
        known = np.append(self.suspected.get(code, np.zeros(self.before.size)), 0.0)
        tonight = np.append(np.bincount(self.of[self.of >= 0], suspicion[self.of >= 0], self.before.size), 0.0)
        count = np.append(self.before + np.bincount(self.of[self.of >= 0], minlength=self.before.size), 1.0)
        return (known + tonight)[self.of] - suspicion, count[self.of] - 1.0


@dataclass(frozen=True)
class Lent:
    """By how much a booking's centre, clerk and ring multiply the odds of a hypothesis."""

    centre: Reals
    clerk: Reals
    ring: Reals

    @property
    def product(self) -> Reals:
        """All three together."""
        return self.centre * self.clerk * self.ring


def added(ways: Mapping[str, Reals]) -> Reals:
    """Their sum, a row a booking; never all of them copied into one array."""
    first, *others = ways.values()
    total = first.copy()
    for way in others:
        total += way
    return total


class Lending:
    """The groups of a night's bookings, beside the suspicions of the nights from `first` to `last`."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        lake: Lake,
        days: tuple[date, date],
        bookings: pd.DataFrame,
        since: pd.DataFrame,
    ) -> None:
        """`bookings`: `centre_id`, `hand`, the clerk who called it, and `ring_id`, null where there is none.

        `since`: what is to be added by now (`Hindsight.suspicions`).
        """
        past = connection.execute(
            f"""SELECT level, centre_id, who, flag, sum(bookings)::DOUBLE AS bookings,
                    sum(suspected ORDER BY service_day) AS suspected
                FROM {lake.sql("suspicions", *days)} GROUP BY ALL ORDER BY ALL"""
        ).df()
        past = added_up(past, since, ["level", "centre_id", "who", "flag"])
        centre = bookings["centre_id"]
        self._levels = {
            CENTRE: _group(past, CENTRE, centre, pd.Series("", centre.index)),
            CLERK: _group(past, CLERK, centre, bookings["hand"]),
            RING: _group(past, RING, pd.Series("", centre.index), bookings["ring_id"]),
        }

    def lent(self, flags: Mapping[str, Flag], suspicion: Mapping[str, Reals]) -> dict[str, Lent]:
        """What is lent to each booking for each of the hypotheses `flags`.

        `suspicion`: by hypothesis, how likely each booking of the night is so far thought to be manipulated.
        """
        suspected, count = self._levels[RING].others(ANY, added(suspicion))
        lift = (PSEUDO_SUSPECTED + suspected) / (PSEUDO_SUSPECTED + CHANCE_IN_RING * count)
        ring = np.where(self._levels[RING].of >= 0, lift, 1.0)
        nothing = np.ones(ring.size)
        lent = {}
        for code, flag in flags.items():
            suspected, count = self._levels[CENTRE].others(code, suspicion[code])
            centre, clerk = _lift(suspected, CHANCE * count), nothing
            if flag.family in BY_HAND:
                group = self._levels[CLERK]
                suspected, count = group.others(code, suspicion[code])
                lift = (PSEUDO_SUSPECTED + suspected) / (PSEUDO_SUSPECTED + CHANCE * centre * count)
                clerk = np.where(group.of >= 0, lift, 1.0)
            lent[code] = Lent(centre, clerk, ring)
        return lent

    def quiet(self, suspicion: Mapping[str, Reals]) -> Reals:
        """What the centre's having shown little leaves of the odds of anything at all; at most 1."""
        suspected, count = self._levels[CENTRE].others(ANY, added(suspicion))
        return np.minimum(_lift(suspected, CHANCE * len(suspicion) * count), 1.0)

    def summed_up(self, day: date, suspicion: Mapping[str, Reals], apart: Mapping[str, Reals]) -> pa.Table:
        """The night's suspicions, of the schema `suspicions`: what it lends to later nights.

        For their centre bookings count as they were suspected `apart` from what it had lent them, which would else
        come back to it, night after night. For clerk and ring they count with all that was lent.
        """
        parts = []
        for level, group in self._levels.items():
            every = apart if level == CENTRE else suspicion
            every = {**every, ANY: added(every)}
            there = group.of >= 0
            bookings = np.bincount(group.of[there], minlength=group.before.size)
            for code in every if level != RING else [ANY]:
                suspected = np.bincount(group.of[there], every[code][there], group.before.size)
                # the bookings stand once, beside what is suspected in any way
                shown = (bookings > 0) & ((suspected > 0) | (code == ANY))
                rows = group.names[shown].to_frame(index=False)
                counted = bookings[shown] if code == ANY else 0
                parts.append(rows.assign(level=level, flag=code, bookings=counted, suspected=suspected[shown]))
        table = pd.concat(parts).assign(service_day=day)
        schema = LAKE["suspicions"].schema
        return pa.Table.from_pandas(table.reindex(columns=schema.names), schema, preserve_index=False)


#: in place of one hypothesis: manipulated in any way
ANY = "any"


def added_up(past: pd.DataFrame, since: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Sums of earlier nights with what is to be added to them by now, a row a `key`; no sum is less than nothing."""
    if since.empty:
        return past
    both = pd.concat([past, since[past.columns]]).groupby(key, as_index=False).sum()
    return both.assign(**{name: both[name].clip(lower=0) for name in both.columns.difference(key)})


def _lift(suspected: Reals, expected: Reals) -> Reals:
    return np.maximum((PSEUDO_SUSPECTED + suspected) / (PSEUDO_SUSPECTED + expected), LEAST_LEFT)


def _group(past: pd.DataFrame, level: str, centre: "pd.Series[str]", who: "pd.Series[str]") -> Group:
    (centres, centre_names), (whos, who_names) = pd.factorize(centre), pd.factorize(who)
    of = np.full(whos.size, -1, np.int64)
    of[whos >= 0], found = pd.factorize((centres * max(who_names.size, 1) + whos)[whos >= 0])
    at_centre, by_whom = np.divmod(found, max(who_names.size, 1))
    names = [centre_names.take(at_centre), who_names.take(by_whom)]
    index = pd.MultiIndex.from_arrays(names, names=["centre_id", "who"])
    mine = past[past["level"] == level].set_index(["centre_id", "who"])
    suspected = {
        str(code): rows["suspected"].reindex(index).fillna(0.0).to_numpy() for code, rows in mine.groupby("flag")
    }
    everyone = mine.loc[mine["flag"] == ANY, "bookings"].reindex(index).fillna(0.0).to_numpy()
    return Group(of, index, everyone, suspected)
