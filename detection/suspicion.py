"""How likely each booking is to be manipulated, and why: findings weighed, supports beside them, evidence lent."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detection.company import Company
from detection.flag import FAMILIES, Family, Flag
from detection.lending import CENTRE, CHANCE, CLERK, RING, Lending, Lent, added
from detection.standing import Standing, standing
from detection.weighing import Finding, weight

Reals = npt.NDArray[np.float64]

#: evidence is lent among the night's own bookings once they have been weighed by themselves
PASSES = 2

#: in place of a flag: unusual in a way that no flag names
UNUSUAL = "unusual"
#: and how often a booking is manipulated in such a way: a tenth as often as in one that a flag names, since most of
#: what is rare is innocent, and nothing that it had or had not speaks for or against it (docs/adr/0031-the-unnamed.md)
UNNAMED_CHANCE = CHANCE / 10


@dataclass(frozen=True)
class Leading:
    """What speaks of each booking's likeliest hypothesis.

    `weights` of each flag; by `families` of supports, what those beside it weigh together (null: none stands beside);
    and what centre, clerk and ring `lent`. Where no benefit was had, a flag weighs what it does by itself and nothing
    is lent.
    """

    weights: Mapping[str, Reals]
    families: Mapping[Family, Reals]
    lent: Mapping[str, Reals]


@dataclass(frozen=True)
class Suspicion:
    """Per booking: `by`, the probability of being manipulated in each way (its sum is the `score`); `apart`, what each
    were without what its centre lends, and `own`, what all were without what any other booking lends; and the `lead`.
    """

    by: Mapping[str, Reals]
    apart: Mapping[str, Reals]
    own: Reals
    lead: Leading

    @property
    def score(self) -> Reals:
        """The probability of being manipulated in any way."""
        return np.asarray(np.clip(added(self.by), 0.0, 1.0), np.float64)


def suspicion(
    flags: Mapping[str, Flag], findings: Mapping[str, Finding], unusual: Reals, lending: Lending, company: Company
) -> Suspicion:
    """Weigh the findings of a night.

    The odds of each hypothesis are its chance beforehand, times the weight of its benefit, times those of its supports,
    times what is lent. `unusual`: p-values of the isolation forest (null: not assessed), one more hypothesis, which a
    quiet centre makes less likely like any other, and to which nothing else is lent, so that it orders what no flag
    names and flags nobody by itself.
    """
    weights = {code: weight(flag, findings[code]) for code, flag in flags.items()}
    hypotheses = {code: flag for code, flag in flags.items() if flag.is_hypothesis}
    beside = {code: standing(code, flags, findings, company) for code in hypotheses}
    alone = {code: CHANCE * weights[code] for code in hypotheses}
    for code, found in beside.items():
        for together in found.families.values():
            alone[code][found.where] *= together
    own = added(alone)
    alone[UNUSUAL] = UNNAMED_CHANCE * np.where(np.isnan(unusual), 0.0, 0.5 / np.sqrt(unusual))
    by = dict.fromkeys(hypotheses, np.zeros(unusual.size))
    lent: dict[str, Lent] = {}
    for _ in range(PASSES):
        lent = lending.lent(hypotheses, by)
        odds = {code: alone[code] * lent[code].product for code in hypotheses}
        strange = alone[UNUSUAL] * lending.quiet(by)
        total = 1 + strange + added(odds)
        by = {code: odds.pop(code) / total for code in hypotheses}
    apart = {code: alone[code] * lent[code].clerk * lent[code].ring for code in hypotheses}
    total_apart = 1 + added(apart)
    return Suspicion(
        {**by, UNUSUAL: strange / total},
        {code: apart.pop(code) / total_apart for code in hypotheses},
        own / (1 + own),
        _leading(by, weights, beside, lent),
    )


def _leading(
    by: Mapping[str, Reals], weights: dict[str, Reals], beside: Mapping[str, Standing], lent: Mapping[str, Lent]
) -> Leading:
    """The parts of each booking's likeliest hypothesis; written into `weights`, what each flag weighs by itself."""
    likeliest = np.argmax([by[code] for code in lent], axis=0)
    families = {family: np.full(likeliest.size, np.nan) for family in FAMILIES}
    lifts = {lender: np.ones(likeliest.size) for lender in (CENTRE, CLERK, RING)}
    for place, code in enumerate(lent):
        found = beside[code]
        led = likeliest[found.where] == place
        at = found.where[led]
        for support, weighs in found.weights.items():
            weights[support][at] = weighs[led]
        for family, together in found.families.items():
            families[family][at] = together[led]
        for lender, lift in lifts.items():
            lift[at] = getattr(lent[code], lender)[at]
    return Leading(weights, families, lifts)
