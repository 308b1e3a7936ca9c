"""Which rule a queue obeys: what each call says about the four rules, and the choice between them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from features.queues.lines import Bools, Ints

#: disagreements between two rules below which neither is preferred: of 50 fair ones, at most 1 in 100 would give
#: one side two thirds (binomial)
LEAST_DISAGREEMENTS = 50
#: share of the disagreements in which a rule must be right to take the place of the one before it. What a clerk
#: calls out of turn contradicts every rule alike, so that it settles disagreements like a coin.
CLEARLY_MORE = 2 / 3


class Trials(NamedTuple):
    """Trials of one kind by queue: `trials` of them, of which `agreed` agreed."""

    queue: Ints
    trials: Ints
    agreed: Ints


class Neighbours(NamedTuple):
    """Calls and the next ones of the same queue: `queue`, and for each rule whether it wants that order.

    `wanted`: [rule, pair], 1 where the rule wants the two called in the order in which they were, -1 where the
    other way round, 0 where it says nothing: equal ranks, or none.
    """

    queue: Ints
    wanted: npt.NDArray[np.int8]


def neighbours(queue: Ints, called: Ints, present: pa.ChunkedArray, ranks: Sequence[pa.ChunkedArray]) -> Neighbours:
    """Each ordinary call beside the next one in its queue, where the second was there at the first.

    One call gives one pair, so that somebody called far out of turn contradicts a rule once or twice, however many
    were passed. Who has no check-in time may have been there: then tickets alone can tell, as they are numbered in
    the order in which they are taken.
    """
    known = [pc.is_valid(rank).to_numpy() for rank in ranks]
    values = [pc.fill_null(rank, 0).to_numpy() for rank in ranks]
    came = pc.fill_null(present, np.iinfo(np.int64).min).to_numpy()
    place = np.lexsort((*reversed(values), called, queue))  # by rank within an instant: rows come in no order
    one, other = place[:-1], place[1:]
    after = (queue[one] == queue[other]) & (called[one] < called[other]) & (came[other] <= called[one])
    one, other = one[after], other[after]
    wanted = np.zeros((len(ranks), one.size), np.int8)
    for rule, (valid, value) in enumerate(zip(known, values, strict=True)):
        ordered = valid[one] & valid[other]
        wanted[rule] = np.where(ordered, np.sign(value[other] - value[one]), 0)
    return Neighbours(queue[one], wanted)


def fits(pairs: Neighbours, rule: int) -> Trials:
    """How many pairs a rule puts in an order, and how many were called in it."""
    return _by_queue(pairs.queue, pairs.wanted[rule] != 0, pairs.wanted[rule] > 0)


def disagreements(pairs: Neighbours, rule: int, against: int) -> Trials:
    """How many pairs two rules want in opposite orders, and how many were called as the first one wants."""
    opposite = pairs.wanted[rule] * pairs.wanted[against] < 0
    return _by_queue(pairs.queue, opposite, opposite & (pairs.wanted[rule] > 0))


def _by_queue(queue: Ints, trials: Bools, agreed: Bools) -> Trials:
    number = np.bincount(queue[trials])
    queues = np.flatnonzero(number)
    return Trials(queues, number[queues], np.bincount(queue[agreed], minlength=number.size)[queues])


def obeyed(trials: Ints, agreed: Ints) -> Ints:
    """The rule that each queue obeys best, from disagreements [queue, rule, against] for `against` below `rule`.

    The first rule stands until a later one clearly explains more; so it does where there is little evidence.
    """
    best = np.zeros(trials.shape[0], np.int64)
    everyone = np.arange(best.size)
    for rule in range(1, trials.shape[1]):
        number, right = trials[everyone, rule, best], agreed[everyone, rule, best]
        best[(number >= LEAST_DISAGREEMENTS) & (right >= CLEARLY_MORE * number)] = rule
    return best
