"""How well bookings are ranked, and what was flagged of them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.metrics import average_precision_score, precision_recall_curve


@dataclass(frozen=True)
class Share:
    """`part` of `whole`; `low` and `high` bound its 95 % interval (Clopper and Pearson 1934)."""

    part: int
    whole: int
    value: float
    low: float
    high: float


def share(part: int, whole: int) -> Share | None:
    """The share with its interval; null of nothing."""
    if not whole:
        return None
    interval = stats.binomtest(part, whole).proportion_ci(0.95, method="exact")
    return Share(part, whole, part / whole, float(interval.low), float(interval.high))


@dataclass(frozen=True)
class Ranking:
    """How well the bookings of some nights are ranked.

    `average_precision`: mean over the positives of the precision at each one's place among all nights' bookings
    (null: no positives); to be read beside `base_rate`, which a random order reaches. `precision_at_budget` and
    `recall_at_budget`: of the first `budget` bookings of each night, as many as time allows to look at.
    """

    bookings: int
    positives: int
    base_rate: float
    average_precision: float | None
    budget: int
    precision_at_budget: Share | None
    recall_at_budget: Share | None


@dataclass(frozen=True)
class Flagged:
    """What was flagged: `precision` of it was rightly so, `recall` of the positives were found.

    `false_discovery`: the share of the flagged that is wrong. Null: nothing was flagged, or there was nothing to find.
    """

    flagged: int
    precision: Share | None
    recall: Share | None
    false_discovery: Share | None


@dataclass(frozen=True)
class Curve:
    """Precision against recall, as more and more of a ranking is looked at; at most `POINTS` of each."""

    recall: list[float]
    precision: list[float]


#: points of a curve: more than a picture shows
POINTS = 200


def curve(bookings: pd.DataFrame, score: pd.Series) -> Curve | None:
    """The curve of an order (as in `ranking`); null where there is nothing to find."""
    if not bookings["positive"].any():
        return None
    precision, recall, _ = precision_recall_curve(bookings["positive"], _places(score))
    precision, recall = precision[:-1], recall[:-1]  # scikit-learn ends on precision 1 at recall 0, which nobody saw
    steps = np.flatnonzero(np.diff(recall, append=-1))  # of equal recall only the best precision shows
    chosen = steps[np.unique(np.linspace(0, len(steps) - 1, POINTS).astype(int))]
    return Curve(recall[chosen].tolist(), precision[chosen].tolist())


def ranking(bookings: pd.DataFrame, score: pd.Series, within: pd.Series, budget: int) -> Ranking:
    """Measure an order: `score` is higher for what comes first, null for what was not assessed and comes last.

    `within`: which bookings are among the first `budget` of their night.
    """
    positive = bookings["positive"]
    positives = int(positive.sum())
    found = int((within & positive).sum())
    return Ranking(
        bookings=len(bookings),
        positives=positives,
        base_rate=positives / len(bookings) if len(bookings) else 0.0,
        average_precision=float(average_precision_score(positive, _places(score))) if positives else None,
        budget=budget,
        precision_at_budget=share(found, int(within.sum())) if positives else None,
        recall_at_budget=share(found, positives),
    )


def in_budget(bookings: pd.DataFrame, score: pd.Series, budget: int) -> pd.Series:
    """Which bookings are among the first of their night; of equal scores those with the smaller key."""
    order = bookings.assign(score=_places(score)).sort_values(
        ["service_day", "score", "centre_id", "booking_id"], ascending=[True, False, True, True]
    )
    within = order.groupby("service_day").cumcount() < budget
    return within.reindex(bookings.index)


def _places(score: pd.Series) -> pd.Series:
    """The order of the scores as numbers without a null, equal for equal ones."""
    return score.fillna(-np.inf).rank(method="dense")


def flagged(bookings: pd.DataFrame) -> Flagged:
    """Measure what was flagged."""
    count = int(bookings["flagged"].sum())
    right = int((bookings["flagged"] & bookings["positive"]).sum())
    return Flagged(
        count, share(right, count), share(right, int(bookings["positive"].sum())), share(count - right, count)
    )
