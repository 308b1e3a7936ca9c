"""How much each booking counts in learning and in measuring: verdicts exist only where somebody looked.

A verdict stands for the bookings like it that nobody looked at: it counts 1 over the probability with which it came up
(Horvitz and Thompson 1952, JASA 47:663), at most the square root of the number of verdicts (Ionides 2008, Journal of
Computational and Graphical Statistics 17:295), so that one draw in two thousand cannot decide everything. A booking
without a verdict is unlabelled, not lawful: it counts as manipulated as far as the score without a model has it (a
doubly robust imputation, Robins, Rotnitzky, Zhao 1994, JASA 89:846). No inspector's verdicts count more than a bounded
share of all.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from detection.learning.rows import Reals, Rows

Bools = npt.NDArray[np.bool_]

#: of a booking without verdict, half counts by what the score has it for, half is stood for by reviewed ones like it
IMPUTED = 0.5
#: of verdicts, the share that is taken to be wrong until inspectors look twice: nobody has measured it here
WRONG_VERDICTS = 0.05
#: the share of all verdicts' counts that one inspector's may have, where there are enough inspectors for it
MOST_OF_ONE = 0.4
#: soft counts below this are left out: nearly all bookings are hardly suspected, and together those count as two of a
#: hundred manipulated ones, and as half of the time
LEAST = 1e-3


@dataclass(frozen=True)
class Known:
    """What is known of each of some rows: `manipulated`, 1 or 0 (NaN: no verdict); `chance` with which it came up for
    review (NaN: unknown); `by`: whose verdict it is.
    """

    manipulated: Reals
    chance: Reals
    by: npt.NDArray[np.object_]

    @property
    def reviewed(self) -> Bools:
        """Whether there is a verdict."""
        return np.asarray(~np.isnan(self.manipulated), np.bool_)


def known(rows: Rows, settled: pd.DataFrame) -> Known:
    """The settled verdicts beside the rows."""
    columns = ["centre_id", "booking_id", "manipulated", "chance", "decided_by"]
    found = rows.about[["centre_id", "booking_id"]].merge(settled[columns], "left", ["centre_id", "booking_id"])
    return Known(
        found["manipulated"].to_numpy(np.float64, na_value=np.nan),
        found["chance"].to_numpy(np.float64, na_value=np.nan),
        found["decided_by"].fillna("").to_numpy(object),
    )


def inverse(chance: Reals) -> Reals:
    """What verdicts that came up with these chances count; one whose chance nobody knows stands for itself."""
    return stood_for(chance, max(np.sqrt(chance.size), 1.0))


def stood_for(chance: Reals, most: Reals | float) -> Reals:
    """For how many a verdict stands that came up with this chance (NaN: unknown, for itself): at most for `most`."""
    return np.asarray(1 / np.maximum(np.where(np.isnan(chance), 1.0, chance), 1 / most), np.float64)


def bounded(count: Reals, by: npt.NDArray[np.object_]) -> Reals:
    """The same counts, lowered so that nobody's are more than `MOST_OF_ONE` of all; with two, more than half."""
    names, whose = np.unique(by.astype(str), return_inverse=True)
    most = max(MOST_OF_ONE, 1 / max(names.size, 1))
    each = np.asarray(np.bincount(whose, count, names.size), np.float64)
    cap = _cap(np.sort(each)[::-1], most)
    factor = np.minimum(1.0, np.divide(cap, each, out=np.ones_like(each), where=each > 0))
    return np.asarray(count * factor[whose], np.float64)


def _cap(largest: Reals, most: float) -> float:
    """What nobody may count beyond; the fewest possible are cut to it, and then have just the share `most`."""
    for over in range(largest.size):
        cap = float(most * largest[over:].sum() / (1 - most * over))
        if not over and largest[0] <= cap * (1 + 1e-9):
            return float(np.inf)
        if largest[over] <= cap * (1 + 1e-9):
            return cap
    return float(np.inf)


def examples(rows: Rows, what: Known) -> tuple[npt.NDArray[np.int64], Bools, Reals]:
    """The examples to learn from: place of each in `rows`, whether it is one of manipulation, and what it counts.

    A booking without verdict is two, one of each kind.
    """
    reviewed = what.reviewed
    places = np.flatnonzero(reviewed)
    others = np.flatnonzero(~reviewed)
    own = 1 + (1 - IMPUTED) * (inverse(what.chance[places]) - 1)
    soft, mass = rows.label_free[others], IMPUTED * rows.stands_for[others]
    place = np.concatenate([places, others, others])
    answer = np.concatenate(
        [what.manipulated[places] == 1, np.ones(others.size, np.bool_), np.zeros(others.size, np.bool_)]
    )
    count = np.concatenate([bounded(own, what.by[places]), mass * soft, mass * (1 - soft)])
    kept = count > LEAST
    return place[kept], answer[kept], count[kept]
