"""What verdicts show of an order of bookings, with intervals: average precision, precision, calibration.

The verdicts of a night hang together, and one of the audit stands for many bookings. So nights are drawn anew by random
weights (Bayesian bootstrap: Rubin 1981, Annals of Statistics 9:130), each time with one imagined verdict that speaks
against the figure for the lower end, and with one that speaks for it for the upper end: what no verdict has shown yet
may still be. For a share by equal counts that gives the exact interval (Clopper and Pearson 1934, Biometrika 26:404),
for unequal counts of rare events nearly that of `estimates.weighted_count`. The ends hold if up to `WRONG_VERDICTS` of
the verdicts are wrong; the figures are those if so many are.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from detection.learning.counting import WRONG_VERDICTS
from detection.learning.estimates import LEVEL, Estimate, wrong_at_most
from detection.learning.rows import Reals

DRAWS = 1_000
SEED = 20260302
#: weights held in memory at a time
CELLS = 4_000_000


@dataclass(frozen=True)
class Judged:
    """Verdicts beside the order that they are held against, a place each: `manipulated`, 1 or 0; `count`, how many
    bookings it stands for; `said`, the score of the order (0 to 1); `night`, whose booking it is.
    """

    manipulated: Reals
    count: Reals
    said: Reals
    night: npt.NDArray[np.datetime64]

    def of(self, chosen: npt.NDArray[np.bool_]) -> "Judged":
        """Those of the verdicts that are `chosen`."""
        return Judged(self.manipulated[chosen], self.count[chosen], self.said[chosen], self.night[chosen])


#: of verdicts, for each row of weights (draws x verdicts), if a share of the verdicts is wrong
Figure = Callable[[Judged, Reals, float], Reals]


def average_precision(seen: Judged) -> Estimate | None:
    """Mean over the manipulated bookings of the precision down to each one's place; null where none is known of.

    For the lower end the imagined one is a manipulated booking beside the last of the order, and of the verdicts of
    manipulation that came up for certain as many as may be wrong are taken back evenly. For the upper end it stands
    beside the first, and as many as may be wrong are taken back of those that cost the order most.
    """
    if not seen.count.size:
        return None
    last, first = int(np.argmin(seen.said)), int(np.argmax(seen.said))
    return _estimate(seen, _average_precision, _with(_unflattered(seen), last, 1.0), _with(_unspoilt(seen), first, 1.0))


def precision(seen: Judged) -> Estimate | None:
    """Share of manipulated bookings; null without verdicts. Imagined is one more beside that of the largest count."""
    return _of_share(seen, _share)


def calibration(seen: Judged) -> Estimate | None:
    """Share of manipulated bookings less the mean score (-1 to 1; 0 is best); null without verdicts.

    Imagined is one more beside that of the largest count.
    """
    return _of_share(seen, _excess)


def _unflattered(seen: Judged) -> Judged:
    sure = seen.count <= 1
    bad = float(seen.manipulated[sure].sum())
    kept = max(1 - wrong_at_most(int(sure.sum())) / max(bad, 1.0), 0.0)
    return replace(seen, manipulated=np.where(sure, kept * seen.manipulated, seen.manipulated))


def _unspoilt(seen: Judged) -> Judged:
    manipulated = seen.manipulated.copy()
    audit = seen.count > 1
    for part in (audit, ~audit):
        places = np.flatnonzero(part & (seen.manipulated == 1))
        costly = places[np.lexsort((seen.said[places], -seen.count[places]))]
        manipulated[costly[: wrong_at_most(int(part.sum()))]] = 0.0
    return replace(seen, manipulated=manipulated)


def _of_share(seen: Judged, figure: Figure) -> Estimate | None:
    if not seen.count.size:
        return None
    largest = int(np.argmax(seen.count))
    return _estimate(seen, figure, _with(seen, largest, 0.0), _with(seen, largest, 1.0))


def _with(seen: Judged, place: int, manipulated: float) -> Judged:
    """The same and one imagined verdict, in a night of its own, beside the one at `place`."""
    return Judged(
        np.append(seen.manipulated, manipulated),
        np.append(seen.count, seen.count[place]),
        np.append(seen.said, seen.said[place]),
        np.append(seen.night, np.datetime64("NaT")),
    )


def _estimate(seen: Judged, figure: Figure, against: Judged, supporting: Judged) -> Estimate | None:
    value = float(figure(seen, np.ones((1, seen.count.size)), WRONG_VERDICTS)[0])
    if np.isnan(value):
        return None
    tail = (1 - LEVEL) / 2
    low = min(_quantile(against, figure, wrong, tail) for wrong in (0.0, WRONG_VERDICTS))
    high = max(_quantile(supporting, figure, wrong, 1 - tail) for wrong in (0.0, WRONG_VERDICTS))
    return Estimate(value, min(low, value), max(high, value))


def _quantile(seen: Judged, figure: Figure, wrong: float, share: float) -> float:
    """The figure that this share of draws of nights stays below."""
    names, whose = np.unique(seen.night, return_inverse=True)
    weight = np.random.default_rng(SEED).exponential(size=(DRAWS, names.size))
    parts = np.array_split(weight, DRAWS * whose.size // CELLS + 1)
    return float(np.nanquantile(np.concatenate([figure(seen, part[:, whose], wrong) for part in parts]), share))


def _average_precision(seen: Judged, weight: Reals, wrong: float) -> Reals:
    """NaN where nothing is manipulated, if that share of the verdicts is wrong."""
    order = np.argsort(-seen.said, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(seen.said[order])), order.size - 1)
    upto = np.cumsum((weight * seen.count)[:, order], axis=1)
    bad = np.cumsum((weight * seen.count * seen.manipulated)[:, order], axis=1)[:, ends]
    upto = upto[:, ends]
    bad = np.maximum.accumulate(_corrected(bad, upto, wrong), axis=1)
    known = bad[:, -1]
    mean = np.sum(np.diff(bad, axis=1, prepend=0.0) * bad / upto, axis=1)
    return np.asarray(np.divide(mean, known, out=np.full_like(mean, np.nan), where=known > 0), np.float64)


def _share(seen: Judged, weight: Reals, wrong: float) -> Reals:
    count = weight * seen.count
    upto = count.sum(axis=1)
    return np.asarray(_corrected(count @ seen.manipulated, upto, wrong) / upto, np.float64)


def _excess(seen: Judged, weight: Reals, wrong: float) -> Reals:
    count = weight * seen.count
    return np.asarray(_share(seen, weight, wrong) - count @ seen.said / count.sum(axis=1), np.float64)


def _corrected(bad: Reals, upto: Reals, wrong: float) -> Reals:
    """How many of `upto` are manipulated, where `bad` are said to be (Rogan and Gladen 1978, American Journal of
    Epidemiology 107:71).
    """
    return np.asarray(np.clip((bad - wrong * upto) / (1 - 2 * wrong), 0.0, upto), np.float64)
