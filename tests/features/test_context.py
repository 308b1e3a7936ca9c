"""What the hall was like: laws of the kernels behind the frame."""

from collections.abc import Sequence
from datetime import timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.queues.context import IN_HALL, OVER_WEEKS, in_hall, over_weeks
from tests.features.test_calls import OPENS, day_of, person

laws = settings(derandomize=True, max_examples=100, deadline=None)
FEATURES = [name for name in IN_HALL.names if name not in {"centre_id", "booking_id"}]
TIMES = st.one_of(st.none(), st.integers(0, 90))
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "centre_id": st.sampled_from(["north", "south"]),
            "service_code": st.sampled_from(["card", "move"]),
            "clerk_id": st.sampled_from(["A", "B", "C", None]),
            "window_id": st.sampled_from(["W1", "W2", None]),
            "checked_in_at": TIMES,
            "called_at": TIMES,
        }
    ),
    min_size=1,
    max_size=25,
)
SHIFTS = st.lists(st.tuples(st.sampled_from(["north", "south"]), st.integers(0, 60), st.integers(1, 60)), max_size=4)


def hall(people: list[dict], shifts: Sequence[tuple[str, int, int]] = ()) -> pa.Table:
    """The kernel's rows: bookings, and shifts that open at a minute after nine for some minutes."""
    instant = pa.timestamp("us", "UTC")
    times = [[OPENS + timedelta(minutes=at) for _, at, _ in shifts]]
    times.append([OPENS + timedelta(minutes=at + length) for _, at, length in shifts])
    opened = pa.table(
        [pa.array([centre for centre, _, _ in shifts], pa.string()), *(pa.array(found, instant) for found in times)],
        names=["centre_id", "opens_at", "closes_at"],
    )
    return pa.concat_tables([day_of(people), opened], promote_options="permissive")


def values(rows: pa.Table) -> dict[str, tuple]:
    return {row["booking_id"]: tuple(row[name] for name in FEATURES) for row in in_hall(rows).to_pylist()}


@laws
@given(PEOPLE, SHIFTS, st.permutations("ABC"))
def test_new_names_of_clerks_change_nothing(people, shifts, names):
    named = dict(zip("ABC", names, strict=True)) | {None: None}
    renamed = [each | {"clerk_id": named[each["clerk_id"]]} for each in people]
    assert values(hall(people, shifts)) == values(hall(renamed, shifts))


@laws
@given(PEOPLE, SHIFTS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_bit(people, shifts, chance):
    rows = hall(people, shifts)
    places = list(range(rows.num_rows))
    chance.shuffle(places)
    assert values(rows.take(pa.array(places))) == values(rows)


@laws
@given(PEOPLE, SHIFTS)
def test_a_centre_is_judged_by_itself(people, shifts):
    both = values(hall(people, shifts))
    for centre in ("north", "south"):
        mine = [each | {"booking_id": str(place)} for place, each in enumerate(people) if each["centre_id"] == centre]
        if mine:
            alone = values(hall(mine, [shift for shift in shifts if shift[0] == centre]))
            assert alone == {name: both[name] for name in alone}


@laws
@given(PEOPLE, SHIFTS)
def test_a_silence_is_the_longest_run_of_minutes_without_a_call(people, shifts):
    """Minute by minute: no call, somebody waits, and a window is open, or the first call is over."""
    outage = FEATURES.index("outage_minutes")
    found = values(hall(people, shifts))
    for centre in {each["centre_id"] for each in people}:
        here = [each for each in people if each["centre_id"] == centre and each["called_at"] is not None]
        waited = [each for each in here if each["checked_in_at"] is not None]
        open_at = {at + n for place, at, length in shifts if place == centre for n in range(length)}
        shifted = any(place == centre for place, _, _ in shifts)
        calls = sorted(each["called_at"] for each in here)
        longest = run = 0
        for minute in range(200):
            if minute in calls:
                run = 0
            somebody = any(each["checked_in_at"] <= minute < each["called_at"] for each in waited)
            counts = minute in open_at if shifted else bool(calls) and calls[0] <= minute < calls[-1]
            run = run + 1 if somebody and counts else 0
            longest = max(longest, run)
        number = next(str(place) for place, each in enumerate(people) if each["centre_id"] == centre)
        assert found[number][outage] == (longest if waited else None)


def test_everybody_s_outage_is_spread_evenly_and_one_clerk_s_jumps_are_not():
    outage = [person(checked_in_at=n, called_at=60 - n, clerk_id="ABC"[n % 3]) for n in range(30)]
    jumps = [person(checked_in_at=n, called_at=30 + n, clerk_id="ABC"[n % 3]) for n in range(28)]
    jumps += [person(checked_in_at=20, called_at=at, clerk_id="A") for at in (25, 26)]
    spread = FEATURES.index("disorder_spread")
    assert values(hall(outage))["0"][spread] == pytest.approx(1, abs=0.01)
    assert values(hall(jumps))["0"][spread] == 0


def test_without_the_centre_s_clock_nobody_knows_which_windows_were_open():
    rows = hall([person(checked_in_at=0, called_at=9, window_id="W1"), person(checked_in_at=1, called_at=8)])
    at = rows.schema.get_field_index("utc_offset_s")
    unknown = values(rows.set_column(at, "utc_offset_s", pa.nulls(rows.num_rows, pa.int64())))
    windows = FEATURES.index("people_per_window")
    assert [found[windows] for found in values(rows).values()] == [0, 1]
    assert [found[windows] for found in unknown.values()] == [None, None]
    assert [found[0] for found in unknown.values()] == [found[0] for found in values(rows).values()]


def test_nobody_and_a_hundred_thousand_are_no_matter():
    empty = hall([person(called_at=1)]).slice(0, 0)
    assert in_hall(empty).num_rows == 0
    size = 100_000
    crowd = [person(checked_in_at=n, called_at=20 - n, clerk_id="AB"[n % 2], window_id="W1") for n in range(10)]
    rows = hall(crowd).take(pa.array([n % 10 for n in range(size)]))
    rows = rows.set_column(
        rows.schema.get_field_index("booking_id"), "booking_id", pa.array(range(size)).cast(pa.string())
    )
    assert in_hall(rows).num_rows == size


def test_without_weeks_nothing_is_known_of_them():
    names = ["released_slots", "refusals", "served", "timed", "log_seconds", "log_usual"]
    rows = pa.table(
        {
            **{name: ["north"] for name in ("centre_id", "booking_id", "hand_id")},
            "days_ago": [0],
            **{name: pa.nulls(1, pa.int64()) for name in names},
        }
    )
    (found,) = over_weeks(rows).to_pylist()
    assert [found[name] for name in OVER_WEEKS.names[2:]] == [None] * 4
