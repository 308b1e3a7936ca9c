"""The ledger as tables: the readable cases of Order.csv, what is not assessed, and laws of a whole day."""

import csv
import datetime as dt
from itertools import groupby
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.contract import DISCIPLINES, TABLES
from features import order
from features.order import COUNTS, PAIRS, UNLISTED, Discipline, ledger

DAY = dt.date(2026, 3, 2)
BOOKINGS = pa.schema(TABLES["bookings"].arrow)
laws = settings(derandomize=True, max_examples=40, deadline=None)

with (Path(__file__).parent / "Order.csv").open(newline="") as file:
    CASES = {name: list(rows) for name, rows in groupby(csv.DictReader(file), lambda row: row["case"])}


def at(clock: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(f"{DAY}T{clock}+00:00") if clock else None


def table(rows: list[dict[str, Any]]) -> pa.Table:
    """Bookings of one day; what a row leaves out has an ordinary value."""
    common = {
        "centre_id": "north",
        "service_code": "card",
        "service_day": DAY,
        "applicant_id": "someone",
        "channel": "online",
        "created_at": at("08:00:00"),
        "window_id": "W1",
        "clerk_id": "Li",
        "status": "served",
    }
    return pa.Table.from_pylist([common | row for row in rows], schema=BOOKINGS)


def booking(name: str, checked_in: str, called: str | None, **others: Any) -> dict[str, Any]:
    return {"booking_id": name, "checked_in_at": at(checked_in), "called_at": at(called), **others}


@pytest.mark.parametrize("case", CASES)
def test_case(case):
    rows = CASES[case]
    bookings = table(
        [
            booking(
                row["booking"],
                row["checked_in"],
                row["called"],
                slot_start=at(row["slot"]),
                missed_at=at(row["missed"]),
                priority_class=row["class"] or None,
            )
            for row in rows
        ]
    )
    result = ledger(bookings)
    counts = {row["booking_id"]: row for row in result.counts.to_pylist()}
    for row in rows:
        name = row["booking"]
        pairs = [pair for pair in result.pairs.to_pylist() if pair["booking_id"] == name]
        passed_by = [pair for pair in result.pairs.to_pylist() if pair["overtaken_id"] == name]
        if row["passed"] == "?":
            assert not pairs
            assert not passed_by
            assert {counts[name][column] for column in COUNTS.names[2:]} == {None}
            continue
        assert [pair["overtaken_id"] for pair in pairs] == row["passed"].split()
        assert [pair["reason"] or "unexplained" for pair in pairs] == row["reasons"].split()
        assert [pair["booking_id"] for pair in passed_by] == row["passed_by"].split()
        explained = [pair["reason"] is not None for pair in pairs]
        assert counts[name]["people_passed"] == explained.count(False)
        assert counts[name]["people_passed_explained"] == explained.count(True)
        for column, reasons in (
            ("priority", {"priority"}),
            ("recall", {"recall", "returning"}),
            ("absent", {"absent"}),
        ):
            listed = [pair for pair in pairs if pair["reason"] in reasons]
            assert counts[name][f"people_passed_{column}"] == len(listed)
        explained = [pair["reason"] is not None for pair in passed_by]
        assert counts[name]["passed_by"] == explained.count(False)
        assert counts[name]["passed_by_explained"] == explained.count(True)


def test_a_pair_names_the_window_and_clerk_of_the_one_who_passed_and_the_wait_of_the_other():
    bookings = table(
        [
            booking("a", "09:00:00", "09:30:00", window_id="W1", clerk_id="Li"),
            booking("b", "09:10:00", "09:12:30", window_id="W2", clerk_id="Wang"),
        ]
    )
    result = ledger(bookings)
    assert result.pairs.to_pylist() == [
        {
            "service_day": DAY,
            "centre_id": "north",
            "queue": "card",
            "booking_id": "b",
            "overtaken_id": "a",
            "waited_s": 750,
            "reason": None,
            "window_id": "W2",
            "clerk_id": "Wang",
        }
    ]
    assert result.counts["minutes_taken"].to_pylist() == [0.0, 10.0]
    assert result.counts["minutes_lost"].to_pylist() == [10.0, 0.0]


def test_no_bookings_give_empty_tables_of_the_contract():
    for discipline in get_args(Discipline):
        result = ledger(BOOKINGS.empty_table(), discipline=discipline)
        assert (result.pairs.schema, result.counts.schema, result.unlisted.schema) == (PAIRS, COUNTS, UNLISTED)
        assert result.pairs.num_rows == result.counts.num_rows == result.unlisted.num_rows == 0


def test_bookings_that_nobody_called_give_nulls_only():
    result = ledger(table([booking("a", "09:00:00", None), booking("b", "09:10:00", None)]))
    assert result.counts.column("people_passed").null_count == 2
    assert result.pairs.num_rows == 0


def test_the_disciplines_are_the_contract_s():
    assert get_args(Discipline) == DISCIPLINES


BY_DISCIPLINE = [
    booking("a", "09:00:00", "09:30:00", slot_start=at("09:20:00"), ticket_no=3),
    booking("b", "09:05:00", "09:25:00", slot_start=at("09:00:00"), ticket_no=1),
    booking("c", "09:06:00", "09:26:00", slot_start=None, ticket_no=None),
]


@pytest.mark.parametrize(
    ("discipline", "passed"),
    [
        ("entitlement", [0, 0, 0]),  # entitled b 09:05, c 09:06, a 09:20: called in that order
        ("check_in", [0, 1, 1]),  # a came first
        ("ticket", [0, 0, None]),  # b has the lower number, c has none
        ("slot", [0, 0, None]),  # b has the earlier slot, c none
    ],
)
def test_each_discipline_orders_by_its_own(discipline, passed):
    result = ledger(table(BY_DISCIPLINE), discipline=discipline)
    assert result.counts["people_passed"].to_pylist() == passed


def test_ticket_numbers_are_no_minutes():
    rows = [booking("a", "09:00:00", "09:30:00", ticket_no=1), booking("b", "09:01:00", "09:02:00", ticket_no=2)]
    counts = ledger(table(rows), discipline="ticket").counts
    assert counts["people_passed"].to_pylist() == [0, 1]
    assert counts["minutes_taken"].null_count == counts["minutes_lost"].null_count == 2


def test_centres_and_services_are_lines_of_their_own_unless_told_otherwise():
    rows = [
        booking("a", "09:00:00", "09:30:00", centre_id="south"),
        booking("b", "09:01:00", "09:29:00", service_code="pension"),
        booking("c", "09:02:00", "09:03:00"),
    ]
    assert ledger(table(rows)).pairs.num_rows == 0
    by_centre = ledger(table(rows), queue=["centre_id"]).pairs.to_pylist()
    assert [(pair["overtaken_id"], pair["queue"]) for pair in by_centre] == [("b", "*")]
    by_class = ledger(table(rows), queue=["centre_id", "service_code", "priority_class"])
    assert by_class.pairs.num_rows == 0


def with_credit(rows: list[dict[str, Any]], credit_s: int | None) -> pa.Table:
    bookings = table(rows)
    return bookings.append_column("credit_s", pa.repeat(pa.scalar(credit_s, pa.int64()), len(bookings)))


@pytest.mark.parametrize(
    ("credit_s", "reason"), [(None, "priority"), (300, "priority"), (299, None), (0, None)], ids=str
)
def test_a_class_goes_first_as_far_as_its_credit_reaches(credit_s, reason):
    rows = [
        booking("a", "09:00:00", "09:20:00"),
        booking("b", "09:05:00", "09:06:00", priority_class="elderly"),  # 300 s later
    ]
    result = ledger(with_credit(rows, credit_s))
    assert result.pairs["reason"].to_pylist() == [reason]
    assert result.counts["people_passed"].to_pylist() == [0, 0 if reason else 1]
    assert result.counts["people_passed_priority"].to_pylist() == [0, 1 if reason else 0]
    assert result.counts["minutes_taken"].to_pylist() == [0, 0 if reason else 5]


def test_between_classes_of_different_credit_the_difference_counts():
    """Credits of 10 and 6 minutes: 4 minutes later is covered, 5 is not."""
    rows = [
        booking("a", "09:00:00", "09:20:00", priority_class="pregnant"),
        booking("b", "09:04:00", "09:06:00", priority_class="elderly"),
        booking("c", "09:05:00", "09:07:00", priority_class="elderly"),
    ]
    credits = pa.array([360, 600, 600])
    result = ledger(table(rows).append_column("credit_s", credits))
    assert result.pairs["reason"].to_pylist() == ["priority", None]


@pytest.mark.parametrize(("credit_s", "reason"), [(None, None), (300, "priority"), (299, None), (0, None)], ids=str)
def test_an_appointment_goes_first_as_far_as_its_credit_reaches(credit_s, reason):
    rows = [
        booking("a", "09:00:00", "09:20:00"),
        booking("b", "08:50:00", "09:06:00", slot_start=at("09:05:00")),
        booking("c", "09:05:00", "09:07:00"),  # of no class and without a slot, whatever is said of it
    ]
    result = ledger(with_credit(rows, credit_s))
    assert [(pair["booking_id"], pair["reason"]) for pair in result.pairs.to_pylist()] == [("b", reason), ("c", None)]


def test_among_tickets_any_credit_is_without_end():
    rows = [
        booking("a", "09:00:00", "09:20:00", ticket_no=1),
        booking("b", "09:05:00", "09:06:00", ticket_no=900, priority_class="elderly"),
    ]
    for credit_s, reason in ((60, "priority"), (None, "priority"), (0, None)):
        result = ledger(with_credit(rows, credit_s), discipline="ticket")
        assert result.pairs["reason"].to_pylist() == [reason]


def test_ticket_order_needs_no_check_in():
    """Who has the lower number was there before; how long is not known."""
    rows = [
        {"booking_id": "a", "called_at": at("09:20:00"), "ticket_no": 1},
        {"booking_id": "b", "called_at": at("09:06:00"), "ticket_no": 2},
        {"booking_id": "c", "called_at": at("09:21:00"), "ticket_no": None},
    ]
    result = ledger(table(rows), discipline="ticket")
    (pair,) = result.pairs.to_pylist()
    assert (pair["booking_id"], pair["overtaken_id"], pair["waited_s"]) == ("b", "a", None)
    assert result.counts["people_passed"].to_pylist() == [0, 1, None]
    for discipline in ("entitlement", "check_in", "slot"):
        assert ledger(table(rows), discipline=discipline).counts["people_passed"].null_count == 3


def test_a_queue_with_too_many_pairs_is_named_and_still_counted(monkeypatch):
    monkeypatch.setattr(order, "PAIRS_LISTED", 2)
    rows = [booking(str(n), f"09:0{n}:00", f"10:0{9 - n}:00") for n in range(3)]
    rows += [booking(f"s{n}", f"09:0{n}:00", f"10:0{9 - n}:00", centre_id="south") for n in range(2)]
    result = ledger(table(rows))
    assert result.unlisted.to_pylist() == [{"centre_id": "north", "queue": "card", "pairs": 3}]
    assert result.pairs["booking_id"].to_pylist() == ["s1"]
    assert result.counts["people_passed"].to_pylist() == [0, 1, 2, 0, 1]


minutes = st.integers(0, 59).map(lambda minute: f"09:{minute:02}:00")
one = st.tuples(
    minutes,
    st.one_of(st.none(), minutes),
    st.one_of(st.none(), minutes),
    st.sampled_from(["card", "pension"]),
    st.sampled_from([None, "elderly", "pregnant", "recall", "returning"]),
)
a_day = st.lists(one, max_size=25).map(
    lambda rows: [
        booking(f"{n:02}", came, called, slot_start=at(slot), service_code=service, priority_class=words)
        for n, (came, called, slot, service, words) in enumerate(rows)
    ]
)


def credited(rows: list[dict[str, Any]]) -> pa.Table:
    """A credit of ten minutes for the elderly, without end for the pregnant."""
    bookings = table(rows)
    credit = pc.if_else(pc.equal(bookings["priority_class"], "elderly"), 600, pa.scalar(None, pa.int64()))
    return bookings.append_column("credit_s", credit)


@laws
@given(rows=a_day)
def test_counts_are_the_pairs_counted_and_both_sides_agree(rows):
    result = ledger(credited(rows))
    unexplained = result.pairs.filter(pc.is_null(result.pairs["reason"]))
    for column, key, pairs in (
        ("people_passed", "booking_id", unexplained),
        ("passed_by", "overtaken_id", unexplained),
        ("people_passed_explained", "booking_id", result.pairs.filter(pc.is_valid(result.pairs["reason"]))),
        ("people_passed_priority", "booking_id", result.pairs.filter(pc.equal(result.pairs["reason"], "priority"))),
        ("people_passed_absent", "booking_id", result.pairs.filter(pc.equal(result.pairs["reason"], "absent"))),
    ):
        listed = dict(zip(*(group.to_pylist() for group in pc.value_counts(pairs[key]).flatten()), strict=True))
        counted = dict(zip(result.counts["booking_id"].to_pylist(), result.counts[column].to_pylist(), strict=True))
        assert {name: count for name, count in counted.items() if count} == listed
    taken, lost = (pc.sum(result.counts[name]).as_py() for name in ("minutes_taken", "minutes_lost"))
    assert taken == pytest.approx(lost)


@laws
@given(rows=a_day, chance=st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_the_names_of_clerks_change_a_count(rows, chance):
    before = {row["booking_id"]: row for row in ledger(table(rows)).counts.to_pylist()}
    others = [row | {"clerk_id": chance.choice(["Li", "Zhao", None])} for row in rows]
    chance.shuffle(others)
    assert {row["booking_id"]: row for row in ledger(table(others)).counts.to_pylist()} == before
