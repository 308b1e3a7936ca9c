"""How far some go before others: what each call says about a class or an appointment, and the credit learnt.

A call centre may count a priority caller as if he had come 90 seconds earlier; another place may let a class go before
everybody. Both are a *credit*: the seconds by which somebody of the class may be entitled later than an ordinary
booking and still be called first. Without end it is absolute preference. In the same way halls let who has an
appointment go before who walked in.
"""

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from features.queues.lines import Bools, Ints, bucket, compiled, order

#: s; lower edges of the bins in which decisions are kept: 5 s up to 2 minutes, 15 s up to 10, a minute up to an hour,
#: all above in the last. Credits are round numbers, and an hour is beyond what people wait.
EDGES_S = np.concatenate([np.arange(0, 120, 5), np.arange(120, 600, 15), np.arange(600, 3601, 60)])

#: decisions below which nothing is learnt
LEAST_DECISIONS = 100
#: share of the decisions that a credit must get right beyond those that get right what stands while nothing is learnt:
#: more than the calls out of turn that a queue may have
CLEARLY_BETTER = 0.1
#: s; what goes first by less than this without a class does so by chance or by its clock: no hall announces less
LEAST_LEAD_S = 300
#: classes of one queue and day that are looked at, here the first by name: a log may have one for every booking
CLASSES = 16

ORDINARY = 0
#: in place of a credit: without end
ABSOLUTE = -1


class Decisions(NamedTuple):
    """Calls that decided between a class and the ordinary.

    `row`: the one of the class who stood first; `later`: by how much later its rank is than that of the first
    ordinary one (above 0); `preferred`: whether it was called.
    """

    row: Ints
    later: Ints
    preferred: Bools


def decisions(queue: Ints, kind: Ints, rank: Ints, present: Ints, called: Ints) -> Decisions:
    """Every decision of a day; `kind`: `ORDINARY`, or a class from 1. Times in microseconds.

    Both lines must have somebody waiting, and the one called must be the first of his: a call out of turn within a
    line says nothing about the class. Who is passed over call after call counts once, the last time: so
    somebody who has gone away cannot decide for everybody.
    """
    starts = np.concatenate([[0], np.cumsum(np.bincount(queue))]).astype(np.int64)
    rows = bucket(queue, starts)
    room = 4 * int((kind > ORDINARY).sum())  # of each: called once, and passed over at most as often as it comes first
    found = Decisions(np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.bool_))
    size = _decide(starts, rows, (kind, rank, present, called), found)
    return Decisions(found.row[:size], found.later[:size], found.preferred[:size])


@compiled
def _decide(starts: Ints, rows: Ints, columns: tuple[Ints, Ints, Ints, Ints], found: Decisions) -> int:
    size = 0
    for number in range(starts.size - 1):
        members = rows[starts[number] : starts[number + 1]]
        kinds = np.unique(columns[0][members])
        if kinds.size < 2 or kinds[0] != ORDINARY:
            continue
        members = members[order(columns[3][members])]  # of equal ranks, who is called first
        members = members[order(columns[1][members])]
        kind, rank, present, called = (
            columns[0][members],
            columns[1][members],
            columns[2][members],
            columns[3][members],
        )
        for one in kinds[1 : CLASSES + 1]:
            both = np.flatnonzero((kind == one) | (kind == ORDINARY))
            line = (kind[both] == one, rank[both], present[both], called[both])
            size = _sweep(line, members[both], found, size)
    return size


@compiled
def _sweep(line: tuple[Bools, Ints, Ints, Ints], rows: Ints, found: Decisions, size: int) -> int:
    """Add the decisions between one class and the ordinary ones of a queue, in order of rank; returns the new size."""
    preferred, rank, present, called = line
    by_present = order(present)
    gone = np.zeros(rank.size, np.bool_)
    ordinary, favoured = [0], [0]  # heaps of who waits, by place; the type is that of what they hold
    ordinary.clear()
    favoured.clear()
    came, held, later = 0, -1, 0  # `held`: who of the class was passed over last, and by how much
    for place in order(called):
        while came < rank.size and present[by_present[came]] <= called[place]:
            heappush(favoured if preferred[by_present[came]] else ordinary, by_present[came])
            came += 1
        _leave(ordinary, gone)
        _leave(favoured, gone)
        gone[place] = True
        if len(ordinary) == 0 or len(favoured) == 0:
            continue
        first = favoured[0]
        ahead = rank[first] - rank[ordinary[0]]
        if ahead <= 0 or rank[place] != rank[first if preferred[place] else ordinary[0]]:
            continue
        if held >= 0 and (preferred[place] or held != first):
            size = _add(found, size, rows[held], later, False)
            held = -1
        if preferred[place]:
            size = _add(found, size, rows[first], ahead, True)
        else:
            held, later = first, ahead
    if held >= 0:
        size = _add(found, size, rows[held], later, False)
    return size


@compiled
def _leave(waiting: list[int], gone: Bools) -> None:
    """Take away those in front who have been called."""
    while len(waiting) > 0 and gone[waiting[0]]:
        heappop(waiting)


@compiled
def _add(found: Decisions, size: int, row: int, later: int, preferred: bool) -> int:
    found.row[size] = row
    found.later[size] = later
    found.preferred[size] = preferred
    return size + 1


class Credits(NamedTuple):
    """Of each class: `credit_s`, or `ABSOLUTE`; `decisions`; `right`, those that it gets right."""

    credit_s: Ints
    decisions: Ints
    right: Ints


def learnt_credits(trials: Ints, agreed: Ints, stands: Ints) -> Credits:
    """The credit that gets most decisions right, from counts [class, bin of `EDGES_S`]; of several the highest.

    With credit c, somebody of the class is called where he is less than c later, else the ordinary one. A credit of 0
    is no preference at all. `stands`: of each class what it has until calls clearly say otherwise, `ABSOLUTE` or 0;
    from 0 it rises to no less than `LEAST_LEAD_S`.
    """
    zeros = np.zeros((len(trials), 1), np.int64)
    refused = np.hstack([zeros, np.cumsum(trials - agreed, axis=1)])  # below each edge, and at last below none
    granted = agreed.sum(axis=1, keepdims=True) - np.hstack([zeros, np.cumsum(agreed, axis=1)])
    wrong = refused + granted
    best = wrong.shape[1] - 1 - np.argmin(wrong[:, ::-1], axis=1)
    standing = np.where(stands == ABSOLUTE, wrong[:, -1], wrong[:, 0])
    number, least = trials.sum(axis=1), wrong.min(axis=1)
    clear = (number >= LEAST_DECISIONS) & (standing - least >= CLEARLY_BETTER * number)
    learnt = np.append(EDGES_S, ABSOLUTE)[best]
    clear &= (stands == ABSOLUTE) | (learnt == ABSOLUTE) | (learnt >= LEAST_LEAD_S)
    return Credits(np.where(clear, learnt, stands), number, number - np.where(clear, least, standing))
