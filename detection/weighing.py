"""How much each finding weighs: how much likelier manipulation makes it than innocence does.

A weight is an e-value: its mean over innocent bookings is one or less, whatever else is true of them, so that weights
of independent findings may be multiplied and those of dependent ones averaged (Vovk and Wang 2021, Annals of Statistics
49:1736). A *hypothesis* is a benefit that a booking may have had; a *support* is a flag that stands beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detection.flag import FAMILIES, Family, Flag

Reals = npt.NDArray[np.float64]

#: of manipulated bookings, the share on which a flag that fits fires: unknown, so as likely as not
FITS = 0.5

#: the smallest share of the firing ones that an extreme value is believed to belong to
LEAST_SHARE = 1e-3


@dataclass(frozen=True)
class Finding:
    """What a flag found of each booking: its value is `assessed`, it `fires`, and `p` and `share` as in `Usual`."""

    assessed: np.ndarray
    fires: np.ndarray
    p: Reals
    share: Reals


def weight(flag: Flag, found: Finding) -> Reals:
    """What the finding weighs, a row a booking; of a hypothesis 0 where the benefit was not had.

    A firing flag weighs `FITS` over the share of innocent bookings on which it fires; a benefit more the further it
    goes, by the calibrator p ** -0.5 / 2 of its place among those (Shafer et al. 2011, Statistical Science 26:84), half
    and half with one. A support that does not fire speaks for innocence a little; one not assessed, not at all.
    """
    if flag.is_hypothesis:
        place = np.clip(found.p / found.share, LEAST_SHARE, 1.0)
        return np.where(found.fires, FITS / found.share * (0.5 + 0.25 / np.sqrt(place)), 0.0)
    if not flag.beside:  # a channel that supports nothing: it is told, and weighs nothing
        return np.ones(found.share.size)
    silent = (1 - FITS) / (1 - np.minimum(found.share, FITS))
    return np.where(found.assessed, np.where(found.fires, FITS / found.share, silent), 1.0)


def supports(flags: Mapping[str, Flag], weights: Mapping[str, Reals], bookings: int) -> dict[Family, Reals]:
    """What stands beside a benefit of each family: supports of one family look at the same thing and are averaged,
    families are multiplied.
    """
    together: dict[Family, Reals] = {}
    for family in FAMILIES:
        alike: dict[Family, list[Reals]] = {}
        for code, flag in flags.items():
            if family in flag.beside:
                alike.setdefault(flag.family, []).append(weights[code])
        product = np.ones(bookings)
        for same in alike.values():
            product = product * np.mean(same, axis=0)
        together[family] = product
    return together
