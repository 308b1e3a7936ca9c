"""Tickets against check-ins: the kernel's count against its definition."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from data.schema import INSTANT
from features.queues.tickets import against_tickets

OPENING = datetime(2026, 3, 2, 9, tzinfo=UTC)
COLUMNS = pa.schema([("centre_id", pa.string()), ("ticket_no", pa.int64()), ("checked_in_at", INSTANT)])
laws = settings(derandomize=True, max_examples=150, deadline=None)

# few distinct numbers and minutes, so that ties and nulls come up all the time
ticket = st.tuples(
    st.sampled_from(["north", "south"]),
    st.one_of(st.none(), st.integers(0, 8)),
    st.one_of(st.none(), st.integers(0, 8).map(lambda minutes: OPENING + timedelta(minutes=minutes))),
)
tickets = st.lists(ticket, max_size=25)


def table(rows: list[tuple]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(COLUMNS.names, row, strict=True)) for row in rows], COLUMNS)


def tickets_contradicted(bookings: pa.Table) -> pa.Array:
    return against_tickets(bookings)["tickets_contradicted"]


def by_definition(rows: list[tuple]) -> list[int | None]:
    def count(centre, number, came):
        if number is None or came is None:
            return None
        known = [(n, t) for c, n, t in rows if c == centre and n is not None and t is not None]
        return sum(n < number and t > came for n, t in known)

    return [count(*row) for row in rows]


@laws
@given(rows=tickets)
def test_the_count_is_the_definition_s(rows):
    assert tickets_contradicted(table(rows)).to_pylist() == by_definition(rows)


@laws
@given(rows=tickets)
def test_who_contradicts_and_who_is_contradicted_are_the_same_pairs(rows):
    back = [
        (centre, number and -number, came and OPENING - (came - OPENING)) for centre, number, came in rows
    ]  # the day told backwards: who had a lower number and came later has a higher one and came earlier
    assert against_tickets(table(rows))["tickets_predated"].to_pylist() == by_definition(back)


@laws
@given(rows=tickets, pieces=st.integers(1, 4))
def test_how_the_table_is_cut_into_chunks_does_not_matter(rows, pieces):
    step = max(1, len(rows) // pieces)
    cut = pa.concat_tables([table([]), *(table(rows[n : n + step]) for n in range(0, len(rows), step))])
    assert tickets_contradicted(cut).to_pylist() == by_definition(rows)


@laws
@given(rows=tickets)
def test_tickets_numbered_as_people_came_contradict_nothing(rows):
    times = sorted(came for _, _, came in rows if came)
    fair = [("north", number, came) for number, came in enumerate(times)]
    assert set(tickets_contradicted(table(fair)).to_pylist()) <= {0}


@laws
@given(rows=tickets, later=st.integers(1, 1_000))
def test_clocks_and_counters_that_start_elsewhere_change_nothing(rows, later):
    shifted = [
        (centre, number if number is None else number + later, came and came + timedelta(seconds=later))
        for centre, number, came in rows
    ]
    assert tickets_contradicted(table(shifted)).to_pylist() == by_definition(rows)


def test_no_bookings_no_counts():
    assert tickets_contradicted(table([])).to_pylist() == []
