"""Synthetic bookings for benchmarks: days of halls with queues, identifiers and clerks, made in columns."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

QUEUE_ROWS = 44  # people a queue and day, on average
SECOND = 1_000_000  # us
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE
OPENING = 8 * 60 * MINUTE  # us a hall is open
FIRST_DAY = 20_500  # days since 1970: 2026-02-16
CITIZENS_A_BOOKING = 15  # a citizen comes about twice a month's worth of service days
RING_SHARE = 0.01  # of the bookings, made by intermediaries on few phones
RING_ROWS = 2_000  # bookings a day for one telephone of an intermediary: it makes 20 of them
FAMILY = 2  # citizens that share a phone, on average


def make_day(number: int, rows: int) -> pa.Table:
    """The bookings of one service day, in the contract's columns.

    Queues have 44 people on average, some several hundred. A fifth is never called, four in a hundred of the others
    are called out of turn, one in a hundred comes through an intermediary.
    """
    chance = np.random.default_rng(number)
    weights = chance.lognormal(sigma=0.8, size=max(1, rows // QUEUE_ROWS))
    line = chance.choice(weights.size, rows, p=weights / weights.sum())
    start = (FIRST_DAY + number) * DAY
    slot = chance.integers(0, OPENING // (15 * MINUTE), rows) * 15 * MINUTE
    came = np.maximum(0, slot + chance.normal(-5, 15, rows) * MINUTE).astype(np.int64) // SECOND * SECOND
    wait = np.abs(chance.normal(25, 4, rows) * np.where(chance.random(rows) < 0.04, 0.2, 1))
    called = np.maximum(slot, came) + (wait * MINUTE).astype(np.int64) // SECOND * SECOND
    walk_in, uncalled, missed = chance.random((3, rows)) < np.array([[0.3], [0.2], [0.03]])
    online = (chance.random(rows) < 0.7) & ~walk_in
    citizen = chance.integers(0, rows * CITIZENS_A_BOOKING, rows)
    ring = chance.random(rows) < RING_SHARE
    phones = max(1, rows // RING_ROWS)
    phone = np.where(ring, chance.integers(0, phones, rows), phones + citizen // FAMILY)

    def instants(values: np.ndarray, null: np.ndarray | None = None) -> pa.Array:
        return pa.array(start + values, pa.timestamp("us", "UTC"), mask=null)

    def names(prefix: str, numbers: np.ndarray, null: np.ndarray | None = None) -> pa.Array:
        return pc.binary_join_element_wise(prefix, pa.array(numbers, mask=null).cast(pa.string()), "")

    def pseudonyms(kind: int, numbers: np.ndarray, null: np.ndarray | None = None) -> pa.Array:
        spread = (numbers.astype(np.uint64) * 4 + kind) * np.uint64(0x9E3779B97F4A7C15)  # Fibonacci hashing
        digits = np.frombuffer(spread.astype(">u8").tobytes().hex().encode(), "S16")
        return pa.array(digits.astype(str), mask=null)

    clerk = line * 3 + chance.integers(0, 3, rows)
    return pa.table(
        {
            "booking_id": names(f"{number:04}-", np.arange(rows)),
            "centre_id": names("centre-", line // 12),
            "service_code": names("service-", line % 12),
            "service_day": pa.array(np.full(rows, FIRST_DAY + number, np.int32)).cast(pa.date32()),
            "applicant_id": pseudonyms(0, citizen),
            "applicant_birth_year": pa.array(1940 + citizen % 60),
            "phone": pseudonyms(1, phone, walk_in),
            "device_id": pseudonyms(2, phone, ~online),
            "ip": pseudonyms(3, phone // 20, ~online),
            "channel": pc.if_else(pa.array(walk_in), "onsite", pc.if_else(pa.array(online), "online", "phone")),
            "created_at": instants(slot - chance.integers(1, 20, rows) * DAY),
            "slot_id": names("slot-", np.arange(rows), walk_in),
            "slot_start": instants(slot, walk_in),
            "ticket_no": pa.array(np.argsort(np.argsort(came, kind="stable"))),
            "checked_in_at": instants(came),
            "missed_at": instants(called - 2 * MINUTE, ~missed | uncalled),
            "called_at": instants(called, uncalled),
            "served_from": instants(called + MINUTE // 2, uncalled),
            "served_to": instants(called + 6 * MINUTE, uncalled),
            "window_id": names("W", clerk % 40, uncalled),
            "clerk_id": names("clerk-", clerk, uncalled),
            "priority_class": pa.array(np.full(rows, "elderly"), mask=chance.random(rows) > 0.08),
            "status": pc.if_else(pa.array(uncalled), "no_show", "served"),
        }
    )
