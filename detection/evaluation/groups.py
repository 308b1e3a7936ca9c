"""The same by scheme, by ring and by centre, and how long a ring goes unnoticed."""

from dataclasses import dataclass

import pandas as pd

from detection.evaluation.ranking import Share, share


@dataclass(frozen=True)
class Group:
    """The positives that share a scheme, a ring or a centre: how many were flagged, how many within the budget.

    `wrongly_flagged` counts innocent bookings of a centre; null for a scheme or a ring, which have none.
    """

    name: str
    positives: int
    recall: Share | None
    recall_at_budget: Share | None
    wrongly_flagged: int | None = None


@dataclass(frozen=True)
class FirstFlag:
    """A ring's `working_days` (days with a positive), and on which of them, counted from 1, it was first flagged.

    `after` is null if it never was.
    """

    ring: str
    working_days: int
    after: int | None


def by(bookings: pd.DataFrame, column: str, within: pd.Series) -> list[Group]:
    """The positives grouped by a column; `within`: which bookings lie within the budget."""
    positive = bookings[bookings["positive"]].assign(within=within)
    return [
        Group(
            str(name),
            len(group),
            share(int(group["flagged"].sum()), len(group)),
            share(int(group["within"].sum()), len(group)),
        )
        for name, group in positive.groupby(column, sort=True)
    ]


def by_centre(bookings: pd.DataFrame, within: pd.Series) -> list[Group]:
    """Every centre with a positive or with something flagged."""
    found = []
    for name, group in bookings.groupby("centre_id", sort=True):
        positive = group[group["positive"]]
        wrongly = int((group["flagged"] & ~group["positive"]).sum())
        if len(positive) or wrongly:
            recall = share(int(positive["flagged"].sum()), len(positive))
            in_time = share(int(within[positive.index].sum()), len(positive))
            found.append(Group(str(name), len(positive), recall, in_time, wrongly))
    return found


def first_flags(bookings: pd.DataFrame) -> list[FirstFlag]:
    """How many of its working days each ring went on before one of its bookings was flagged."""
    found = []
    positive = bookings[bookings["positive"] & bookings["ring"].notna()]
    for ring, group in positive.groupby("ring", sort=True):
        flagged_on = group.groupby("service_day")["flagged"].any().sort_index().to_numpy()
        after = int(flagged_on.argmax()) + 1 if flagged_on.any() else None
        found.append(FirstFlag(str(ring), len(flagged_on), after))
    return found
