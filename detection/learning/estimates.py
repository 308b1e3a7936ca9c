"""How many bookings are manipulated, and which share of them is found, estimated from verdicts.

Each verdict stands for a number of bookings. The intervals hold for few and unequal counts. Inspectors err, so some of
what the audit turns up was lawful: the intervals allow for that.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from detection.learning.counting import WRONG_VERDICTS
from detection.learning.rows import Reals

#: two-sided, of all intervals
LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A figure and the ends of its interval."""

    value: float
    low: float
    high: float


def weighted_count(count: Reals) -> tuple[float, float]:
    """The interval of a sum of unequal counts, each of a rare event.

    Fay and Feuer 1997, Statistics in Medicine 16:791; it errs on the side of being too wide.
    """
    return _interval(float(count.sum()), float((count**2).sum()), float(count.max(initial=0.0)))


def _interval(total: float, variance: float, largest: float) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    low = 0.0 if not total else variance / (2 * total) * float(stats.chi2.ppf(tail, 2 * total**2 / variance))
    upper, wide = total + largest, variance + largest**2
    high = 0.0 if not upper else wide / (2 * upper) * float(stats.chi2.ppf(1 - tail, 2 * upper**2 / wide))
    return low, high


def recall(manipulated: Reals, count: Reals, found: npt.NDArray[np.bool_]) -> Estimate | None:
    """Of all manipulated bookings, the share that is `found`, estimated from verdicts; null where nobody looked at
    others.

    `manipulated`: 1 or 0; `count`: how many bookings each stands for. Of the verdicts up to `WRONG_VERDICTS` may be
    wrong, and the interval holds if that many are.
    """
    if found.all():
        return None
    inside, outside = total(manipulated[found], count[found]), total(manipulated[~found], count[~found])
    value = inside.value / max(inside.value + outside.value, 1e-300)
    low, high = (
        mine / (mine + other) if mine + other else edge
        for mine, other, edge in ((inside.low, outside.high, 0.0), (inside.high, outside.low, 1.0))
    )
    return Estimate(min(max(value, low), high), low, high)


def total(manipulated: Reals, count: Reals) -> Estimate:
    """How many bookings are manipulated, going by verdicts each of which stands for `count` bookings.

    The interval allows for what wrong verdicts may have added and hidden.
    """
    if not count.size:
        return Estimate(0.0, 0.0, 0.0)
    kind = manipulated == 1
    guilty = count[kind]
    largest = float(count.max())
    # taken away are the largest counts, which do most
    sure = np.sort(guilty)[: max(guilty.size - wrong_at_most(count.size), 0)]
    low = weighted_count(sure)[0]
    hidden = WRONG_VERDICTS * float(guilty.sum())
    high = _interval(float(guilty.sum()), float((guilty**2).sum()), largest)[1] + hidden
    value = max(float(guilty.sum()) - WRONG_VERDICTS * float(count.sum()), 0.0) / (1 - 2 * WRONG_VERDICTS)
    return Estimate(min(max(value, low), high), low, high)


def wrong_at_most(number: int) -> int:
    """How many of so many verdicts may be wrong, one-sided."""
    return int(stats.binom.ppf(LEVEL, number, WRONG_VERDICTS))
