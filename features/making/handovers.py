"""A unit of quota in several hands: who gave it up, who took it, and how soon."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.arrays import HOUR_S, SECOND, given, group_codes, micros
from features.queues.lines import NEVER, Bools, Ints, bucket, compiled, order, starts_by

#: seconds within which a freed slot that somebody else takes was handed over: who watches for freed slots must see it,
#: choose it and fill in a form, of which typing alone takes some ten seconds (docs/sources.md, constants)
HANDOVER_S = 20

#: in which bookings of one instant are looked at
ORDER = ("created_at", "cancelled_at", "applicant", "booking_id")

#: no such booking
NOBODY = -1


class Holders(NamedTuple):
    """Bookings that hold a named slot: `slot` and `person`, codes from 0; `made` and `cancelled` (us, else `NEVER`)."""

    slot: Ints
    person: Ints
    made: Ints
    cancelled: Ints


def handovers(bookings: pa.Table, since_release: pa.Array) -> dict[str, pa.Array]:
    """Per booking of one day, by `slot_id` of its centre; `applicant`: a number, null for whom nobody identified.

    `handover_seconds` from another applicant's cancellation of its slot to its own creation (null: nobody else gave it
    up before); `handed_over`: whether its own cancellation was followed by another applicant's booking within
    `HANDOVER_S`; `slot_bookings`: how many different applicants have had the slot. All are null without a slot's name,
    and for whom nobody identified, who is nobody else either. And what `_change` says, with `since_release` in seconds.
    """
    named = given(bookings["slot_id"])
    known = named & given(bookings["applicant"])
    rows = np.flatnonzero(known)
    # what happens at one instant has an order of its own, the same whatever the order of rows
    places = pc.sort_indices(bookings.take(rows), [(name, "ascending") for name in ORDER])
    rows = rows[places.to_numpy()]
    held = bookings.take(rows)
    holders = Holders(
        slot=group_codes(held, ["centre_id", "slot_id"]),
        person=group_codes(held, ["applicant"]),
        made=micros(held["created_at"], 0),
        cancelled=micros(held["cancelled_at"], NEVER),
    )
    giver, taker, people = (np.full(named.size, NOBODY) for _ in range(3))
    parts = tuple(np.full(rows.size, NOBODY) for _ in range(3))
    _hand(holders, *parts)
    of_day = np.append(rows, NOBODY)
    giver[rows], taker[rows], people[rows] = of_day[parts[0]], of_day[parts[1]], parts[2]
    after, until = _gap(bookings, giver, np.arange(named.size)), _gap(bookings, np.arange(named.size), taker)
    return {
        "handover_seconds": pa.array(after / SECOND, mask=giver == NOBODY),
        "handed_over": pa.array(((taker != NOBODY) & (until <= HANDOVER_S * SECOND)).astype(np.float64), mask=~known),
        "slot_bookings": pa.array(people, mask=~known),
        **_change(bookings, giver, taker, since_release),
    }


def _gap(bookings: pa.Table, earlier: Ints, later: Ints) -> Ints:
    """Microseconds from the cancellation of the earlier to the creation of the later booking."""
    gap: Ints = micros(bookings["created_at"], 0)[later] - micros(bookings["cancelled_at"], 0)[earlier]
    return gap


def _change(bookings: pa.Table, giver: Ints, taker: Ints, since_release: pa.Array) -> dict[str, pa.Array]:
    """The change of hands that each booking took part in: the one in which it took its slot, else gave it up.

    Of the earlier and of the later booking alike: `handover_gap_seconds` from the giving-up to the taking;
    `slot_held_hours` for which the earlier had held the slot; `slot_grabbed_seconds` from the release to the creation
    of the earlier, null without a release; `handed_within_phone`: whether both name one telephone, null unless both
    name one. All null where the slot did not change hands.
    """
    own = np.arange(giver.size)
    earlier = np.where(giver != NOBODY, giver, own)
    later = np.where(giver != NOBODY, own, taker)
    none: Bools = later == NOBODY
    made, cancelled = micros(bookings["created_at"], 0), micros(bookings["cancelled_at"], 0)
    phone, named = group_codes(bookings, ["phone"]), given(bookings["phone"])
    released = since_release.is_valid().to_numpy(zero_copy_only=False)
    return {
        "handover_gap_seconds": pa.array(_gap(bookings, earlier, later) / SECOND, mask=none),
        "slot_held_hours": pa.array((cancelled - made)[earlier] / (HOUR_S * SECOND), mask=none),
        "slot_grabbed_seconds": pa.array(
            since_release.fill_null(0).to_numpy()[earlier], mask=none | ~released[earlier]
        ),
        "handed_within_phone": pa.array(
            (phone[earlier] == phone[later]).astype(np.float64), mask=none | ~named[earlier] | ~named[later]
        ),
    }


@compiled
def _hand(holders: Holders, giver: Ints, taker: Ints, people: Ints) -> None:
    """Fill in who gave each its slot up and who took it from it (`NOBODY` where none did), and people."""
    starts = starts_by(holders.slot)
    rows = bucket(holders.slot, starts)
    for slot in range(starts.size - 1):
        mine = rows[starts[slot] : starts[slot + 1]]
        makes, ends = holders.made[mine], holders.cancelled[mine]
        made, ended = order(makes), order(ends)
        freed = ended[ends[ended] < NEVER]
        person = holders.person[mine]
        _next(makes[made], mine[made], person[made], ends[freed], mine[freed], person[freed], giver)
        # the same with time turned round: the next booking is the last before, seen from the end
        latest, freed = made[::-1], freed[::-1]
        _next(-ends[freed], mine[freed], person[freed], -makes[latest], mine[latest], person[latest], taker)
        people[mine] = np.unique(person).size


@compiled
def _next(times: Ints, rows: Ints, person: Ints, before: Ints, whose: Ints, by: Ints, found: Ints) -> None:
    """The row of the latest of `before`, by another than the `person`, for each of the `times`; both ascending."""
    passed = 0
    last, other = -1, -1  # the latest, and the latest by another than that one's person
    for place in range(times.size):
        while passed < before.size and before[passed] <= times[place]:
            if last >= 0 and by[passed] != by[last]:
                other = last
            last = passed
            passed += 1
        if last >= 0:
            place_found = last if by[last] != person[place] else other
            if place_found >= 0:
                found[rows[place]] = whose[place_found]
