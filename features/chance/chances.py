"""How many of a clerk's calls chance alone makes strange: exact distributions of sums of draws.

In one hour of one queue, `total` calls are made, `marked` of them strange. If strangeness does not care who calls, a
clerk who makes `drawn` of them gets as many strange ones as a draw without replacement: the hypergeometric distribution
of Fisher's exact test (The logic of inductive inference, 1935). Nothing is estimated: how busy the hour was, or whether
the calling system failed for everybody, is in `marked` and `total`. Hours and days add up by convolution. Such a sum is
one of independent unequal coins, a Poisson-binomial (Vatutin and Mikhailov, 1982); with some hundred terms the exact
sum costs less than the screening that would avoid it.
"""

import numpy as np
import numpy.typing as npt

from features.queues.lines import Ints, compiled

Reals = npt.NDArray[np.float64]

#: probability below which both ends of a distribution are cut off, so that a clerk of 100,000 calls has one as long as
#: its spread and not as its calls; no p-value is told apart below it
TRIM = 1e-20


@compiled
def _draw(drawn: int, marked: int, total: int) -> tuple[int, Reals]:
    """Marked ones among `drawn` of `total`: the lowest number, and the probability of each number from there on.

    From the most likely number outwards, by ratios of neighbours, until what is left does not count.
    """
    low, high = max(0, drawn + marked - total), min(drawn, marked)
    top = min(max((drawn + 1) * (marked + 1) // (total + 2), low), high)
    unmarked = total - marked - drawn
    above, place, weight = [1.0], top, 1.0
    while place < high and weight > TRIM:
        weight *= (drawn - place) * (marked - place) / ((place + 1.0) * (unmarked + place + 1.0))
        place += 1
        above.append(weight)
    below, place, weight = [0.0 for _ in range(0)], top, 1.0
    while place > low and weight > TRIM:
        weight *= place * (unmarked + float(place)) / ((drawn - place + 1.0) * (marked - place + 1.0))
        place -= 1
        below.append(weight)
    found = np.array(below[::-1] + above)
    return place, found / found.sum()


@compiled
def _added(left: Reals, right: Reals) -> Reals:
    """The distribution of the sum of two independent numbers."""
    found = np.zeros(left.size + right.size - 1)
    for place in range(left.size):
        for step in range(right.size):  # a slice of `found` would be two arrays more, each time
            found[place + step] += left[place] * right[step]
    return found


@compiled
def _trimmed(chance: Reals) -> tuple[int, int]:
    """The part of a distribution that counts."""
    first, end = 0, chance.size
    while end - first > 1 and chance[first] < TRIM:
        first += 1
    while end - first > 1 and chance[end - 1] < TRIM:
        end -= 1
    return first, end


@compiled
def sums_of_draws(starts: Ints, drawn: Ints, marked: Ints, total: Ints) -> tuple[Ints, Ints, Reals]:
    """For each run `starts[i]:starts[i + 1]` of draws, the distribution of the marked ones in all of them.

    The lowest number of each, where each distribution ends, and all of them one after the other.
    """
    runs = starts.size - 1
    lowest, ends = np.zeros(runs, np.int64), np.zeros(runs, np.int64)
    found, used = np.empty(max(2 * runs, 16)), 0
    for run in range(runs):
        low, chance = 0, np.ones(1)
        for draw in range(starts[run], starts[run + 1]):
            begin, one = _draw(drawn[draw], marked[draw], total[draw])
            chance = _added(chance, one)
            first, end = _trimmed(chance)
            low += begin + first
            chance = chance[first:end]
        if used + chance.size > found.size:
            found = np.concatenate((found, np.empty(found.size + chance.size)))
        found[used : used + chance.size] = chance
        used += chance.size
        lowest[run], ends[run] = low, used
    return lowest, ends, found[:used].copy()


@compiled
def tails_of_sums(starts: Ints, lowest: Ints, ends: Ints, chances: Reals, observed: Ints) -> Reals:
    """For each run of distributions, the probability that their sum is `observed` or more; no lower than `TRIM`.

    Distributions as `sums_of_draws` gives them, `starts` dividing them into runs.
    """
    found = np.ones(starts.size - 1)
    for run in range(found.size):
        low, chance = 0, np.ones(1)
        for part in range(starts[run], starts[run + 1]):
            chance = _added(chance, chances[(0 if part == 0 else ends[part - 1]) : ends[part]])
            first, end = _trimmed(chance)
            low += lowest[part] + first
            chance = chance[first:end]
        if observed[run] > low:
            found[run] = min(max(chance[min(observed[run] - low, chance.size) :].sum(), TRIM), 1.0)
    return found
