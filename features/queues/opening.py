"""How far from the hours of a centre an instant lies: the times at which any of its windows is on shift."""

import numpy as np
import numpy.typing as npt

from features.arrays import MINUTE, starts_of
from features.queues.lines import Ints


def minutes_closed(centre: Ints, at: Ints, shifts: tuple[Ints, Ints, Ints]) -> npt.NDArray[np.float64]:
    """Minutes from each instant to the nearest at which its centre is open, 0 while it is; NaN: it has no shifts.

    `centre`: a code from 0 for each instant `at`, microseconds; `shifts`: of each the code of its centre, its opening
    and its closing. Shifts that overlap or touch are one stretch of opening; a break in which no window is on shift
    lies between two. A shift without length is none.
    """
    lasting = shifts[2] > shifts[1]
    shifts = shifts[0][lasting], shifts[1][lasting], shifts[2][lasting]
    if not lasting.any():
        return np.full(at.size, np.nan)
    whose, begin, end = stretches(*shifts)
    # one line of all centres, each in a room of its own
    low = begin.min() - 1
    room = int(end.max() - low) + 1
    latest = np.searchsorted(whose * room + begin - low, centre * room + np.clip(at - low, 0, room - 1), "right") - 1
    follows = np.minimum(latest + 1, whose.size - 1)
    since = np.where((latest >= 0) & (whose[latest] == centre), at - end[latest], np.inf)
    until = np.where((follows > latest) & (whose[follows] == centre), begin[follows] - at, np.inf)
    nearest = np.maximum(np.minimum(since, until), 0.0) / MINUTE
    return np.where(np.isinf(nearest), np.nan, nearest)


def stretches(centre: Ints, opens: Ints, closes: Ints) -> tuple[Ints, Ints, Ints]:
    """The stretches that one or more shifts cover, by centre and time: whose, from when, until when."""
    if not centre.size:
        return centre, opens, closes
    places = np.lexsort((opens, centre))
    centre, opens, closes = centre[places], opens[places], closes[places]
    low, room = opens.min(), int(closes.max() - opens.min()) + 1
    reach = np.maximum.accumulate(centre * room + closes - low)
    begins = starts_of(centre)
    begins[1:] |= (centre * room + opens - low)[1:] > reach[:-1]
    first = np.flatnonzero(begins)
    last = np.append(first[1:], centre.size) - 1
    return centre[first], opens[first], reach[last] - centre[first] * room + low
