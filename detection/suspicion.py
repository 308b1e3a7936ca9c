"""How likely each booking is to be manipulated, and why: findings weighed, supports beside them, evidence lent."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detection.flag import Flag
from detection.lending import CHANCE, Lending, Lent
from detection.weighing import Finding, supports, weight

Reals = npt.NDArray[np.float64]

#: evidence is lent among the night's own bookings once they have been weighed by themselves
PASSES = 2

#: in place of a flag: unusual in a way that no flag names
UNUSUAL = "unusual"


@dataclass(frozen=True)
class Suspicion:
    """Per booking: `by`, the probability of being manipulated in each way (its sum is the `score`); `weights` of each
    flag; and what was `lent` for each hypothesis.
    """

    by: Mapping[str, Reals]
    weights: Mapping[str, Reals]
    lent: Mapping[str, Lent]

    @property
    def score(self) -> Reals:
        """The probability of being manipulated in any way."""
        return np.asarray(np.clip(np.sum(list(self.by.values()), axis=0), 0.0, 1.0), np.float64)


def suspicion(
    flags: Mapping[str, Flag], findings: Mapping[str, Finding], unusual: Reals, lending: Lending
) -> Suspicion:
    """Weigh the findings of a night.

    The odds of each hypothesis are its chance beforehand, times the weight of its benefit, times those of its supports,
    times what is lent. `unusual`: p-values of the isolation forest (null: not assessed), one more hypothesis, which a
    quiet centre makes less likely like any other, and to which nothing else is lent, so that it orders what no flag
    names and flags nobody by itself.
    """
    weights = {code: weight(flag, findings[code]) for code, flag in flags.items()}
    beside = supports(flags, weights, unusual.size)
    hypotheses = {code: flag for code, flag in flags.items() if flag.is_hypothesis}
    alone = {code: CHANCE * weights[code] * beside[flag.family] for code, flag in hypotheses.items()}
    alone[UNUSUAL] = CHANCE * np.where(np.isnan(unusual), 0.0, 0.5 / np.sqrt(unusual))
    by = dict.fromkeys(hypotheses, np.zeros(unusual.size))
    lent: dict[str, Lent] = {}
    for _ in range(PASSES):
        lent = {code: lending.lent(flag, by) for code, flag in hypotheses.items()}
        odds = {code: alone[code] * lent[code].product for code in hypotheses}
        strange = alone[UNUSUAL] * lending.quiet(by)
        total = 1 + strange + np.sum(list(odds.values()), axis=0)
        by = {code: odds[code] / total for code in hypotheses}
    return Suspicion({**by, UNUSUAL: strange / total}, weights, lent)


def leading(suspected: Suspicion) -> dict[str, Reals]:
    """What centre, clerk and ring lent to each booking's likeliest hypothesis; 1 where no benefit was had."""
    codes = list(suspected.lent)
    likeliest = np.argmax([suspected.by[code] for code in codes], axis=0)
    had = np.max([suspected.by[code] for code in codes], axis=0) > 0
    lent = {
        lender: np.stack([getattr(suspected.lent[code], lender) for code in codes])[likeliest, np.arange(had.size)]
        for lender in ("centre", "clerk", "ring")
    }
    return {lender: np.where(had, lift, 1.0) for lender, lift in lent.items()}
