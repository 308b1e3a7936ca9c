"""What stands beside a benefit: its supports, mixed within a family and multiplied across families."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from detection.company import Company
from detection.flag import Family, Flag
from detection.weighing import Finding, supporting

Reals = npt.NDArray[np.float64]

#: of what supports of one family weigh together, the part of which each keeps a like share, whatever was seen: who
#: begins at a centre in another way than those before is still to be believed
KEPT_OPEN = 0.2


@dataclass(frozen=True)
class Standing:
    """What stands beside one benefit, a row for each booking at `where`, those that had it.

    `weights` of each support, and `families`: by the supports' family, what they weigh together.
    """

    where: npt.NDArray[np.intp]
    weights: Mapping[str, Reals]
    families: Mapping[Family, Reals]


def standing(benefit: str, flags: Mapping[str, Flag], findings: Mapping[str, Finding], company: Company) -> Standing:
    """Supports of one family look at the same thing, so they are mixed; families are for the caller to multiply."""
    where = np.flatnonzero(findings[benefit].fires)
    weights: dict[str, Reals] = {}
    told: dict[str, Reals] = {}
    alike: dict[Family, list[str]] = {}
    for code, flag in flags.items():
        if flags[benefit].family in flag.beside:
            found = findings[code].at(where)
            seen = company.beside(benefit, code, found.share, where)
            weights[code], told[code] = supporting(replace(found, share=seen.share), seen.fit), seen.told
            alike.setdefault(flag.family, []).append(code)
    families = {family: mixed([weights[k] for k in codes], [told[k] for k in codes]) for family, codes in alike.items()}
    return Standing(where, weights, families)


def mixed(weights: Sequence[Reals], told: Sequence[Reals]) -> Reals:
    """Weights of supports that look at the same thing, a row a support: their mean, which under any dependence is an
    e-value where they are (Vovk and Wang 2021).

    Those count most that have told suspected bookings from innocent ones best: a mixture of experts, each as likely as
    it foretold what was seen (Vovk 1990, Aggregating strategies), and all alike where nothing was.
    """
    shares = KEPT_OPEN / len(told) + (1 - KEPT_OPEN) * softmax(np.stack(told), axis=0)
    return np.asarray(np.sum(shares * np.stack(weights), axis=0), np.float64)
