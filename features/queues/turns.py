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
    """Per booking, how many people its window served in its turn, itself included; null without window or times.

    Two are served at one time when each begins more than `CLOCK_SKEW_S` (what clocks may differ by) before the other
    ends, or both at the same instant. A clerk who calls the next one before closing the last overlaps by less. Where
    clerks otherwise pause between two people (`HURRIED`), those whom a window serves one after another within
    `PAUSE_S` are of one turn, too: the papers of the next one lay on the table.
    """
    known = given(bookings["window_id"]) & given(bookings["served_from"]) & given(bookings["served_to"])
    rows = np.flatnonzero(known)
    served = bookings.filter(pa.array(known))
    window = group_codes(served, ["centre_id", "window_id"])
    since, ended = (micros(served[name], 0) for name in ("served_from", "served_to"))
    # shorter by the slack, and never empty: two such stretches overlap just where the docstring says
    until = np.maximum(ended - CLOCK_SKEW_S * SECOND, since + 1)
    people = np.zeros(known.size, np.int64)
    followed = _without_a_pause(group_codes(served, ["centre_id"]), window, since, ended)
    people[rows] = np.maximum(_together(window, since, until), followed)
    return pa.array(people, mask=~known)


def _without_a_pause(centre: Ints, window: Ints, since: Ints, ended: Ints) -> Ints:
    """How many people were served in the unbroken run that each is of; 1: alone, or at a centre without pauses."""
    order = np.lexsort((ended, since, window))
    next_one = order[1:]
    handover = ~starts_of(window[order])[1:]
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
def _together(window: Ints, since: Ints, until: Ints) -> Ints:
    """How many stretches of its window meet each stretch, itself included: those begun, less those over."""
    starts = starts_by(window)
    rows = bucket(window, starts)
    people = np.empty(window.size, np.int64)
    for number in range(starts.size - 1):
        mine = rows[starts[number] : starts[number + 1]]
        begins, ends = np.sort(since[mine]), np.sort(until[mine])
        for row in mine:
            begun = np.searchsorted(begins, until[row])
            people[row] = begun - np.searchsorted(ends, since[row], side="right")
    return people
