"""The longest time in which a centre called nobody although people waited."""

import numpy as np

from features.queues.lines import Ints, compiled


@compiled
def _merged(opens: Ints, closes: Ints) -> tuple[Ints, Ints]:
    """The stretches that one or more of these cover, in their order."""
    places = np.argsort(opens, kind="mergesort")
    begin, end = np.empty(opens.size, np.int64), np.empty(opens.size, np.int64)
    used = 0
    for place in places:
        if used and opens[place] <= end[used - 1]:
            end[used - 1] = max(end[used - 1], closes[place])
        else:
            begin[used], end[used] = opens[place], closes[place]
            used += 1
    return begin[:used], end[:used]


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
def longest_silences(called: tuple[Ints, ...], waited: tuple[Ints, ...], shifts: tuple[Ints, ...]) -> Ints:
    """Per centre, the longest time without a call while somebody waited; all times in one unit.

    Each argument is where the rows of each centre start, one more than there are centres, then times: of calls; of
    arrival and call of those who waited; of opening and closing of windows. Where shifts are known, only times in
    which a window is open count; else those from the first call to the last.
    """
    centres = called[0].size - 1
    found = np.zeros(centres, np.int64)
    for centre in range(centres):
        one = slice(waited[0][centre], waited[0][centre + 1])
        came, left = np.sort(waited[1][one]), np.sort(waited[2][one])
        open_at = slice(shifts[0][centre], shifts[0][centre + 1])
        begin, end = _merged(shifts[1][open_at], shifts[2][open_at])
        found[centre] = _longest(called[1][called[0][centre] : called[0][centre + 1]], came, left, begin, end)
    return found
