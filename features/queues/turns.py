"""People who are served in one turn: at one window, at one time or without a pause between them."""

import numpy as np
import pyarrow as pa

from data.mapping import CLOCK_SKEW_S
from features.arrays import SECOND, given, group_codes, micros, starts_of
from features.queues.lines import Ints, bucket, compiled, starts_by

#: seconds within which nobody comes from the seats to a window, which is ten metres of walking (docs/sources.md)
PAUSE_S = 8
#: of a centre's handovers of one day, the share that may be as short where pauses are kept: with more, its clocks are
#: coarse, or the end of a service is written down as the next begins
HURRIED = 0.05


def in_one_turn(bookings: pa.Table) -> pa.Array:
    """Per booking, how many people its clerk served in its turn at its window, itself included; null without window or
    times.

    Two are served at one time when each begins more than `CLOCK_SKEW_S` (what clocks may differ by) before the other
    ends, or both at the same instant. A clerk who calls the next one before closing the last overlaps by less. What
    counts is how many were served at one time at most: a service that is signed off hours late meets many, one after
    another. Where clerks otherwise pause between two people (`HURRIED`), those who are served one after another within
    `PAUSE_S` are of one turn, too: the papers of the next one lay on the table.
    """
    known = given(bookings["window_id"]) & given(bookings["served_from"]) & given(bookings["served_to"])
    rows = np.flatnonzero(known)
    served = bookings.filter(pa.array(known))
    hand = group_codes(served, ["centre_id", "window_id", "clerk_id"])
    since, ended = (micros(served[name], 0) for name in ("served_from", "served_to"))
    # shorter by the slack, and never empty: two such stretches overlap just where the docstring says
    until = np.maximum(ended - CLOCK_SKEW_S * SECOND, since + 1)
    people = np.zeros(known.size, np.int64)
    followed = _without_a_pause(group_codes(served, ["centre_id"]), hand, since, ended)
    people[rows] = np.maximum(_together(hand, since, until), followed)
    return pa.array(people, mask=~known)


def _without_a_pause(centre: Ints, hand: Ints, since: Ints, ended: Ints) -> Ints:
    """How many people were served in the unbroken run that each is of; 1: alone, or at a centre without pauses."""
    order = np.lexsort((ended, since, hand))
    next_one = order[1:]
    handover = ~starts_of(hand[order])[1:]
    pause = since[next_one] - ended[order[:-1]]
    short = handover & (pause >= 0) & (pause <= PAUSE_S * SECOND)
    size = int(centre.max(initial=-1)) + 1
    number, hurried = (np.bincount(centre[next_one], which, size) for which in (handover, short))
    follows = short & (hurried <= HURRIED * number)[centre[next_one]]
    run = np.cumsum(np.concatenate([[True], ~follows])[: order.size]) - 1
    people = np.empty(order.size, np.int64)
    people[order] = np.bincount(run)[run]
    return people


@compiled
def _together(hand: Ints, since: Ints, until: Ints) -> Ints:
    """How many stretches of its hand hold at one instant of each stretch at most, itself included."""
    starts = starts_by(hand)
    rows = bucket(hand, starts)
    people = np.empty(hand.size, np.int64)
    for number in range(starts.size - 1):
        mine = rows[starts[number] : starts[number + 1]]
        begins, ends = np.sort(since[mine]), np.sort(until[mine])
        # as each begins: those begun, less those over; in between it only falls
        at_once = np.searchsorted(begins, begins, side="right") - np.searchsorted(ends, begins, side="right")
        first, last = np.searchsorted(begins, since[mine]), np.searchsorted(begins, until[mine])
        people[mine] = _most(at_once, first, last)
    return people


@compiled
def _most(values: Ints, first: Ints, last: Ints) -> Ints:
    """The largest of the values from each `first` to before its `last`, by the largest of all runs of 1, 2, 4 … values
    (Bender and Farach-Colton 2000, The LCA problem revisited).
    """
    runs = [values]
    width = 1
    while 2 * width <= values.size:
        runs.append(np.maximum(runs[-1][:-width], runs[-1][width:]))
        width *= 2
    found = np.empty(first.size, np.int64)
    for place in range(first.size):
        level = 0
        while 2 << level <= last[place] - first[place]:
            level += 1
        run = runs[level]
        found[place] = max(run[first[place]], run[last[place] - (1 << level)])
    return found
