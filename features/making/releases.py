"""Bookings against the slots that were released: how soon after a release, and how many more than there were."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.arrays import SECOND, given, group_codes, micros
from features.queues.lines import NEVER, Bools, Ints, bucket, compiled, order, starts_by

#: what happens to a queue's slots; of the same instant in this order
RELEASED, CANCELLED, MADE = 0, 1, 2

#: when slots count as released whose release has no time: before everything
EVER = -(NEVER >> 8)  # us

#: slots beyond which no queue of a day is full; sums of more would leave 64 bits
PLENTY = 2**31


class Events(NamedTuple):
    """What happened to the slots on offer, all int64: `key` orders by instant, then kind.

    `pool`: codes from 0 of those who share one release; `kind` as above; `slots` put on offer by a release; `row` of
    the booking, 0 for a release.
    """

    pool: Ints
    key: Ints
    kind: Ints
    slots: Ints
    row: Ints


def against_release(bookings: pa.Table, quotas: pa.Table) -> tuple[pa.Array, pa.Array]:
    """Per booking of one day: seconds since slots were last released, and by how many the bookings exceed them.

    An item without quotas of its own shares those that its centre released for all items. Seconds are negative for a
    booking made before the first release; null where no release has a time. What holds a slot is a booking with
    `slot_start`, from its creation to its cancellation; bookings of the same instant do not count against each other,
    so that a log in whole minutes accuses nobody. The excess counts the booking itself; null for a walk-in, and both
    are null where nothing was released.
    """
    pool, released = _pools(bookings, quotas)
    made, cancelled = micros(bookings["created_at"], 0), micros(bookings["cancelled_at"], NEVER)
    holds = given(bookings["slot_start"]) & (cancelled > made)
    freed = holds & (cancelled < NEVER)
    at = micros(quotas["created_at"], EVER)
    slots = quotas["released_slots"].to_numpy()
    rows = np.arange(made.size)
    moments = np.concatenate([at, cancelled[freed], made])
    kinds = np.repeat([RELEASED, CANCELLED, MADE], [at.size, int(freed.sum()), made.size])
    events = Events(
        pool=np.concatenate([pool[made.size :], pool[: made.size][freed], pool[: made.size]]),
        key=moments * 3 + kinds,
        kind=kinds,
        slots=np.concatenate([slots, np.zeros(kinds.size - at.size, np.int64)]),
        row=np.concatenate([np.zeros(at.size, np.int64), rows[freed], rows]),
    )
    since, beyond = np.full(made.size, NEVER), np.zeros(made.size, np.int64)
    _sweep(events, holds, since, beyond)
    assessed = released[pool[: made.size]]
    seconds = pa.array(since / SECOND, mask=~assessed | (since == NEVER))
    return seconds, pa.array(beyond, mask=~assessed | ~given(bookings["slot_start"]))


def _pools(bookings: pa.Table, quotas: pa.Table) -> tuple[Ints, Bools]:
    """The pool of each booking and then of each release, and of each pool whether anything was released in it."""
    names = ["centre_id", "service_code"]
    both = pa.concat_tables([bookings.select(names), quotas.select(names)])
    item = group_codes(both, names)
    own = np.zeros(int(item.max(initial=0)) + 1, np.bool_)
    own[item[bookings.num_rows :]] = True
    named = pc.and_(pa.array(own[item]), both["service_code"].is_valid())
    shared = pa.table({"centre_id": both["centre_id"], "item": pc.if_else(named, pa.array(item), None)})
    pool = group_codes(shared, shared.column_names)
    released = np.zeros(int(pool.max(initial=0)) + 1, np.bool_)
    released[pool[bookings.num_rows :]] = True
    return pool, released


@compiled
def _sweep(events: Events, holds: Bools, since: Ints, beyond: Ints) -> None:
    """Fill in `since` (us; `NEVER`: no release has a time) and `beyond` for each booking."""
    starts = starts_by(events.pool)
    rows = bucket(events.pool, starts)
    for pool in range(starts.size - 1):
        mine = rows[starts[pool] : starts[pool + 1]]
        mine = mine[order(events.key[mine])]
        last = NEVER  # the release that a booking is measured from: at first the first one
        for at in mine:
            if events.kind[at] == RELEASED and events.key[at] // 3 > EVER:
                last = events.key[at] // 3
                break
        slots, held, before, instant = 0, 0, 0, EVER
        for at in mine:
            now = events.key[at] // 3
            if now != instant:
                before, instant = held, now  # what cancellations of this instant free, is free
            if events.kind[at] == RELEASED:
                slots = min(slots + min(events.slots[at], PLENTY), PLENTY)
                if now > EVER:
                    last = now
            elif events.kind[at] == CANCELLED:
                held -= 1
                before -= 1
            else:
                row = events.row[at]
                if last != NEVER:
                    since[row] = now - last
                beyond[row] = max(before + 1 - slots, 0)
                held += holds[row]
