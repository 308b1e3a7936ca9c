"""How surprising a count is beside what its queue usually shows."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

Reals = npt.NDArray[np.float64]

#: a queue's own history counts fully from some hundred bookings on; below it borrows from its centre, that from all
PSEUDO_BOOKINGS = 200

#: no fitted tail is believed beyond one in a million
LEAST_P = 1e-6


def moments(rows: pd.DataFrame, strata: list[str], *, leave_own: bool = False) -> pd.DataFrame:
    """Mean and variance of a count in the stratum of each row, small strata shrunk to the next larger.

    `rows` has the columns `strata` (coarse to fine) and `n` assessed bookings, `total` and `squares`, the sum of
    values and of their squares. With `leave_own` a row's own part is taken out first: what is usual among the
    others. The result has the same rows with `mean` and `variance`; null where nothing at all was assessed.
    """
    figures = ["n", "total", "squares"]
    mean = squares = pd.Series(0.0, rows.index)
    for depth in range(len(strata) + 1):
        level = strata[:depth]
        everyone = pd.DataFrame(dict.fromkeys(figures, 0.0), rows.index) + rows[figures].sum()
        sums = rows.groupby(level)[figures].transform("sum") if level else everyone
        if leave_own:
            sums = sums - rows[figures]
        borrowed = PSEUDO_BOOKINGS if depth else 0
        weight = (sums["n"] + borrowed).where(lambda bookings: bookings > 0)
        mean = (sums["total"] + borrowed * mean) / weight
        squares = (sums["squares"] + borrowed * squares) / weight
    return rows.assign(mean=mean, variance=squares - mean**2)


def upper_tail(value: Reals, mean: Reals, variance: Reals) -> Reals:
    """Chance of a count of at least `value`: negative binomial, Poisson where it is not overdispersed.

    Moments are fitted (Johnson, Kemp, Kotz, Univariate Discrete Distributions, ch. 5). NaN in, NaN out; at
    least `LEAST_P`. A stratum that never showed anything is taken to show half an event in `PSEUDO_BOOKINGS`.
    """
    least = np.maximum(mean, 0.5 / PSEUDO_BOOKINGS)
    over = variance > least * 1.0001
    spread = np.where(over, variance, least * 1.0001)
    size, chance = least**2 / (spread - least), least / spread
    tail = np.where(over, stats.nbinom.sf(value - 1, size, chance), stats.poisson.sf(value - 1, least))
    return np.where(np.isnan(value) | np.isnan(mean), np.nan, np.clip(tail, LEAST_P, 1.0))


def combined(p_values: Reals, weights: Reals) -> Reals:
    """Cauchy combination of p-values a row, whatever their dependence (Liu and Xie 2020, JASA 115:393).

    `weights`, one a column, say how much each counts. NaN is left out; a row of NaN gives NaN. A p-value of one,
    which would outweigh all others, counts as 0.99.
    """
    clipped = np.minimum(p_values, 0.99)
    known = ~np.isnan(clipped)
    counted = np.where(known, weights, 0.0)
    with np.errstate(invalid="ignore"):
        summed = (counted * np.tan((0.5 - np.where(known, clipped, 0.5)) * np.pi)).sum(axis=1)
        result: Reals = 0.5 - np.arctan(summed / counted.sum(axis=1)) / np.pi
    return result
