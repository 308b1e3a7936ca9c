"""How good an order of bookings is, as far as verdicts say: each verdict stands for the bookings that nobody looked at.

What is found for certain is counted; what is missed is estimated from the random audit (`estimates.py`).
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score

from detection.learning.blend import loss
from detection.learning.counting import Known
from detection.learning.estimates import recall
from detection.learning.rows import Reals, Rows, probability


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
