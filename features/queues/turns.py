"""People who are served in one turn: at one window, at one time."""

import numpy as np
import pyarrow as pa

from data.mapping import CLOCK_SKEW_S
from features.arrays import SECOND, given, group_codes, micros
from features.queues.lines import Ints, bucket, compiled, starts_by


def in_one_turn(bookings: pa.Table) -> pa.Array:
    """Per booking, how many people its window served at its time, itself included; null without window or times.

    Two are served at one time when each begins more than `CLOCK_SKEW_S` (what clocks may differ by) before the other
    ends, or both at the same instant. A clerk who calls the next one before closing the last overlaps by less.
    """
    known = given(bookings["window_id"]) & given(bookings["served_from"]) & given(bookings["served_to"])
    rows = np.flatnonzero(known)
    served = bookings.filter(pa.array(known))
    window = group_codes(served, ["centre_id", "window_id"])
    since = micros(served["served_from"], 0)
    # shorter by the slack, and never empty: two such stretches overlap just where the docstring says
    until = np.maximum(micros(served["served_to"], 0) - CLOCK_SKEW_S * SECOND, since + 1)
    people = np.zeros(known.size, np.int64)
    people[rows] = _together(window, since, until)
    return pa.array(people, mask=~known)


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
