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
    """A ring's `working_days` (days with a positive), and on which of them, counted from 1, it was first noticed.

    `after`: one of its bookings was flagged; `listed`: one stood among those that can be looked at that night. Null if
    it never was.
    """

    ring: str
    working_days: int
    after: int | None
    listed: int | None


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


def first_flags(bookings: pd.DataFrame, within: pd.Series) -> list[FirstFlag]:
    """How many of its working days each ring went on before it was noticed; `within`: as in `ranking`."""
    found = []
    positive = bookings.assign(within=within)[bookings["positive"] & bookings["ring"].notna()]
    for ring, group in positive.groupby("ring", sort=True):
        days = group.groupby("service_day")[["flagged", "within"]].any().sort_index()
        found.append(FirstFlag(str(ring), len(days), _first(days["flagged"]), _first(days["within"])))
    return found


def _first(noticed: pd.Series) -> int | None:
    """The place of the first day on which it was, from 1."""
    return int(noticed.to_numpy().argmax()) + 1 if noticed.any() else None
