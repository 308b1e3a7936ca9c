"""Bookings that come from one device or address faster than people book."""

import numpy as np
import pyarrow as pa

from features.arrays import SECOND, given, group_codes, micros
from features.queues.lines import NEVER, Ints, bucket, compiled, order, starts_by

BURST_S = 60  # a minute, in which bookings from one identifier are counted

RUSH = pa.schema(
    [
        pa.field("kind", pa.string()),
        pa.field("centre_id", pa.string()),
        pa.field("booking_id", pa.string()),
        pa.field("bookings_a_minute", pa.int64()),
        pa.field("seconds_since", pa.float64()),
    ]
)


def rush(events: pa.Table) -> pa.Table:
    """For each of the night's bookings, the most bookings of its identifier in any 60 s of a day that contain it.

    And the seconds since that identifier booked for another applicant last (null: not before, that day). `events`:
    `created_day`, `kind`, `identifier` and `applicant` as numbers, `created_at`, `at_centre`, and the night's
    `booking_id`.
    """
    most, since = np.zeros(events.num_rows, np.int64), np.full(events.num_rows, NEVER)
    identifier = group_codes(events, ["kind", "identifier", "created_day"])
    person = np.where(given(events["applicant"]), group_codes(events, ["applicant"]), -1)
    _scan(identifier, person, micros(events["created_at"], 0), most, since)
    table = pa.table(
        [
            events["kind"],
            events["at_centre"],
            events["booking_id"],
            pa.array(most),
            pa.array(since / SECOND, mask=since == NEVER),
        ],
        schema=RUSH,
    )
    return table.filter(table["booking_id"].is_valid())


@compiled
def _scan(identifier: Ints, person: Ints, made: Ints, most: Ints, since: Ints) -> None:
    """Fill in `most` and `since` (us; `NEVER`: nobody before); `person`: -1 for whom nobody identified."""
    starts = starts_by(identifier)
    rows = bucket(identifier, starts)
    for number in range(starts.size - 1):
        mine = rows[starts[number] : starts[number + 1]]
        mine = mine[order(made[mine])]
        _most(mine, made, most)
        _since(mine, person, made, since)


@compiled
def _most(mine: Ints, made: Ints, most: Ints) -> None:
    """Of one identifier's bookings, in order of time: the fullest of the windows that contain each."""
    size = np.empty(mine.size, np.int64)  # of the window that ends with this booking
    low = 0
    for place in range(mine.size):
        while made[mine[place]] - made[mine[low]] >= BURST_S * SECOND:
            low += 1
        size[place] = place + 1 - low
    ends = np.empty(mine.size, np.int64)  # from `head` to `tail` the ends of such windows, the fullest first
    head, tail, high = 0, 0, 0
    for place in range(mine.size):
        while high < mine.size and made[mine[high]] - made[mine[place]] < BURST_S * SECOND:
            while tail > head and size[ends[tail - 1]] <= size[high]:
                tail -= 1
            ends[tail] = high
            tail += 1
            high += 1
        while ends[head] < place:
            head += 1
        most[mine[place]] = size[ends[head]]


@compiled
def _since(mine: Ints, person: Ints, made: Ints, since: Ints) -> None:
    """Of one identifier's bookings, in order of time: since another's; none where two are made at once."""
    last, other = -1, -1  # the latest booking, and the latest by another than that one's applicant
    place = 0
    while place < mine.size:
        end = place
        among = -1  # one of this instant's
        several = False
        while end < mine.size and made[mine[end]] == made[mine[place]]:
            if person[mine[end]] >= 0:
                several |= among >= 0 and person[mine[end]] != person[among]
                among = mine[end]
            end += 1
        for row in mine[place:end]:
            if person[row] < 0:
                continue
            if several:
                since[row] = 0
            elif last >= 0:
                before = last if person[last] != person[row] else other
                if before >= 0:
                    since[row] = made[row] - made[before]
        for row in mine[place:end]:
            if person[row] >= 0:
                if last >= 0 and person[row] != person[last]:
                    other = last
                last = row
        place = end
