"""The longest time in which a centre called nobody although people waited."""

import numpy as np

from features.queues.lines import Ints, compiled


@compiled
def _longest(calls: Ints, came: Ints, left: Ints, begin: Ints, end: Ints) -> int:
    """For one centre; `came` and `left` of those who waited, sorted; `begin` and `end` of its opening, if known."""
    if begin.size:
        calls = np.append(calls[calls > begin[0]], begin[0])
    calls = np.sort(calls)
    longest = 0
    for place in range(calls.size - 1):
        start, stop = calls[place], calls[place + 1]
        arrived = np.searchsorted(came, start, side="right")
        if arrived <= np.searchsorted(left, start, side="right"):
            start = came[arrived] if arrived < came.size else stop
        if start >= stop:
            continue
        if not begin.size:
            longest = max(longest, stop - start)
            continue
        stretch = np.searchsorted(end, start, side="right")
        while stretch < begin.size and begin[stretch] < stop:
            longest = max(longest, min(stop, end[stretch]) - max(start, begin[stretch]))
            stretch += 1
    return longest


@compiled
def longest_silences(called: tuple[Ints, ...], waited: tuple[Ints, ...], opened: tuple[Ints, ...]) -> Ints:
    """Per centre, the longest time without a call while somebody waited; all times in one unit.

    Each argument is where the rows of each centre start, one more than there are centres, then times: of calls; of
    arrival and call of those who waited; of beginning and end of the stretches in which a window is open, in their
    order. Where these are known, only times in them count; else those from the first call to the last.
    """
    centres = called[0].size - 1
    found = np.zeros(centres, np.int64)
    for centre in range(centres):
        one = slice(waited[0][centre], waited[0][centre + 1])
        came, left = np.sort(waited[1][one]), np.sort(waited[2][one])
        open_at = slice(opened[0][centre], opened[0][centre + 1])
        begin, end = opened[1][open_at], opened[2][open_at]
        found[centre] = _longest(called[1][called[0][centre] : called[0][centre + 1]], came, left, begin, end)
    return found
