"""The shape in which the overtake kernel works: each queue as a line, in order of entitlement."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

#: `missed` of a booking that never missed a call
NEVER = np.iinfo(np.int64).max

_Function = TypeVar("_Function", bound=Callable[..., object])


def compiled(function: _Function) -> _Function:
    """Compile at first call, keep the machine code on disk, run outside Python's lock.

    Threads are ours rather than Numba's: its OpenMP layer ends a process that forks after use, as a
    scheduler's worker does, and its own layer ends one that enters it from two threads.
    """
    return cast(_Function, numba.njit(cache=True, nogil=True)(function))


class Calls(NamedTuple):
    """One row a booking that checked in and was called; all arrays of one length, times in microseconds.

    `queue`: codes from 0 without large gaps; `rank`: what orders the line, a time or a number, smaller goes
    first; `present`: checked in; `called`; `missed`: the first call that found nobody, else `NEVER`;
    `credit`: by how much its rank may lie behind another's and it still goes first, in the units of `rank`; 0 ordinary,
    `NEVER` without end (what is never used up). Between two with credits the difference counts. `excused`: all its
    passing is explained.
    """

    queue: Ints
    rank: Ints
    present: Ints
    called: Ints
    missed: Ints
    credit: Ints
    excused: Bools


class Counts(NamedTuple):
    """Per booking, in the order of `Calls`, all int64.

    `passed`: people it overtook unexplained, `passed_explained`: with a reason, of which `passed_priority` by its
    credit; `passed_by` and `passed_by_explained`: the same seen from the other side; `taken`: sum over its
    unexplained overtakes of how much later its own rank is (microseconds where ranks are times); `lost`: the same for
    the passed one.
    Over a queue `passed` and `passed_by` have one sum, and so have `taken` and `lost`.
    """

    passed: Ints
    passed_explained: Ints
    passed_priority: Ints
    passed_by: Ints
    passed_by_explained: Ints
    taken: Ints
    lost: Ints


class Lines(NamedTuple):
    """`Calls` sorted by queue, rank, row; queue q is the slice `starts[q]:starts[q + 1]`.

    `row` leads back to `Calls`; `first` is the lowest place (from 0) of the same rank in its queue; the
    others are those of `Calls`.
    """

    starts: Ints
    row: Ints
    first: Ints
    rank: Ints
    present: Ints
    called: Ints
    missed: Ints
    credit: Ints
    excused: Bools


@compiled
def order(values: Ints) -> Ints:
    """Places of the values in ascending order, ties as they stand."""
    size = values.size
    if size == 0:
        return np.empty(0, np.int64)
    bits = 0  # value and place packed into one key sort twice as fast, where they fit
    while (1 << bits) < size:
        bits += 1
    low, high = values.min(), values.max()
    if low < -(NEVER >> 1) or high > NEVER >> 1 or high - low >= NEVER >> bits:
        places: Ints = np.argsort(values, kind="mergesort")
    else:
        places = ((values - low) << bits) | np.arange(size)
        places.sort()
        places &= (1 << bits) - 1
    return places


@compiled
def starts_by(queue: Ints) -> Ints:
    """Where each queue's rows begin once `bucket` has sorted them, and at last where the last one's end."""
    starts = np.zeros(queue.max() + 2 if queue.size else 1, np.int64)
    for row in range(queue.size):
        starts[queue[row] + 1] += 1
    return np.cumsum(starts)


@compiled
def bucket(queue: Ints, starts: Ints) -> Ints:
    """Row numbers by queue, rows in ascending order within each: a counting sort."""
    free = starts.copy()
    rows = np.empty(queue.size, np.int64)
    for row in range(queue.size):
        rows[free[queue[row]]] = row
        free[queue[row]] += 1
    return rows


@compiled
def fill(calls: Calls, lines: Lines, part: tuple[int, int]) -> None:
    """Fill in queues `part[0]` to before `part[1]`, of which `row` has the rows in ascending order."""
    for queue in range(part[0], part[1]):
        start, end = lines.starts[queue], lines.starts[queue + 1]
        rows = lines.row[start:end].copy()
        rows = rows[order(calls.rank[rows])]
        for place in range(end - start):
            row, at = rows[place], start + place
            lines.row[at] = row
            lines.rank[at] = calls.rank[row]
            lines.present[at] = calls.present[row]
            lines.called[at] = calls.called[row]
            lines.missed[at] = calls.missed[row]
            lines.credit[at] = calls.credit[row]
            lines.excused[at] = calls.excused[row]
            tied = place > 0 and lines.rank[at - 1] == lines.rank[at]
            lines.first[at] = lines.first[at - 1] if tied else place


@compiled
def one_queue(lines: Lines, number: int) -> Lines:
    """One queue alone."""
    start, end = lines.starts[number], lines.starts[number + 1]
    return Lines(
        lines.starts,
        lines.row[start:end],
        lines.first[start:end],
        lines.rank[start:end],
        lines.present[start:end],
        lines.called[start:end],
        lines.missed[start:end],
        lines.credit[start:end],
        lines.excused[start:end],
    )
