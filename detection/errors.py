"""Error control: how many of the night's most suspicious bookings may be flagged.

The mean probability of innocence of those that are flagged is their expected share of false findings. Flagging as many
as keep it within the rate is, for the night, the procedure of the highest power (Sun and Cai 2007, JASA 102:901), and
what holds on every night holds over any number of nights (docs/adr/0030-night-by-night.md). The levels are in the
probabilities: what a centre, a clerk and a ring have shown moves those of their bookings (`detection/lending.py`).
"""

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]


def q_values(score: Reals) -> Reals:
    """The expected share of false findings if a booking and all with a higher score are flagged; null in, null out.

    `score`: the probability that a booking is manipulated.
    """
    order = np.argsort(-score, kind="stable")
    order = order[~np.isnan(score[order])]
    q = np.full(score.size, np.nan)
    q[order] = np.cumsum(1 - score[order]) / np.arange(1, order.size + 1)
    return q


def flagged(score: Reals, rate: float) -> np.ndarray:
    """Which bookings are put before an inspector: within the rate, and none that is more likely innocent than not."""
    with np.errstate(invalid="ignore"):
        return np.asarray((q_values(score) <= rate) & (score > 0.5), np.bool_)
