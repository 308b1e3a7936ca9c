"""Waits beside others': the shares against their definition."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.schema import INSTANT
from features.queues.waits import waits

OPENING = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TIMES = ("slot_start", "checked_in_at", "called_at")
COLUMNS = pa.schema(
    [("centre_id", pa.string()), ("service_code", pa.string()), ("utc_offset_s", pa.int64())]
    + [(name, INSTANT) for name in TIMES]
)
laws = settings(derandomize=True, max_examples=150, deadline=None)
# a whole number of ten minutes, so that ties and two hours come up all the time
ten_minutes = st.one_of(st.none(), st.integers(0, 8))
bookings = st.lists(st.tuples(st.sampled_from(["card", "pension"]), ten_minutes, ten_minutes, ten_minutes), max_size=20)


def table(rows: list[tuple], offset: int = 0) -> pa.Table:
    def at(tens: int | None) -> datetime | None:
        return None if tens is None else OPENING + timedelta(minutes=10 * tens)

    return pa.Table.from_pylist(
        [
            {"centre_id": "north", "service_code": queue, "utc_offset_s": offset}
            | dict(zip(TIMES, map(at, times), strict=True))
            for queue, *times in rows
        ],
        COLUMNS,
    )


def share(part: list, whole: list) -> float | None:
    return len(part) / len(whole) if whole else None


def by_definition(rows: list[tuple]) -> list[tuple[float | None, float | None]]:
    known = [
        (n, queue, max(slot or 0, came), called - max(slot or 0, came))
        for n, (queue, slot, came, called) in enumerate(rows)
        if came is not None and called is not None
    ]
    found = [(None, None)] * len(rows)
    for n, queue, entitled, waited in known:
        others = [other for other in known if other[0] != n and other[1] == queue]
        hour = [other[3] for other in others if (other[2] + 3) // 6 == (entitled + 3) // 6]
        earlier = [other[3] for other in others if other[2] < entitled]
        found[n] = (
            share([wait for wait in hour if wait < waited], hour),
            share([wait for wait in earlier if wait > waited], earlier),
        )
    return found


@laws
@given(rows=bookings)
def test_the_shares_are_the_definition_s(rows):
    found = waits(table(rows))
    expected = by_definition(rows)
    assert found["waited_less"].to_pylist() == pytest.approx([one for one, _ in expected])
    assert found["earlier_waited_longer"].to_pylist() == pytest.approx([other for _, other in expected])


def test_hours_are_those_of_the_centre_s_clock():
    """9:50 and 10:10 in UTC are one hour where clocks are half an hour ahead."""
    rows = [("card", None, 2, 3), ("card", None, 4, 6)]
    assert waits(table(rows))["waited_less"].to_pylist() == [None, None]
    assert waits(table(rows, offset=1_800))["waited_less"].to_pylist() == [0, 1]
