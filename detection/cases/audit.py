"""The random audit: bookings that nothing accuses, drawn so that each had a known chance to be looked at.

Verdicts exist only where somebody looked. What is learnt from them is weighed by the probability with which each
booking came up (Horvitz and Thompson 1952, JASA 47), so every booking needs one above zero.
"""

import hashlib
from datetime import date

import numpy as np

from detection.usual import Reals
from features.queues.lines import Bools, Ints

#: shares of the night's ranks at which its strata end. Each gets the same part of the draws: next to the bar, where a
#: verdict says most about where the bar should be, a booking comes up more often; the rest of the night is seen too
STRATA = (0.05, 0.25, 1.0)


def strata_of(count: int) -> Ints:
    """The stratum, 0 first, of each of `count` bookings, the most suspicious first."""
    ends = np.ceil(np.array(STRATA) * count)
    return np.searchsorted(ends, np.arange(count), side="right")


def inclusion(strata: Ints, size: float) -> Reals:
    """With which probability each booking of these strata is drawn; the sum is `size`, at most all of them.

    Where a stratum has fewer bookings than its part of the draws all of it is drawn, and the others share what is left.
    """
    sizes = np.bincount(strata, minlength=len(STRATA))
    probability = np.zeros(sizes.size)
    left, open_ = min(size, float(strata.size)), sizes > 0
    while open_.any():
        share = left / open_.sum()
        full = open_ & (sizes <= share)
        if not full.any():
            probability[open_] = share / sizes[open_]
            break
        probability[full] = 1
        left -= float(sizes[full].sum())
        open_ &= ~full
    return probability[strata]


def drawn(probability: Reals, order: Ints, start: float) -> Bools:
    """Which bookings are drawn, with just these probabilities: systematic sampling.

    Madow 1949, Annals of Mathematical Statistics 20: the probabilities are laid end to end in this order, and
    whoever lies on `start`, a number in [0, 1) drawn evenly, or on a whole number beyond it is drawn. As many are drawn
    as the probabilities add up to; the next whole number above or below where that is none.
    """
    ends = np.cumsum(probability[order])
    if ends.size:  # sums of many small numbers miss whole ones by a hair
        ends[-1] = round(ends[-1], 6)
    whole = np.floor(ends)
    hits = whole + (ends - whole > start)  # exact, where ends - start would lose a start that is nearly one
    chosen = np.zeros(probability.size, np.bool_)
    chosen[order] = np.diff(hits, prepend=0.0) > 0
    return chosen


def start_of(salt: str, day: date) -> float:
    """The night's number in [0, 1): the same on every run, and different from night to night."""
    digest = hashlib.sha256(f"{salt}|{day}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
