"""Who gets the strange calls: each hand beside the others that call in the same queue and hour.

A *hand* is a clerk or a window. Only hours in which another hand calls in the same queue compare it with anybody.
"""

from typing import NamedTuple

import numpy as np

from features.arrays import starts_of
from features.chance.chances import Reals, sums_of_draws
from features.queues.lines import Ints


class Dealt(NamedTuple):
    """Per hand and mark, sorted by both: what it got, and what chance would have dealt it.

    `calls` that have others to compare with, `observed` marked ones, `expected` ones; `weight` of the comparison: what
    a difference of one in the share of marked calls would add to observed less expected; and the distribution of
    `observed`, as `features.chance.chances.sums_of_draws` gives them.
    """

    hand: Ints
    mark: Ints
    calls: Ints
    observed: Ints
    expected: Reals
    weight: Reals
    lowest: Ints
    ends: Ints
    chances: Reals


class _Cells(NamedTuple):
    """Per hour of a queue, hand and mark: calls of the hand, marked ones; and the same of all hands."""

    hand: Ints
    mark: Ints
    drawn: Ints
    observed: Ints
    marked: Ints
    total: Ints


def dealt(stratum: Ints, hand: Ints, mark: Ints, pairs: tuple[Ints, Ints]) -> Dealt:
    """What each hand was dealt; one row a call: its hour of a queue, its hand, and its mark, -1 for none.

    `pairs`: the strata and marks to look at.
    """
    cells = _cells(stratum, hand, mark, pairs)
    others = cells.total > cells.drawn
    cells = _Cells(*(column[others] for column in cells))
    # equal draws commute, so that this order makes sums the same whatever the order of the calls
    places = np.lexsort((cells.total, cells.marked, cells.drawn, cells.mark, cells.hand))
    cells = _Cells(*(column[places] for column in cells))
    begins = np.flatnonzero(starts_of(cells.hand) | starts_of(cells.mark))
    expected = cells.drawn * cells.marked / cells.total
    weight = cells.drawn * (cells.total - cells.drawn) / cells.total
    some = cells.marked > 0
    runs = np.concatenate([[0], np.cumsum(some)])[np.append(begins, some.size)]
    return Dealt(
        cells.hand[begins],
        cells.mark[begins],
        _sums(cells.drawn, begins).astype(np.int64),
        _sums(cells.observed, begins).astype(np.int64),
        _sums(expected, begins),
        _sums(weight, begins),
        *sums_of_draws(runs, cells.drawn[some], cells.marked[some], cells.total[some]),
    )


def _cells(stratum: Ints, hand: Ints, mark: Ints, pairs: tuple[Ints, Ints]) -> _Cells:
    hands, marks = int(hand.max(initial=0)) + 1, int(mark.max(initial=0)) + 1
    cell, drawn = np.unique(stratum * hands + hand, return_counts=True)
    of_stratum = np.bincount(cell // hands, minlength=int(pairs[0].max(initial=-1)) + 1)
    total = np.bincount(cell // hands, drawn, of_stratum.size).astype(np.int64)
    held = of_stratum[pairs[0]]  # every pair is looked at in each hand that calls in its stratum
    pair = np.repeat(np.arange(held.size), held)
    first = (np.cumsum(of_stratum) - of_stratum)[pairs[0]]
    place = np.repeat(first - (np.cumsum(held) - held), held) + np.arange(pair.size)
    marked = mark >= 0
    asked = pairs[0][pair] * marks + pairs[1][pair]
    in_stratum = _number(stratum[marked] * marks + mark[marked], asked)
    of_hand = (stratum[marked] * hands + hand[marked]) * marks + mark[marked]
    observed = _number(of_hand, cell[place] * marks + pairs[1][pair])
    return _Cells(cell[place] % hands, pairs[1][pair], drawn[place], observed, in_stratum, total[pairs[0]][pair])


def _number(values: Ints, asked: Ints) -> Ints:
    """How many of the values equal each one asked for."""
    found, counts = np.unique(values, return_counts=True)
    place = np.searchsorted(found, asked)
    there = place < found.size
    there[there] = found[place[there]] == asked[there]
    number = np.zeros(asked.size, np.int64)
    number[there] = counts[place[there]]
    return number


def _sums(values: Ints | Reals, begins: Ints) -> Reals:
    """Sums of the runs that begin there."""
    return np.add.reduceat(values, begins).astype(np.float64) if begins.size else np.zeros(0)
