"""Conformal p-values: how often something known to be innocent looks at least as strange."""

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]

#: with fewer calibration rows of its own a centre is ranked among all centres
ENOUGH = 200


def conformal_p(scores: Reals, groups: np.ndarray, calibration: Reals, calibration_groups: np.ndarray) -> Reals:
    """(1 + calibration scores of the group that are at least as high) / (1 + calibration scores of the group).

    Source: Vovk, Gammerman, Shafer (2005), Algorithmic Learning in a Random World. Valid where innocent bookings of
    the night and the calibration's are exchangeable.
    """
    p = _p(scores, calibration)
    for group in np.unique(groups):
        own = calibration[calibration_groups == group]
        if own.size >= ENOUGH:
            here = groups == group
            p[here] = _p(scores[here], own)
    return p


def _p(scores: Reals, calibration: Reals) -> Reals:
    ordered = np.sort(calibration)
    at_least = ordered.size - np.searchsorted(ordered, scores, side="left")
    return np.asarray((1.0 + at_least) / (1.0 + ordered.size), np.float64)
