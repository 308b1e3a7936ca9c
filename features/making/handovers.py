"""A unit of quota in several hands: who gave it up, who took it, and how soon."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from features.arrays import SECOND, given, group_codes, micros
from features.queues.lines import NEVER, Ints, bucket, compiled, order, starts_by

#: seconds within which a freed slot that somebody else takes was handed over: who watches for freed slots must see it,
#: choose it and fill in a form, of which typing alone takes some ten seconds (docs/sources.md, constants)
HANDOVER_S = 20


class Holders(NamedTuple):
    """Bookings that hold a named slot: `slot` and `person`, codes from 0; `made` and `cancelled` (us, else `NEVER`)."""

    slot: Ints
    person: Ints
    made: Ints
    cancelled: Ints


def handovers(bookings: pa.Table) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Per booking of one day, by `slot_id` of its centre; `applicant`: a number, null for whom nobody identified.

    Seconds from another applicant's cancellation of its slot to its own creation (null: nobody else gave it up
    before); whether its own cancellation was followed by another applicant's booking within `HANDOVER_S`; how many
    different applicants have had the slot. All are null without a slot's name, and for whom nobody identified, who is
    nobody else either.
    """
    named = given(bookings["slot_id"])
    known = named & given(bookings["applicant"])
    rows = np.flatnonzero(known)
    held = bookings.filter(pa.array(known))
    holders = Holders(
        slot=group_codes(held, ["centre_id", "slot_id"]),
        person=group_codes(held, ["applicant"]),
        made=micros(held["created_at"], 0),
        cancelled=micros(held["cancelled_at"], NEVER),
    )
    after, until, people = np.full(named.size, NEVER), np.full(named.size, NEVER), np.zeros(named.size, np.int64)
    parts = tuple(np.full(rows.size, NEVER) for _ in range(3))
    _hand(holders, *parts)
    after[rows], until[rows], people[rows] = parts
    return (
        pa.array(after / SECOND, mask=after == NEVER),
        pa.array((until <= HANDOVER_S * SECOND).astype(np.float64), mask=~known),
        pa.array(people, mask=~known),
    )


@compiled
def _hand(holders: Holders, after: Ints, until: Ints, people: Ints) -> None:
    """Fill in time after another's cancellation, time until another's booking (us, else `NEVER`), and people."""
    starts = starts_by(holders.slot)
    rows = bucket(holders.slot, starts)
    for slot in range(starts.size - 1):
        mine = rows[starts[slot] : starts[slot + 1]]
        makes, ends = holders.made[mine], holders.cancelled[mine]
        made, ended = order(makes), order(ends)
        person = holders.person[mine]
        _next(makes[made], person[made], ends[ended], person[ended], mine[made], after)
        # the same with time turned round: the next booking is the last before, seen from the end
        latest, freed = made[::-1], ended[::-1]
        freed = freed[ends[freed] < NEVER]
        _next(-ends[freed], person[freed], -makes[latest], person[latest], mine[freed], until)
        people[mine] = np.unique(person).size


@compiled
def _next(times: Ints, person: Ints, before: Ints, by: Ints, rows: Ints, apart: Ints) -> None:
    """Time from the latest of `before`, by another than the `person`, to each of the `times`; both ascending."""
    passed = 0
    last, other = -1, -1  # the latest, and the latest by another than that one's person
    for place in range(times.size):
        while passed < before.size and before[passed] <= times[place]:
            if last >= 0 and by[passed] != by[last]:
                other = last
            last = passed
            passed += 1
        if last >= 0:
            found = last if by[last] != person[place] else other
            if found >= 0:
                apart[rows[place]] = times[place] - before[found]
