"""How much each finding weighs: how much likelier manipulation makes it than innocence does.

A weight is an e-value: its mean over innocent bookings is one or less, whatever else is true of them, so that weights
of independent findings may be multiplied and those of dependent ones averaged (Vovk and Wang 2021, Annals of Statistics
49:1736). A *hypothesis* is a benefit that a booking may have had; a *support* is a flag that stands beside it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detection.flag import Flag

Reals = npt.NDArray[np.float64]

#: of manipulated bookings, the share on which a flag that fits fires: before anything was seen, as likely as not
FITS = 0.5

#: the smallest share of the firing ones that an extreme value is believed to belong to
LEAST_SHARE = 1e-3


@dataclass(frozen=True)
class Finding:
    """What a flag found of each booking: its value is `assessed`, it `fires`, and `p` and `share` as in `Compared`.

    `p` is of hypotheses alone, else null: how far a support goes says nothing.
    """

    assessed: np.ndarray
    fires: np.ndarray
    p: Reals
    share: Reals

    def at(self, where: npt.NDArray[np.intp]) -> "Finding":
        """The rows at `where`."""
        return Finding(self.assessed[where], self.fires[where], self.p[where], self.share[where])


def weight(flag: Flag, found: Finding) -> Reals:
    """What the finding weighs by itself, a row a booking; of a hypothesis 0 where the benefit was not had.

    A firing flag weighs its fit over the share of innocent bookings on which it fires; a benefit more the further it
    goes, by the calibrator p ** -0.5 / 2 of its place among those (Shafer et al. 2011, Statistical Science 26:84), half
    and half with one; where it only goes as far as the queue was long, that place says nothing.
    """
    if flag.is_hypothesis:
        place = np.clip(found.p / found.share, LEAST_SHARE, 1.0)
        further = 0.5 + 0.25 / np.sqrt(place) if flag.grows else 1.0
        return np.where(found.fires, FITS / found.share * further, 0.0)
    if not flag.beside:  # a channel that supports nothing: it is told, and weighs nothing
        return np.ones(found.share.size)
    return supporting(found, fits(found.share))


def fits(share: Reals) -> Reals:
    """Of manipulated bookings, the share on which a support fires, before anything was seen: no less than of others."""
    return np.maximum(share, FITS)


def supporting(found: Finding, fit: Reals) -> Reals:
    """What a support weighs that fires on the share `fit` of manipulated bookings; 1 where it was not assessed.

    One that does not fire speaks for innocence.
    """
    return np.where(found.assessed, np.where(found.fires, fit / found.share, (1 - fit) / (1 - found.share)), 1.0)
