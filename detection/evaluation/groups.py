"""The same by scheme, by ring and by centre, and how long a ring goes unnoticed."""

from dataclasses import dataclass

import pandas as pd

from detection.evaluation.ranking import Flagged, Ranking, flagged, ranking


@dataclass(frozen=True)
class Group:
    """The same figures for a part of the bookings.

    Of a scheme or a ring: its positives beside all innocent bookings, as if nothing else had been planted. Of a
    centre: all its bookings.
    """

    name: str
    ranking: Ranking
    flagged: Flagged


@dataclass(frozen=True)
class FirstFlag:
    """A ring's `working_days` (days with a positive), and on which of them, counted from 1, it was first flagged.

    `after` is null if it never was.
    """

    ring: str
    working_days: int
    after: int | None


def by(bookings: pd.DataFrame, column: str, score: pd.Series, within: pd.Series, budget: int) -> list[Group]:
    """The positives grouped by a column, such as the scheme; `score`, `within`, `budget` as in `ranking`."""
    names = sorted(bookings.loc[bookings["positive"], column].dropna().unique())
    return [
        _group(str(name), bookings[~bookings["positive"] | (bookings[column] == name)], score, within, budget)
        for name in names
    ]


def by_centre(bookings: pd.DataFrame, score: pd.Series, within: pd.Series, budget: int) -> list[Group]:
    """Every centre with a positive or with something flagged."""
    centres = bookings.groupby("centre_id", sort=True)
    return [
        _group(str(name), part, score, within, budget)
        for name, part in centres
        if part["positive"].any() or part["flagged"].any()
    ]


def _group(name: str, part: pd.DataFrame, score: pd.Series, within: pd.Series, budget: int) -> Group:
    return Group(name, ranking(part, score[part.index], within[part.index], budget), flagged(part))


def first_flags(bookings: pd.DataFrame) -> list[FirstFlag]:
    """How many of its working days each ring went on before one of its bookings was flagged."""
    found = []
    positive = bookings[bookings["positive"] & bookings["ring"].notna()]
    for ring, group in positive.groupby("ring", sort=True):
        flagged_on = group.groupby("service_day")["flagged"].any().sort_index().to_numpy()
        after = int(flagged_on.argmax()) + 1 if flagged_on.any() else None
        found.append(FirstFlag(str(ring), len(flagged_on), after))
    return found
