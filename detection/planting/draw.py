"""Which of the possible jumps are planted: so many a day, drawn by the seed, no two of which touch."""

import numpy as np

from detection.planting.jumps import Jumps
from features.queues.lines import Bools, Ints


def drawn(possible: Jumps, days: Ints, size: int, *, per_day: int, seed: int) -> Jumps:
    """Up to `per_day` of the jumps of each day; `days` has the day of each, `size` is the number of places.

    A day's draw depends on the seed and on that day alone. Jumps over the same stretch of a queue would undo one
    another, so that of two only one is taken.
    """
    taken = np.zeros(size, np.bool_)
    chosen: list[int] = []
    for day in np.unique(days):
        of_day = np.random.default_rng([seed, int(day)]).permutation(np.flatnonzero(days == day))
        chosen += _apart(possible, of_day, taken, per_day)
    return possible.only(np.array(sorted(chosen), np.int64))


def _apart(possible: Jumps, of_day: Ints, taken: Bools, most: int) -> list[int]:
    found: list[int] = []
    for number in of_day:
        stretch = slice(possible.to[number], possible.place[number] + 1)
        if len(found) < most and not taken[stretch].any():
            taken[stretch] = True
            found.append(int(number))
    return found
