"""Counting overtakes in a long queue, in O(n log n) whatever its day looked like.

The queue is swept in the order of its calls. A Fenwick tree over the ranks keeps *the line itself*, who
stands in it now: those in front of the one just called are the overtaken. A second tree keeps the calls made
so far; the difference between what it says at a booking's leaving and at its coming is by whom that booking
was passed.

A node of a tree holds people and the sum of their ranks, in columns by *level*: the credits that occur in the queue, in
ascending order. Who of a level passes whom of another by credit is a matter of rank: so each level is asked at a place
of its own. In the first columns of the line are those who would come if called, and in those of the calls the ones that
nothing excuses; behind them, in the line by level and in the calls in one column, is everyone.
"""

from typing import NamedTuple

import numpy as np

from features.queues.lines import NEVER, Counts, Ints, Lines, compiled, order


class _Sweep(NamedTuple):
    """The two trees, [node, column, people or ranks], the credit of each level, the level at each place, the counts."""

    line: Ints
    made: Ints
    credits: Ints
    level: Ints
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

    `ready`: as one who would come if called; else in the columns of everyone.
    """
    levels, level = sweep.credits.size, sweep.level[place]
    rank, first, row = queue.rank[place], queue.first[place], queue.row[place]
    behind = queue.rank.size - 1 - first  # the tree of calls is mirrored: those with a higher rank come first
    if ready:
        _add(sweep.line, first, level, sign, rank)
        people, ranks = _before(sweep.made, behind, 0, level + 1)
        for other in range(level + 1, levels):
            if sweep.credits[other] < NEVER:  # beyond its credit it passes unexplained
                last = rank + sweep.credits[other] - sweep.credits[level]
                beyond = queue.rank.size - np.searchsorted(queue.rank, last, side="right")
                more_people, more_ranks = _before(sweep.made, beyond, other, other + 1)
                people += more_people
                ranks += more_ranks
        sweep.counts.passed_by[row] -= sign * people
        sweep.counts.lost[row] -= sign * (ranks - people * rank)
    else:
        _add(sweep.line, first, levels + level, sign, rank)
        people, ranks = _before(sweep.made, behind, levels, levels + 1)
        sweep.counts.passed_by_explained[row] -= sign * people


@compiled
def _call(queue: Lines, sweep: _Sweep, place: int) -> None:
    """Count the people before whom the one at `place` is called."""
    levels, level = sweep.credits.size, sweep.level[place]
    rank, first, row = queue.rank[place], queue.first[place], queue.row[place]
    everyone, ranks = _before(sweep.line, first, levels, 2 * levels)
    sweep.counts.passed_explained[row] = everyone
    if everyone == 0 or queue.excused[place]:
        return
    people, ranks = _before(sweep.line, first, level, levels)
    for other in range(level):
        within, _ = _before(sweep.line, first, levels + other, levels + other + 1)
        if sweep.credits[level] < NEVER:
            furthest = rank - (sweep.credits[level] - sweep.credits[other])
            beyond = np.searchsorted(queue.rank, furthest, side="left")
            more_people, more_ranks = _before(sweep.line, beyond, other, other + 1)
            people += more_people
            ranks += more_ranks
            within -= _before(sweep.line, beyond, levels + other, levels + other + 1)[0]
        sweep.counts.passed_priority[row] += within
    sweep.counts.passed[row] = people
    sweep.counts.taken[row] = people * rank - ranks


@compiled
def _remember(queue: Lines, sweep: _Sweep, place: int) -> None:
    """Put a call on the record of those made so far."""
    everyone = sweep.made.shape[1] - 1
    rank, behind = queue.rank[place], queue.rank.size - 1 - queue.first[place]
    _add(sweep.made, behind, everyone, 1, rank)
    if not queue.excused[place]:
        _add(sweep.made, behind, sweep.level[place], 1, rank)


@compiled
def _same_instant(queue: Lines, by_called: Ints, begin: int) -> int:
    """End of the run of calls, in `by_called`, that have the time of the one at `begin`."""
    end = begin + 1
    now = queue.called[by_called[begin]]
    while end < queue.rank.size and queue.called[by_called[end]] == now:
        end += 1
    return end


@compiled
def count_long(queue: Lines, counts: Counts) -> None:
    """Fill `counts` (zero before) for one queue.

    `passed_explained` and `passed_by_explained` get all pairs, also the unexplained.

    Call by call: who came, who missed a call, who leaves the line, and only then who passed whom.
    """
    size = queue.rank.size
    credits = np.unique(queue.credit)
    line = np.zeros((size + 1, 2 * credits.size, 2), np.int64)
    made = np.zeros((size + 1, credits.size + 1, 2), np.int64)
    sweep = _Sweep(line, made, credits, np.searchsorted(credits, queue.credit), counts)
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
