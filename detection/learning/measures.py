"""How good an order of bookings is, as far as verdicts say: each verdict stands for the bookings that nobody looked at.

What is found for certain is counted; what is missed is estimated from the random audit (`estimates.py`,
`intervals.py`).
"""

from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from detection.flag import all_flags
from detection.learning.counting import Bools, Known, stood_for
from detection.learning.estimates import Estimate, recall
from detection.learning.intervals import Judged, average_precision, calibration, precision
from detection.learning.rows import Reals, Rows, probability
from detection.reasons import WEIGHT

#: decimals of a figure; more say nothing
DIGITS = 4


def measures(rows: Rows, what: Known, odds: Reals, inside: Bools, budget: int) -> dict[str, dict[str, Any]]:
    """The figures of an order over the chosen rows, as a whole and by centre, age group and leading sign; null: cannot
    be said.

    `average_precision`, `precision_at_budget` and `recall_at_budget` (of the first `budget` of each night) and
    `calibration` (share of manipulated ones less the mean score) are each a value with the ends of its interval. A
    verdict counts as many as it stands for, at most its night. Of what nobody looked at beyond the first neither
    recall nor average precision can be said.
    """
    within = _first(rows, odds, inside, budget)
    count = _counts(rows, what)
    found = {"all": _measured(rows, what, odds, count, inside, within)}
    centre, age = (rows.about[column].astype(str).to_numpy() for column in ("centre_id", "age_group"))
    for word, whose in (("centre", centre), ("age", age), ("sign", leading_sign(rows))):
        for name in np.unique(whose[inside]):
            found[f"{word} {name}"] = _measured(rows, what, odds, count, inside & (whose == name), within)
    return found


def leading_sign(rows: Rows) -> npt.NDArray[np.str_]:
    """Of each booking the family of the flag that weighs most, `none` where none speaks for manipulation.

    As near as a log comes to the scheme, which no verdict names.
    """
    family = {f"{code}{WEIGHT}": flag.family for code, flag in all_flags().items()}
    flags = [place for place, name in enumerate(rows.names) if name in family]
    if not flags:
        return np.full(len(rows), "none")
    weight = np.nan_to_num(rows.inputs[:, flags], nan=0.0)
    names = np.array([family[rows.names[place]] for place in flags])
    return np.where(weight.max(axis=1) > 1, names[weight.argmax(axis=1)], "none")


def _counts(rows: Rows, what: Known) -> Reals:
    night = np.unique(rows.day, return_inverse=True)[1]
    bookings = np.asarray(np.bincount(night, rows.stands_for), np.float64)
    return stood_for(what.chance, bookings[night])


def _measured(rows: Rows, what: Known, odds: Reals, count: Reals, chosen: Bools, first: Bools) -> dict[str, Any]:
    chosen = chosen & what.reviewed
    first, count = first[chosen], count[chosen]
    if not count.size:
        return {"verdicts": 0}
    seen = Judged(what.manipulated[chosen], count, probability(odds[chosen]), rows.day[chosen])
    estimates = {
        "average_precision": None if first.all() else average_precision(seen),
        "precision_at_budget": precision(seen.of(first)),
        "recall_at_budget": recall(seen.manipulated, count, first),
        "calibration": calibration(seen),
    }
    return {
        "verdicts": int(count.size),
        "manipulated": int(seen.manipulated.sum()),
        **{name: _rounded(found) if found else None for name, found in estimates.items()},
    }


def _rounded(found: Estimate) -> dict[str, float]:
    return {name: round(end, DIGITS) for name, end in asdict(found).items()}


def _first(rows: Rows, odds: Reals, inside: Bools, budget: int) -> Bools:
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
