"""What contradicts the records, against the definitions written out, and of very large inputs."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.mapping import CLOCK_SKEW_S
from data.schema import INSTANT
from features.frames.records import HOURS, RECORDS, STEPS, contradictions
from features.queues.turns import HURRIED, PAUSE_S, in_one_turn

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
TYPES = {**dict.fromkeys([*STEPS, *HOURS], INSTANT), "ticket_no": pa.int64(), "applicant": pa.int64()}
NAMES = ("centre_id", "booking_id", *STEPS, "ticket_no", "window_id", "clerk_id", "status", "applicant", *HOURS)

#: (window, beginning, length) in half minutes, so that some overlap by just the slack
service = st.tuples(st.none() | st.sampled_from("VW"), st.integers(0, 10), st.none() | st.integers(0, 6))
ticket = st.tuples(st.sampled_from(["north", "south"]), st.none() | st.integers(0, 5), st.none() | st.integers(0, 2))


def table_of(rows: list[dict]) -> pa.Table:
    columns = {name: pa.array([row.get(name) for row in rows], TYPES.get(name, pa.string())) for name in NAMES}
    return pa.table(columns)


def services_of(log) -> pa.Table:
    rows = []
    for window, begins, length in log:
        since = START + timedelta(seconds=30 * begins)
        until = None if length is None else since + timedelta(seconds=30 * length)
        rows.append({"centre_id": "north", "window_id": window, "served_from": since, "served_to": until})
    return table_of(rows)


@given(st.lists(service, max_size=12))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_one_turn_is_what_its_definition_says(log):
    found = in_one_turn(services_of(log)).to_pylist()
    known = [one for one in log if None not in one]
    for one, people in zip(log, found, strict=True):
        if None in one:
            assert people is None
            continue
        window, begins, length = one
        same = [other[1:] for other in known if other[0] == window]
        instants = [at for at, _ in same if lasts(begins, length, at)]
        assert people == max(sum(lasts(start, size, at) for start, size in same) for at in instants)


def lasts(begins: int, length: int, at: int) -> bool:
    """A service shorter than the slack still covers the instant at which it begins."""
    return at == begins or begins < at < begins + length - CLOCK_SKEW_S / 30


@given(st.lists(st.sampled_from([0, 8, 9, 60]), min_size=1, max_size=80))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_those_served_without_a_pause_are_of_one_turn_where_pauses_are_kept(pauses):
    since, rows = START, []
    for pause in [60, *pauses]:
        since += timedelta(seconds=pause)
        rows.append({"centre_id": "north", "window_id": "V", "served_from": since})
        since += timedelta(minutes=5)
        rows[-1]["served_to"] = since
    short = [pause <= PAUSE_S for pause in pauses]
    kept = sum(short) <= HURRIED * len(pauses)
    sizes = [1]
    for follows in short:
        sizes = [*sizes[:-1], sizes[-1] + 1] if follows and kept else [*sizes, 1]
    expected = [size for size in sizes for _ in range(size)]
    assert in_one_turn(table_of(rows)).to_pylist() == expected
    backwards = in_one_turn(table_of(rows[::-1])).to_pylist()
    assert backwards[::-1] == expected


@given(st.lists(ticket, max_size=12))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_numbering_is_what_its_definition_says(log):
    rows = [
        {"booking_id": "b", "centre_id": centre, "ticket_no": number, "applicant": who, "status": "served"}
        for centre, number, who in log
    ]
    found = contradictions(table_of(rows)).to_pylist()
    for (centre, number, who), row in zip(log, found, strict=True):
        there = [one for one in log if one[0] == centre and one[1] is not None]
        if number is None:
            assert {row[name] for name in ("ticket_gap", "ticket_repeated", "second_ticket")} == {None}
            continue
        lower = {one[1] for one in there if one[1] < number}
        assert row["ticket_gap"] == (number - max(lower) - 1 if lower else None)
        assert row["ticket_repeated"] == sum(one[1] == number for one in there) - 1
        own = {one[1] for one in there if one[2] == who and one[1] < number}
        assert row["second_ticket"] == (None if who is None else len(own) + 1)


@given(st.permutations(range(6)))
@settings(derandomize=True, deadline=None)
def test_the_order_of_rows_changes_nothing(places):
    rows = [
        {"booking_id": "b", "centre_id": "north", "ticket_no": n, "applicant": n % 2, "status": "served"}
        for n in (1, 1, 2, 5, 5, 9)
    ]
    moved = contradictions(table_of([rows[place] for place in places])).take(np.argsort(places))
    assert moved == contradictions(table_of(rows))


@pytest.mark.parametrize("length", [0, 10**6], ids=["one after another", "all overlapping"])
def test_half_a_million_at_one_window_take_a_moment(length):
    number = 500_000
    begins = np.arange(number) * 1_000_000
    table = services_of([]).schema.empty_table()
    columns = {name: pa.nulls(number, table[name].type) for name in NAMES}
    columns |= {name: pa.array(np.full(number, "1")) for name in ("centre_id", "booking_id", "window_id", "status")}
    columns["served_from"] = pa.array(begins).cast(INSTANT)
    columns["served_to"] = pa.array(begins + length * 1_000_000).cast(INSTANT)
    columns["ticket_no"] = columns["applicant"] = pa.array(np.arange(number))
    found = contradictions(pa.table(columns))
    assert found["served_in_one_turn"][number // 2].as_py() == (1 if length == 0 else number)
    assert found["second_ticket"][number // 2].as_py() == 1


shift = st.tuples(st.sampled_from(["north", "south"]), st.integers(0, 40), st.integers(0, 12))


@given(st.lists(shift, max_size=8), st.lists(st.tuples(st.sampled_from(["north", "east"]), st.integers(-9, 60))))
@settings(max_examples=300, derandomize=True, deadline=None)
def test_outside_opening_is_what_its_definition_says(shifts, served):
    def at(minute: int) -> datetime:
        return START + timedelta(minutes=minute)

    rows = [
        {"centre_id": centre, "opens_at": at(opens), "closes_at": at(opens + length)}
        for centre, opens, length in shifts
    ]
    rows += [
        {"centre_id": centre, "booking_id": "b", "status": "served", "served_from": at(minute)}
        for centre, minute in served
    ]
    found = contradictions(table_of(rows))["outside_opening_minutes"].to_pylist()
    for (centre, minute), minutes in zip(served, found, strict=True):
        lasting = [(opens, opens + length) for each, opens, length in shifts if each == centre and length]
        there = [max(0, opens - minute, minute - closes) for opens, closes in lasting]
        assert minutes == (min(there) if there else None)


def test_nothing_comes_of_nothing():
    assert contradictions(table_of([])) == RECORDS.empty_table()


def test_columns_without_a_value_give_nulls():
    found = contradictions(table_of([{"centre_id": "north", "booking_id": name, "status": "served"} for name in "ab"]))
    assert {name for name in RECORDS.names[2:] if found[name].null_count != 2} == set()
