"""Counting overtakes in a long queue, in O(n log n) whatever its day looked like.

The queue is swept in the order of its calls. A Fenwick tree over the ranks keeps *the line itself*, who
stands in it now: those in front of the one just called are the overtaken. A second tree keeps the calls made
so far; the difference between what it says at a booking's leaving and at its coming is by whom that booking
was passed.

Both trees have one column for each level of preference and one, the last, for everyone; a node holds people
and the sum of their ranks. In the columns of the levels are only those who can be passed, or pass,
unexplained.
"""

from typing import NamedTuple

import numpy as np

from features.lines import Counts, Ints, Lines, compiled, order


class _Sweep(NamedTuple):
    """The two trees, [node, column, people or ranks], and the counts to fill."""

    line: Ints
    made: Ints
    counts: Counts


@compiled
def _add(tree: Ints, place: int, column: int, people: int, rank: int) -> None:
    """Put `people` (or take away, if negative) of that rank at a place of the Fenwick tree."""
    node = place + 1
    while node < tree.shape[0]:
        tree[node, column, 0] += people
        tree[node, column, 1] += people * rank
        node += node & -node


@compiled
def _before(tree: Ints, place: int, low: int, high: int) -> tuple[int, int]:
    """People, and the sum of their ranks, at places below `place` in columns low..high."""
    people = ranks = 0
    while place > 0:
        for column in range(low, high):
            people += tree[place, column, 0]
            ranks += tree[place, column, 1]
        place -= place & -place
    return people, ranks


@compiled
def _stand(queue: Lines, sweep: _Sweep, place: int, sign: int, ready: bool) -> None:
    """Let a booking join the line (`sign` 1) or leave it (-1), and settle by whom it was passed in between.

    `ready`: as one who would come if called, in the column of its level; else in the last column, everyone's.
    """
    everyone = sweep.line.shape[1] - 1
    rank, first, row = queue.rank[place], queue.first[place], queue.row[place]
    behind = queue.rank.size - 1 - first  # the tree of calls is mirrored: those with a higher rank come first
    if ready:
        level = queue.preference[place]
        _add(sweep.line, first, level, sign, rank)
        people, ranks = _before(sweep.made, behind, 0, level + 1)
        sweep.counts.passed_by[row] -= sign * people
        sweep.counts.lost[row] -= sign * (ranks - people * rank)
    else:
        _add(sweep.line, first, everyone, sign, rank)
        people, ranks = _before(sweep.made, behind, everyone, everyone + 1)
        sweep.counts.passed_by_explained[row] -= sign * people


@compiled
def _call(queue: Lines, sweep: _Sweep, place: int) -> None:
    """Count the people before whom the one at `place` is called."""
    everyone = sweep.line.shape[1] - 1
    rank, first, row = queue.rank[place], queue.first[place], queue.row[place]
    people, ranks = _before(sweep.line, first, everyone, everyone + 1)
    sweep.counts.passed_explained[row] = people
    if people > 0 and not queue.excused[place]:
        people, ranks = _before(sweep.line, first, queue.preference[place], everyone)
        sweep.counts.passed[row] = people
        sweep.counts.taken[row] = people * rank - ranks


@compiled
def _remember(queue: Lines, sweep: _Sweep, place: int) -> None:
    """Put a call on the record of those made so far."""
    everyone = sweep.made.shape[1] - 1
    rank, behind = queue.rank[place], queue.rank.size - 1 - queue.first[place]
    _add(sweep.made, behind, everyone, 1, rank)
    if not queue.excused[place]:
        _add(sweep.made, behind, queue.preference[place], 1, rank)


@compiled
def _same_instant(queue: Lines, by_called: Ints, begin: int) -> int:
    """End of the run of calls, in `by_called`, that have the time of the one at `begin`."""
    end = begin + 1
    now = queue.called[by_called[begin]]
    while end < queue.rank.size and queue.called[by_called[end]] == now:
        end += 1
    return end


@compiled
def count_long(queue: Lines, levels: int, counts: Counts) -> None:
    """Fill `counts` (zero before) for one queue with preferences below `levels`.

    `passed_explained` and `passed_by_explained` get all pairs, also the unexplained.

    Call by call: who came, who missed a call, who leaves the line, and only then who passed whom.
    """
    size = queue.rank.size
    shape = (size + 1, levels + 1, 2)
    sweep = _Sweep(np.zeros(shape, np.int64), np.zeros(shape, np.int64), counts)
    missing = np.flatnonzero((queue.present < queue.missed) & (queue.missed < queue.called))
    missing = missing[order(queue.missed[missing])]
    by_present, by_called = order(queue.present), order(queue.called)
    came = absent = gone = 0
    while gone < size:
        now = queue.called[by_called[gone]]
        while came < size and queue.present[by_present[came]] <= now:
            place = by_present[came]
            came += 1
            if queue.present[place] < queue.called[place]:
                _stand(queue, sweep, place, 1, False)
                if queue.missed[place] > queue.present[place]:
                    _stand(queue, sweep, place, 1, True)
        while absent < missing.size and queue.missed[missing[absent]] <= now:
            _stand(queue, sweep, missing[absent], -1, True)
            absent += 1
        end = _same_instant(queue, by_called, gone)
        for place in by_called[gone:end]:
            if queue.present[place] < now:
                _stand(queue, sweep, place, -1, False)
                if queue.missed[place] >= now:
                    _stand(queue, sweep, place, -1, True)
        for place in by_called[gone:end]:
            _call(queue, sweep, place)
        for place in by_called[gone:end]:
            _remember(queue, sweep, place)
        gone = end
