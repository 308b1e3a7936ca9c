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


def shrunk_moments(past: pd.DataFrame, strata: list[str]) -> pd.DataFrame:
    """Mean and variance of a count per stratum, small strata shrunk to the next larger.

    `past` has one row a finest stratum with its columns, `n` assessed bookings, `total` and `squares`, the sum of
    values and of their squares. `strata` go from coarse to fine. The result has the same rows with `mean` and
    `variance`; null where nothing at all was assessed.
    """
    result = past.copy()
    mean = squares = 0.0
    for depth in range(len(strata) + 1):
        level = strata[:depth]
        if level:
            sums = result.groupby(level, dropna=False)[["n", "total", "squares"]].transform("sum")
        else:
            sums = pd.DataFrame({c: result[c].sum() for c in ("n", "total", "squares")}, index=result.index)
        borrowed = PSEUDO_BOOKINGS if depth else 0
        weight = sums["n"] + borrowed
        mean = (sums["total"] + borrowed * mean) / weight.where(weight > 0)
        squares = (sums["squares"] + borrowed * squares) / weight.where(weight > 0)
    result["mean"] = mean
    result["variance"] = squares - mean**2
    return result


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


def combined(p_values: Reals) -> Reals:
    """Cauchy combination of p-values a row, whatever their dependence (Liu and Xie 2020, JASA 115:393).

    NaN is left out; a row of NaN gives NaN. A p-value of one, which would outweigh all others, counts as 0.99.
    """
    clipped = np.minimum(p_values, 0.99)
    known = ~np.isnan(clipped)
    with np.errstate(invalid="ignore"):
        summed = np.where(known, np.tan((0.5 - np.where(known, clipped, 0.5)) * np.pi), 0.0).sum(axis=1)
        result: Reals = 0.5 - np.arctan(summed / known.sum(axis=1)) / np.pi
    return result
