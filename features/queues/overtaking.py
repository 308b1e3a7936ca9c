"""Who was called ahead of whom: the overtake kernel over plain int64 arrays.

Booking i **overtook** j when both are in one queue, j was entitled before i (`rank[j] < rank[i]`), j was
there and had not been called as i was (`present[j] <= called[i] < called[j]`). Equal ranks pass nobody, and
of those called at the same instant nobody passes the other. A booking called before it checked in (clocks
differ) passes whoever is present at its call and is itself never passed.

Windows that serve only part of a queue are not considered: what one of them can call, all of them can.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from features.queues.lines import NEVER, Calls, Counts, Ints, Lines, bucket, compiled, fill, one_queue, order
from features.queues.long_lines import count_long

#: pairs of one queue and day above which they are counted but not listed: no reader gets through such a list
PAIRS_LISTED = 1_000_000
#: people up to whom trying everybody is faster than keeping trees; measured to break even at 1,000 to 2,000
SHORT = 1_000
#: rows that make a thread worth starting: some 3 ms of work
THREAD_ROWS = 16_384

# Why a booking was allowed to pass, in order of precedence: a pair gets the first that holds.
UNEXPLAINED = 0  # nothing recorded permits it
EXCUSED = 1  # the passer was recalled after a missed call, or is returning with a paper
PRIORITY = 2  # the passer's credit covers how much later it was entitled than the passed one
ABSENT = 3  # the passed one had already been called and was not there


class Pairs(NamedTuple):
    """Ordered pairs as row numbers of `Calls`: `passer` overtook `passed`.

    `reason` is one of the codes above, `waited` how long the passed one had waited by then (microseconds).
    Sorted by queue, call time, the passer's rank and row, then the rank and row of the passed.
    """

    passer: Ints
    passed: Ints
    reason: npt.NDArray[np.int8]
    waited: Ints


def line_up(calls: Calls) -> Lines:
    """The queues of `calls`, each in order of rank; what the two functions below work on."""
    starts = np.concatenate([[0], np.cumsum(np.bincount(calls.queue))]).astype(np.int64)
    row = bucket(calls.queue, starts)
    first, rank, present, called, missed, credit = np.empty((6, row.size), np.int64)
    excused = np.empty(row.size, np.bool_)
    lines = Lines(starts, row, first, rank, present, called, missed, credit, excused)
    _share(starts, lambda part: fill(calls, lines, part))
    return lines


def count_overtakes(lines: Lines, *, short: int = SHORT) -> Counts:
    """Count, for every booking, whom it passed and by whom it was passed.

    Queues of up to `short` people are tried pair by pair, longer ones swept; the result is the same.
    """
    counts = Counts(*(np.zeros(lines.row.size, np.int64) for _ in Counts._fields))
    _share(lines.starts, lambda part: _count(lines, counts, short, part))
    np.subtract(counts.passed_explained, counts.passed, out=counts.passed_explained)
    np.subtract(counts.passed_by_explained, counts.passed_by, out=counts.passed_by_explained)
    return counts


def list_overtakes(lines: Lines, counts: Counts, *, limit: int = PAIRS_LISTED) -> tuple[Pairs, dict[int, int]]:
    """List the pairs that were counted, queue by queue.

    A queue with more than `limit` pairs is left out; the dictionary has its code and its number of pairs.
    """
    passes = (counts.passed + counts.passed_explained)[lines.row]
    number = np.diff(np.concatenate([[0], np.cumsum(passes)])[lines.starts])
    listed = number <= limit
    offsets = np.concatenate([[0], np.cumsum(np.where(listed, number, 0))])
    size = int(offsets[-1])
    passer, passed, waited = np.empty((3, size), np.int64)
    pairs = Pairs(passer, passed, np.empty(size, np.int8), waited)
    _share(lines.starts, lambda part: _list(lines, passes, offsets, pairs, part))
    return pairs, {int(queue): int(number[queue]) for queue in np.flatnonzero(~listed)}


def _share(starts: Ints, work: Callable[[tuple[int, int]], None]) -> None:
    """Have `work` done on runs of queues of about equal size, in as many threads as pay."""
    rows, queues = int(starts[-1]), starts.size - 1
    threads = min(os.cpu_count() or 1, rows // THREAD_ROWS)
    if threads < 2:
        work((0, queues))
        return
    parts = 4 * threads  # so that the part with the longest queues does not keep the others waiting
    bounds = [0, *np.searchsorted(starts, np.linspace(0, rows, parts + 1)[1:-1]).tolist(), queues]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, pairwise(bounds)))


@compiled
def _count(lines: Lines, counts: Counts, short: int, part: tuple[int, int]) -> None:
    for number in range(part[0], part[1]):
        queue = one_queue(lines, number)
        if queue.rank.size <= short:
            _count_short(queue, counts)
        else:
            count_long(queue, counts)


@compiled
def _count_short(queue: Lines, counts: Counts) -> None:
    """The same as `count_long` for a short queue, by the definition: everybody against everybody in front."""
    for place in range(queue.rank.size):
        now, rank, row = queue.called[place], queue.rank[place], queue.row[place]
        passed = favoured = everyone = taken = 0
        for other in range(queue.first[place]):
            if queue.called[other] > now and queue.present[other] <= now:
                everyone += 1
                counts.passed_by_explained[queue.row[other]] += 1
                reason = _reason(queue, place, other)
                if reason == PRIORITY:
                    favoured += 1
                elif reason == UNEXPLAINED:
                    gain = rank - queue.rank[other]
                    passed += 1
                    taken += gain
                    counts.passed_by[queue.row[other]] += 1
                    counts.lost[queue.row[other]] += gain
        counts.passed_explained[row] = everyone
        counts.passed_priority[row] = favoured
        counts.passed[row] = passed
        counts.taken[row] = taken


@compiled
def _reason(queue: Lines, place: int, other: int) -> int:
    """Why the booking at `place` was allowed to pass the `other`; the first that holds."""
    if queue.excused[place]:
        return EXCUSED
    if covers(queue.credit[place], queue.credit[other], queue.rank[place] - queue.rank[other]):
        return PRIORITY
    if queue.missed[other] <= queue.called[place]:
        return ABSENT
    return UNEXPLAINED


@compiled
def covers(credit: int, other: int, later: int) -> bool:
    """Whether a credit lets one that is entitled so much `later` go before one who has the `other` credit."""
    if credit <= other:
        return False
    return bool(credit == NEVER or later <= credit - other)


@compiled
def _list(lines: Lines, passes: Ints, offsets: Ints, pairs: Pairs, part: tuple[int, int]) -> None:
    """Fill in the pairs of some queues; `passes`: how many there are to find, for each place in `lines`."""
    for number in range(part[0], part[1]):
        at = offsets[number]
        if at == offsets[number + 1]:
            continue
        queue = one_queue(lines, number)
        in_line = np.arange(queue.called.size)
        for place in order(queue.called):
            now = queue.called[place]
            left = passes[lines.starts[number] + place]
            after = at + left
            other = queue.first[place]
            while left > 0:  # from the nearest in front forward: most overtakes are short
                other = _nearest(in_line, other - 1)
                if queue.called[other] <= now:  # and so for every later call
                    in_line[other] = max(other - 1, 0)
                elif queue.present[other] <= now:
                    left -= 1
                    pairs.passer[at + left] = queue.row[place]
                    pairs.passed[at + left] = queue.row[other]
                    pairs.reason[at + left] = _reason(queue, place, other)
                    pairs.waited[at + left] = now - queue.present[other]
            at = after


@compiled
def _nearest(in_line: Ints, place: int) -> int:
    """The last place up to this one that may still be in line; there must be one.

    `in_line`: of each place, itself or one in front, between which all have been called. What is passed on the way is
    led nearer to the end, so that those who are gone are not walked through by every call (path halving: Tarjan and
    van Leeuwen, 1984).
    """
    while in_line[place] != place:
        in_line[place] = in_line[in_line[place]]
        place = in_line[place]
    return place
