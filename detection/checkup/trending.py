"""The days on which what a centre released, served or refused changed for good."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import sqrt

import numpy as np
import pandas as pd
import ruptures

#: days on both sides of a change: two working weeks
BESIDE_DAYS = 10
#: a change that is smaller than this part of what it was before is none
LEAST = 0.10
#: a further change must explain so much of the noise (Bayesian information criterion, twice: days are alike)
PENALTY = 4.0


@dataclass(frozen=True)
class Change:
    """From `day` on `what` was `after` a day, before it `before`."""

    what: str
    day: date
    before: float
    after: float

    @property
    def raised(self) -> bool:
        """Whether there was more of it."""
        return self.after > self.before


def changes(series: "pd.Series[float]", what: str) -> list[Change]:
    """Changes of the mean of a daily series (index: days), weekdays taken out; days without a value are left out.

    Optimal partitioning under a penalty (PELT, Killick and others 2012). Where the median stays, a few days
    differed, and nothing has changed for good.
    """
    known = series.dropna().astype(float)
    if len(known) < 2 * BESIDE_DAYS:
        return []
    weekday = pd.Series([day.weekday() for day in known.index], index=known.index)
    level = known.median()
    flat = known - known.groupby(weekday).transform("median") + level
    scaled = (flat / _noise(flat)).to_numpy()[:, None]
    ends = (
        ruptures.KernelCPD(kernel="linear", min_size=BESIDE_DAYS).fit(scaled).predict(pen=PENALTY * np.log(len(known)))
    )
    edges = [0, *ends]
    parts = [known.iloc[first:last] for first, last in pairwise(edges)]
    return [
        Change(what, after.index[0], float(before.mean()), float(after.mean()))
        for before, after in pairwise(parts)
        if _differ(before.mean(), after.mean()) and _differ(before.median(), after.median(), seldom=True)
    ]


def _noise(flat: "pd.Series[float]") -> float:
    """How much the series varies from day to day, whatever its level does; of what is seldom, how much at all.

    From the median of the steps, which few changes of level cannot move (1.4826: of a normal one to its deviation).
    """
    steps = np.diff(flat.to_numpy())
    noise = 1.4826 * float(np.median(np.abs(steps - np.median(steps)))) / sqrt(2)
    least = LEAST / 4 * abs(float(flat.median())) or float(flat.std())
    return max(noise, least, 1e-9)


def _differ(before: float, after: float, *, seldom: bool = False) -> bool:
    """Whether it is a change that matters; `seldom`: of medians, which say nothing of what happens on few days."""
    if seldom and not before and not after:
        return True
    return abs(after - before) >= LEAST * max(abs(before), 1e-9)
