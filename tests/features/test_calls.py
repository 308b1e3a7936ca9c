"""What the hall was like as a call was made."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.order import counted
from features.queues.calls import CALLS, OF_BOOKINGS, of_calls

OPENS = datetime(2026, 3, 2, 9, tzinfo=UTC)
laws = settings(derandomize=True, max_examples=100, deadline=None)

MINUTES = st.one_of(st.none(), st.integers(0, 90))
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "centre_id": st.sampled_from(["north", "south"]),
            "service_code": st.sampled_from(["card", "move"]),
            "window_id": st.sampled_from(["W1", "W2", None]),
            "priority_class": st.sampled_from([None, None, "elderly", "recall"]),
            "checked_in_at": MINUTES,
            "called_at": MINUTES,
            "missed_at": MINUTES,
        }
    ),
    max_size=25,
)


def day_of(people: list[dict], offset_s: int | None = 0, discipline: str = "entitlement") -> pa.Table:
    """The bookings of a day; times in minutes after nine."""
    schema = CALLS.remove(CALLS.get_field_index("people_passed"))
    schema = pa.schema([schema.field(name) for name in OF_BOOKINGS])
    rows = []
    for number, person in enumerate(people):
        row = dict.fromkeys(OF_BOOKINGS) | {
            "service_day": date(2026, 3, 2),
            "booking_id": str(number),
            "status": "booked",
        }
        row |= person
        for name in ("checked_in_at", "called_at", "missed_at"):
            row[name] = None if row[name] is None else OPENS + timedelta(minutes=row[name])
        rows.append(row)
    table = pa.Table.from_pylist(rows, schema)
    table = table.append_column("utc_offset_s", pa.array([offset_s] * len(rows), pa.int64()))
    table = table.append_column("roster", pa.repeat(pa.scalar(0, pa.int64()), len(rows)))
    return table.append_column("discipline", pa.array([discipline] * len(rows), pa.string()))


def person(**cells: object) -> dict:
    return {"centre_id": "north", "service_code": "card"} | cells


@laws
@given(PEOPLE)
def test_who_waits_is_counted_as_the_definition_says(people):
    for call in of_calls(day_of(people)).to_pylist():
        if call["checked_in_at"] is None:
            assert call["waiting"] is None
            continue
        there = [
            other
            for other in day_of(people).to_pylist()
            if None not in (other["checked_in_at"], other["called_at"])
            and (other["centre_id"], other["service_code"]) == (call["centre_id"], call["service_code"])
            and other["checked_in_at"] <= call["called_at"] < other["called_at"]
        ]
        assert call["waiting"] == len(there)
        assert call["people_passed"] <= call["waiting"]


@laws
@given(PEOPLE, st.sampled_from(["entitlement", "check_in", "ticket", "slot"]))
def test_calls_pass_whom_the_ledger_says(people, discipline):
    day = day_of(people, discipline=discipline)
    ledger = {row["booking_id"]: row["people_passed"] for row in counted(day, discipline=discipline).to_pylist()}
    found = of_calls(day)
    assert {row["booking_id"]: row["people_passed"] for row in found.to_pylist()}.items() <= ledger.items()
    assert found.num_rows == sum(person["called_at"] is not None for person in people)


@pytest.mark.parametrize(
    ("offset_s", "hour"), [(0, 9), (8 * 3600, 17), (-10 * 3600, 23), (5 * 3600 + 1800, 15)], ids=str
)
def test_the_hour_is_read_on_the_centre_s_clock(offset_s, hour):
    found = of_calls(day_of([person(checked_in_at=0, called_at=30)], offset_s))
    assert found["hour"].to_pylist() == [hour]


def test_a_centre_without_a_clock_has_no_hour():
    day = pa.concat_tables([day_of([person(called_at=5)], None), day_of([person(called_at=5, centre_id="south")])])
    assert dict(zip(*of_calls(day).select(["centre_id", "hour"]).to_pydict().values(), strict=True)) == {
        "north": None,
        "south": 9,
    }


def test_bins_double_in_width():
    crowd = [person(checked_in_at=0, called_at=10 + number) for number in range(9)]
    assert of_calls(day_of(crowd))["load_bin"].to_pylist() == [4, 3, 3, 3, 3, 2, 2, 1, 0]


def test_windows_are_those_of_the_centre_that_call_in_the_hour():
    windows = [("W1", 5, "card"), ("W2", 6, "move"), ("W2", 7, "card"), (None, 8, "card"), ("W3", 65, "card")]
    people = [person(called_at=at, window_id=window, service_code=service) for window, at, service in windows]
    people.append(person(centre_id="south", called_at=5))
    assert of_calls(day_of(people))["windows_bin"].to_pylist() == [2, 2, 2, 2, 1, 0]


def test_a_class_or_a_missed_call_is_not_ordinary():
    people = [
        person(called_at=5),
        person(called_at=5, priority_class="astronaut"),
        person(called_at=5, missed_at=4),
        person(called_at=5, missed_at=6),
    ]
    assert of_calls(day_of(people))["ordinary"].to_pylist() == [True, False, False, True]


def test_a_hundred_thousand_in_one_queue_are_no_matter():
    size = 100_000
    crowd = day_of([person(checked_in_at=0, called_at=1)] * 10).take(pa.array([n % 10 for n in range(size)]))
    found = of_calls(crowd)
    assert found.num_rows == size
    assert set(found["waiting"].to_pylist()) == {0}
