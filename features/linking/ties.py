"""Ties between identifiers: how far the same citizens use both.

The strength of a tie is the part of the less frequented one's citizens that the other has too, each counted by rarity,
1 / log(identifiers + 5), as in FRAUDAR (Hooi et al., KDD 2016), times the *cover* of the more frequented one: the part
of its citizens that any tie accounts for. So a public computer ties nothing, although it has whole families in common
with their telephones: of all its citizens they are few. Two telephones are also tied when most of those who change
telephones at all go from the one to the other. See docs/rings.md.
"""

from math import log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from features.arrays import each_once, starts_of
from features.queues.lines import Bools, Ints, compiled

#: strengths are whole millionths: sums of them do not depend on the order in which they are added
WHOLE = 1_000_000

#: citizens that two identifiers must have in common: one may have borrowed a telephone
COMMON = 2
#: strength from which a tie is strong (millionths): half of the one's citizens, and half of the other's accounted for
STRONG = 250_000
#: cover below which the citizens of an identifier are strangers to each other, some families among them (millionths)
COVERED = 500_000
#: citizens who change from one telephone to another: three, since two are a couple with two telephones
CHANGING = 3
#: identifiers of one citizen above which nobody is meant: a test account, or a number that stands for "unknown"
MOST_IDENTIFIERS = 50
#: citizens within the window above which an identifier is an institution's (ten on each of 30 days): a call centre,
#: a kiosk, a number filled in for want of one. It ties nobody; how many use it is a feature of its own
HUB_CITIZENS = 300
#: c of FRAUDAR's weight 1 / log(degree + c)
RARITY = 5.0


class Graph(NamedTuple):
    """Who uses what, both ways: `users[starts[i]:starts[i + 1]]` are the citizens of identifier i, and so back."""

    starts: Ints
    users: Ints
    user_starts: Ints
    used: Ints


class Ties(NamedTuple):
    """Pairs of identifiers, `one` < `other`, and the strength of their tie, 0 to 1 in millionths."""

    one: Ints
    other: Ints
    strength: Ints


class Web(NamedTuple):
    """The open ties both ways: identifier i is tied to `to[starts[i]:starts[i + 1]]`."""

    starts: Ints
    to: Ints
    strength: Ints


@compiled
def web_of(ties: Ties, open_: Bools) -> tuple[Ints, Ints, Ints]:
    """The fields of the `Web` of these ties between open identifiers."""
    starts = np.zeros(open_.size + 1, np.int64)
    for tie in range(ties.one.size):
        if open_[ties.one[tie]] and open_[ties.other[tie]]:
            starts[ties.one[tie] + 1] += 1
            starts[ties.other[tie] + 1] += 1
    starts = np.cumsum(starts)
    free = starts.copy()
    to, strength = np.empty(starts[-1], np.int64), np.empty(starts[-1], np.int64)
    for tie in range(ties.one.size):
        a, b = ties.one[tie], ties.other[tie]
        if open_[a] and open_[b]:
            to[free[a]], to[free[b]] = b, a
            strength[free[a]] = strength[free[b]] = ties.strength[tie]
            free[a] += 1
            free[b] += 1
    return starts, to, strength


def graph_of(identifiers: Ints, citizens: Ints) -> tuple[Ints, Graph]:
    """The distinct identifiers, ascending, and the graph in which they are numbered by place.

    One row of the arguments is a use of an identifier by a citizen, in any order and as often as you like.
    """
    keys, coded = _coded(identifiers)
    people, user = _coded(citizens)
    edges = coded * np.int64(people.size)
    edges += user
    del coded, user  # each is as large as what is measured in gigabytes
    edges.sort()
    edges = edges[starts_of(edges)]
    starts = np.searchsorted(edges, np.arange(keys.size + 1) * people.size)
    users = edges % max(people.size, 1)
    del edges
    user_starts = np.concatenate([[0], np.cumsum(np.bincount(users, minlength=people.size))])
    return keys, Graph(starts, users, user_starts, _turned(starts, users, user_starts))


def _coded(values: Ints) -> tuple[Ints, npt.NDArray[np.int32]]:
    """The distinct values in ascending order, and the place among them of each; `np.unique` takes twice the memory."""
    order = np.argsort(values)
    ranked = values[order]
    begins = starts_of(ranked)
    codes = np.empty(values.size, np.int32)
    codes[order] = np.cumsum(begins, dtype=np.int32) - 1
    return ranked[begins], codes


@compiled
def _turned(starts: Ints, users: Ints, user_starts: Ints) -> Ints:
    """The identifiers of each citizen, in ascending order."""
    free = user_starts.copy()
    used = np.empty(users.size, np.int64)
    for identifier in range(starts.size - 1):
        for user in users[starts[identifier] : starts[identifier + 1]]:
            used[free[user]] = identifier
            free[user] += 1
    return used


def strong_ties(graph: Graph, sole: Ints) -> Ties:
    """All strong ties, by one and other; `sole` as in `blocks`."""
    ties, common = _common(graph)
    inside = _inside(graph, ties)
    cover = _cover(graph, _some(ties, inside >= STRONG))
    ties = Ties(
        ties.one, ties.other, np.maximum(_covered(graph, ties, inside, cover), _changed(graph, ties, common, sole))
    )
    return _some(ties, ties.strength >= STRONG)


def _some(ties: Ties, which: Bools) -> Ties:
    return Ties(ties.one[which], ties.other[which], ties.strength[which])


@compiled
def _common(graph: Graph) -> tuple[Ties, Ints]:
    """Pairs with `COMMON` citizens or more, by one and other; as strength the sum of their rarities; their number."""
    count = graph.starts.size - 1
    common, weight, touched = np.zeros((3, count), np.int64)
    one, other, strength, number = np.empty((4, 1024), np.int64)
    found = 0
    for i in range(count):
        if not _ordinary(graph, i):
            continue
        seen = 0
        for edge in range(graph.starts[i], graph.starts[i + 1]):
            user = graph.users[edge]
            uses = graph.user_starts[user + 1] - graph.user_starts[user]
            if uses > MOST_IDENTIFIERS:
                continue
            rarity = round(WHOLE * log(2 + RARITY) / log(uses + RARITY))
            for place in range(graph.user_starts[user + 1] - 1, graph.user_starts[user] - 1, -1):
                j = graph.used[place]
                if j <= i:
                    break
                if common[j] == 0:
                    touched[seen] = j
                    seen += 1
                common[j] += 1
                weight[j] += rarity
        near = np.sort(touched[:seen])
        for j in near:
            if common[j] >= COMMON and _ordinary(graph, j):
                if found == one.size:
                    one = np.concatenate((one, np.empty_like(one)))
                    other = np.concatenate((other, np.empty_like(other)))
                    strength = np.concatenate((strength, np.empty_like(strength)))
                    number = np.concatenate((number, np.empty_like(number)))
                one[found], other[found], strength[found], number[found] = i, j, weight[j], common[j]
                found += 1
            common[j] = weight[j] = 0
    return Ties(one[:found], other[:found], strength[:found]), number[:found]


@compiled
def _ordinary(graph: Graph, i: int) -> bool:
    citizens = graph.starts[i + 1] - graph.starts[i]
    return bool(COMMON <= citizens <= HUB_CITIZENS)


@compiled
def _cover(graph: Graph, ties: Ties) -> Ints:
    """Per identifier, its citizens who are also on one that it is tied to."""
    count = graph.starts.size - 1
    starts, to, _ = web_of(ties, np.ones(count, np.bool_))
    covered, tied = np.zeros(count, np.int64), np.full(count, -1, np.int64)
    for i in range(count):
        if starts[i] == starts[i + 1]:
            continue
        tied[to[starts[i] : starts[i + 1]]] = i
        for user in graph.users[graph.starts[i] : graph.starts[i + 1]]:
            uses = graph.used[graph.user_starts[user] : graph.user_starts[user + 1]]
            if uses.size <= MOST_IDENTIFIERS and (tied[uses] == i).any():
                covered[i] += 1
    return covered


def _inside(graph: Graph, ties: Ties) -> Ints:
    """Per tie, the part of the less frequented one's citizens who are common (millionths)."""
    citizens = np.diff(graph.starts)
    inside: Ints = ties.strength // np.minimum(citizens[ties.one], citizens[ties.other])
    return inside


def _covered(graph: Graph, ties: Ties, inside: Ints, covered: Ints) -> Ints:
    """Per tie, the part inside times the more frequented one's cover, of two equal ones the lower (millionths)."""
    citizens = np.diff(graph.starts)
    one, other = citizens[ties.one], citizens[ties.other]
    part_one, part_other = WHOLE * covered[ties.one] // one, WHOLE * covered[ties.other] // other
    cover = np.where(one > other, part_one, np.where(one < other, part_other, np.minimum(part_one, part_other)))
    return np.where(cover >= COVERED, inside * cover // WHOLE, 0)


def _changed(graph: Graph, ties: Ties, common: Ints, sole: Ints) -> Ints:
    """Per tie of two of one kind of which people have one, the part of the changing who change to it (millionths)."""
    alike = np.flatnonzero((sole[ties.one] >= 0) & (sole[ties.one] == sole[ties.other]) & (common >= CHANGING))
    changing = _changing(graph, sole, each_once(np.concatenate([ties.one[alike], ties.other[alike]])))
    strength = np.zeros(common.size, np.int64)
    fewer = np.minimum(changing[ties.one[alike]], changing[ties.other[alike]])
    strength[alike] = WHOLE * common[alike] // np.maximum(fewer, 1)
    return np.where(2 * strength >= WHOLE, strength, 0)


@compiled
def _changing(graph: Graph, sole: Ints, which: Ints) -> Ints:
    """Of each of these identifiers, the citizens who have another one of its kind."""
    changing = np.zeros(sole.size, np.int64)
    for i in which:
        for user in graph.users[graph.starts[i] : graph.starts[i + 1]]:
            uses = graph.used[graph.user_starts[user] : graph.user_starts[user + 1]]
            if uses.size <= MOST_IDENTIFIERS and (sole[uses] == sole[i]).sum() > 1:
                changing[i] += 1
    return changing
