"""Planting in a log: the readable cases of Planting.csv, the laws of every planted log, and what is falsified."""

import csv
import datetime as dt
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from data.errors import UserError
from data.log import read_log
from data.progress import Silent
from data.source import open_source
from data.truth import TRUTH
from detection.planting import Wish, schemes
from detection.planting.hall import LEAST_PASSED, planted
from detection.planting.jumps import jumps, moved, queues
from features.order import Discipline
from features.queues.tickets import against_tickets
from tests.detection.planting_support import KEY, assert_lawful, counts, one_at_a_time, table

DAY = dt.date(2026, 3, 2)
CLERKS = ("Chen", "Li", "Wang")
laws = settings(derandomize=True, max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])

with (Path(__file__).parent / "Planting.csv").open(encoding="utf-8", newline="") as file:
    CASES = {name: list(rows) for name, rows in groupby(csv.DictReader(file), lambda row: row["case"])}


def at(clock: str) -> dt.datetime | None:
    return dt.datetime.fromisoformat(f"{DAY}T{clock}:00+00:00") if clock else None


def case_table(rows: list[dict[str, str]]) -> pa.Table:
    return table(
        [
            {
                "booking_id": row["booking"],
                "service_code": row["item"],
                "service_day": DAY,
                "checked_in_at": at(row["checked_in"]),
                "missed_at": at(row["missed"]),
                "called_at": at(row["called"]),
                "clerk_id": row["clerk"] or None,
                "priority_class": row["class"] or None,
                "status": row["status"],
            }
            for row in rows
        ]
    )


@pytest.mark.parametrize("case", CASES)
def test_case(case: str) -> None:
    rows = CASES[case]
    wish = Wish("overtake", per_day=1, clerks=("Li",))
    if not any(row["called_after"] for row in rows):
        with pytest.raises(UserError, match="could be called past 3 people"):
            planted(case_table(rows), wish, discipline="check_in")
        return
    done = planted(case_table(rows), wish, discipline="check_in")
    found = done.bookings.select(["booking_id", "called_at", "clerk_id"]).to_pylist()
    assert [(row["booking_id"], row["called_at"], row["clerk_id"]) for row in found] == [
        (row["booking"], at(row["called_after"]), row["clerk_after"] or None) for row in rows
    ]
    client = rows[-1]["booking"]
    assert done.truth.to_pylist() == [
        {
            "centre_id": "north",
            "booking_id": client,
            "scheme": "overtake",
            "ring": "planted-Li",
            "clerk_id": "Li",
            "carried_out": True,
            "capacity_per_day": None,
        }
    ]
    assert done.passed == [LEAST_PASSED]


# --- laws of small random halls


@st.composite
def halls(draw: st.DrawFn) -> pa.Table:
    """Two days of a crowded hall: nearly in turn, with slots, classes, missed calls, and people who leave."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    rows = [row for number in range(2) for row in hall_day(rng, DAY + dt.timedelta(days=number), draw)]
    return table(rows)


def hall_day(rng: np.random.Generator, day: dt.date, draw: st.DrawFn) -> list[dict[str, Any]]:
    people, windows = draw(st.integers(8, 40)), draw(st.integers(1, 3))
    opening = dt.datetime.combine(day, dt.time(9), dt.UTC)
    came = np.sort(rng.integers(0, 60 * people, people))
    free = np.zeros(windows, np.int64)
    waiting = list(range(people))
    rows: list[dict[str, Any]] = [{} for _ in range(people)]
    while waiting:
        turn = int(rng.integers(min(2, len(waiting))))  # now and then the second in line comes first
        one, window = waiting.pop(turn), int(free.argmin())
        called = max(int(free[window]), int(came[one]))
        free[window] = called + int(rng.integers(30, 200))
        instant = [opening + dt.timedelta(seconds=int(second)) for second in (came[one], called, free[window])]
        slot = instant[0] + dt.timedelta(minutes=int(rng.integers(30)))  # who comes early may be called early
        row = {"booking_id": f"{day}-{one:02}", "service_day": day, "service_code": str(rng.choice(["card", "loan"]))}
        row |= {
            "checked_in_at": instant[0],
            "ticket_no": one + 1,
            "slot_start": slot if rng.random() < 0.3 else None,
        }
        if rng.random() < 0.9:
            row |= {"called_at": instant[1], "served_from": instant[1], "served_to": instant[2]}
            row |= {"window_id": f"W{window}", "clerk_id": CLERKS[window]}
            row |= {"missed_at": instant[0] if rng.random() < 0.15 else None}
            row |= {"priority_class": "elderly" if rng.random() < 0.1 else None}
        else:
            row["status"] = "abandoned"
        rows[one] = row
    return rows


def try_to_plant(hall: pa.Table, wish: Wish, discipline: Discipline = "entitlement") -> Any:
    try:
        return planted(hall, wish, discipline=discipline)
    except UserError:
        assume(False)


@laws
@given(halls(), st.integers(1, 3), st.integers(0, 3), st.sampled_from(["entitlement", "check_in", "ticket"]))
def test_a_planted_log_keeps_the_laws(hall: pa.Table, per_day: int, seed: int, discipline: Discipline) -> None:
    done = try_to_plant(hall, Wish("overtake", per_day, CLERKS[:1], seed=seed), discipline)
    assert one_at_a_time(hall)
    assert one_at_a_time(done.bookings)
    assert_lawful(hall, done, discipline)
    assert done.truth.schema == TRUTH
    assert max(pd.Series(done.truth["booking_id"].to_pylist()).str[:10].value_counts()) <= per_day


@laws
@given(halls())
def test_every_possible_jump_passes_as_many_as_the_ledger_says(hall: pa.Table) -> None:
    line = queues(hall, "entitlement")
    own = pc.equal(hall["clerk_id"], CLERKS[0]).fill_null(False).to_numpy()[line.row] & line.served
    before = counts(hall, "entitlement")["people_passed"]
    possible = jumps(line, own)
    for number in range(possible.place.size):
        one = possible.only(np.array([number]))
        key = ("north", hall["booking_id"][int(line.row[one.place[0]])].as_py())
        after = counts(moved(hall, line, one), "entitlement")["people_passed"]
        assert after[key] - before[key] == one.passed[0]


@laws
@given(halls(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(hall: pa.Table, random: Any) -> None:
    wish = Wish("overtake", 2)
    done = try_to_plant(hall, wish)
    rows = list(range(hall.num_rows))
    random.shuffle(rows)
    again = planted(hall.take(pa.array(rows)), wish, discipline="entitlement")
    assert again.truth.equals(done.truth)
    assert again.bookings.sort_by("booking_id").equals(done.bookings.sort_by("booking_id"))


@laws
@given(halls())
def test_a_day_does_not_depend_on_the_others(hall: pa.Table) -> None:
    one_day = hall.filter(pc.equal(hall["service_day"], pa.scalar(DAY)))
    alone = try_to_plant(one_day, Wish("overtake", 2, CLERKS[:1]))
    both = planted(hall, Wish("overtake", 2, CLERKS[:1], first=DAY, last=DAY), discipline="entitlement")
    assert both.truth.equals(alone.truth)


# --- the world's hall, which has tickets, slots and classes


@pytest.fixture(scope="module")
def world(first_days: Path) -> pa.Table:
    return read_log(open_source(str(first_days)), zone="Asia/Shanghai", progress=Silent()).tables["bookings"]


def test_an_overtake_in_the_world_keeps_the_laws(world: pa.Table) -> None:
    done = planted(world, Wish("overtake", 3), discipline="entitlement")
    assert_lawful(world, done, "entitlement")
    planted_on = world.to_pandas().merge(done.truth.to_pandas(), on=KEY)["service_day"].value_counts()
    assert planted_on.max() <= 3
    assert done.days == 3
    assert done.days_short == done.days - (planted_on == 3).sum()


def test_priority_is_explained_by_a_class_of_the_log(world: pa.Table) -> None:
    done = planted(world, Wish("priority", 2), discipline="entitlement")
    clients = pd.MultiIndex.from_frame(done.truth.to_pandas()[KEY])
    gain = (counts(done.bookings, "entitlement") - counts(world, "entitlement")).loc[clients]
    assert (gain["people_passed_explained"] >= LEAST_PASSED - 1).all()  # another of a class is passed unexplained
    given_class = done.bookings.to_pandas().set_index(KEY).loc[clients, "priority_class"]
    usual = world.to_pandas()["priority_class"].value_counts().drop(["recall", "returning"], errors="ignore")
    assert given_class.nunique() == 1
    assert usual[given_class.iloc[0]] == usual.max()


def test_backdating_hides_the_jump_but_for_the_ticket(world: pa.Table) -> None:
    done = planted(world, Wish("backdate", 2), discipline="entitlement")
    clients = pd.MultiIndex.from_frame(done.truth.to_pandas()[KEY])
    assert (counts(done.bookings, "entitlement").loc[clients, "people_passed"] == 0).all()
    after = done.bookings.to_pandas().assign(contradicted=contradicted(done.bookings)).set_index(KEY).loc[clients]
    before = world.to_pandas().assign(contradicted=contradicted(world)).set_index(KEY).loc[clients]
    assert (after["checked_in_at"] < before["checked_in_at"]).all()
    assert (after["created_at"] <= after["checked_in_at"]).all()
    assert (after["contradicted"] - before["contradicted"] >= 1).all()


def contradicted(bookings: pa.Table) -> np.ndarray:
    days = bookings["service_day"].to_pylist()
    found = np.zeros(len(days))
    for day in set(days):
        same = np.array([one == day for one in days])
        found[same] = against_tickets(bookings.filter(pa.array(same)))["tickets_contradicted"].to_numpy(
            zero_copy_only=False
        )
    return found


# --- what a log cannot carry


@pytest.mark.parametrize("name", schemes())
def test_a_scheme_names_the_columns_that_the_log_lacks(name: str, world: pa.Table) -> None:
    for column in schemes()[name].needs:
        place = world.schema.get_field_index(column)
        without = world.set_column(place, column, pa.nulls(world.num_rows, world.schema.field(place).type))
        with pytest.raises(UserError, match=rf"no {column}, without which {name} cannot be planted"):
            planted(without, Wish(name, 1), discipline="entitlement")


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish("overtakes", 1), "Choose one of: backdate, overtake, priority"),
        (Wish("overtake", 1, ("nobody",)), "'nobody' calls nobody on these days. Those with the most calls are C0"),
        (Wish("overtake", 1, first=dt.date(2027, 1, 1)), "The log has days from 2026-03-02 to 2026-03-04"),
    ],
)
def test_wishes_that_do_not_fit(wish: Wish, said: str, world: pa.Table) -> None:
    with pytest.raises(UserError, match=said):
        planted(world, wish, discipline="entitlement")


def test_a_class_that_only_excuses_a_second_call_is_none_to_give(world: pa.Table) -> None:
    place = world.schema.get_field_index("priority_class")
    words = pc.if_else(pc.is_valid(world["priority_class"]), "recall", None)
    with pytest.raises(UserError, match="knows no priority class but recall and returning"):
        planted(world.set_column(place, "priority_class", words), Wish("priority", 1), discipline="entitlement")
