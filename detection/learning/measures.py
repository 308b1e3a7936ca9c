"""How good an order of bookings is, as far as verdicts say: each verdict stands for the bookings that nobody looked at.

What is found for certain is counted; what is missed is estimated from the random audit, with an interval that holds for
few and unequal counts. Inspectors err, so some of what the audit turns up was lawful: the interval allows for that.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats
from sklearn.metrics import average_precision_score

from detection.learning.blend import loss
from detection.learning.counting import WRONG_VERDICTS, Known
from detection.learning.rows import Reals, Rows, probability

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


def recall(manipulated: Reals, chance: Reals, found: npt.NDArray[np.bool_]) -> Estimate | None:
    """Of all manipulated bookings, the share that is `found`, estimated from verdicts; null without any.

    `manipulated`: 1 or 0; `chance` with which each came up for review. Of the verdicts up to `WRONG_VERDICTS` may be
    wrong, and the interval holds if that many are.
    """
    if not manipulated.size:
        return None
    count = 1 / np.where(np.isnan(chance), 1.0, chance)
    inside, outside = _total(manipulated, count, found), _total(manipulated, count, ~found)
    value = inside.value / max(inside.value + outside.value, 1e-300)
    low, high = (
        mine / (mine + other) if mine + other else edge
        for mine, other, edge in ((inside.low, outside.high, 0.0), (inside.high, outside.low, 1.0))
    )
    return Estimate(min(max(value, low), high), low, high)


def _total(manipulated: Reals, count: Reals, chosen: npt.NDArray[np.bool_]) -> Estimate:
    """How many bookings are manipulated among the chosen, with what wrong verdicts may have added and hidden."""
    mine, kind = count[chosen], manipulated[chosen] == 1
    if not mine.size:
        return Estimate(0.0, 0.0, 0.0)
    guilty, cleared = mine[kind], mine[~kind]
    largest = float(mine.max())
    added = float(stats.binom.ppf(LEVEL, cleared.size + guilty.size, WRONG_VERDICTS))
    # taken away are the largest counts, which do most
    sure = np.sort(guilty)[: max(guilty.size - int(added), 0)]
    low = weighted_count(sure)[0]
    hidden = WRONG_VERDICTS * float(guilty.sum())
    high = _interval(float(guilty.sum()), float((guilty**2).sum()), largest)[1] + hidden
    value = max(float(guilty.sum()) - WRONG_VERDICTS * float(mine.sum()), 0.0) / (1 - 2 * WRONG_VERDICTS)
    return Estimate(min(max(value, low), high), low, high)


def measures(
    rows: Rows, what: Known, odds: Reals, inside: npt.NDArray[np.bool_], budget: int
) -> dict[str, dict[str, Any]]:
    """The figures of an order over the chosen rows, as a whole and by centre and age group; null: cannot be said.

    `average_precision` and `loss` weigh each verdict by how many it stands for; `precision_at_budget` is of the
    reviewed bookings among the first `budget` of each night, `recall_at_budget` an estimate; `calibration` is the share
    of manipulated ones less the mean score.
    """
    within = _first(rows, odds, inside, budget)
    found = {"all": _measured(what, odds, inside, within)}
    for column in ("centre_id", "age_group"):
        for name in sorted(rows.about[column].astype(str).unique()):
            chosen = inside & (rows.about[column].astype(str) == name).to_numpy()
            found[f"{'centre' if column == 'centre_id' else 'age'} {name}"] = _measured(what, odds, chosen, within)
    return found


def _measured(what: Known, odds: Reals, inside: npt.NDArray[np.bool_], within: npt.NDArray[np.bool_]) -> dict[str, Any]:
    chosen = inside & what.reviewed
    guilty, first = what.manipulated[chosen], within[chosen]
    if not guilty.size:
        return {"verdicts": 0}
    count = 1 / np.where(np.isnan(what.chance[chosen]), 1.0, what.chance[chosen])
    share = recall(guilty, what.chance[chosen], first)
    said = probability(odds[chosen])
    return {
        "verdicts": int(guilty.size),
        "manipulated": int(guilty.sum()),
        "loss": loss(odds[chosen], guilty, count),
        "average_precision": float(average_precision_score(guilty, odds[chosen], sample_weight=count))
        if guilty.any()
        else None,
        "precision_at_budget": float(guilty[first].mean()) if first.any() else None,
        "recall_at_budget": share.__dict__ if share else None,
        "calibration": float(np.average(guilty - said, weights=count)),
    }


def _first(rows: Rows, odds: Reals, inside: npt.NDArray[np.bool_], budget: int) -> npt.NDArray[np.bool_]:
    """Which are among the first of their night; rows stand for others, and as many places are taken."""
    order = np.lexsort((-odds, rows.day))
    order = order[inside[order]]
    stands = rows.stands_for[order]
    upto = np.cumsum(stands)
    new = np.append(True, rows.day[order][1:] != rows.day[order][:-1]) if order.size else np.zeros(0, np.bool_)
    base = np.maximum.accumulate(np.where(new, upto - stands, 0.0))
    within = np.zeros(len(rows), np.bool_)
    within[order] = upto - base <= budget
    return within
