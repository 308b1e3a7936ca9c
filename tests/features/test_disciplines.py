"""Which rule each queue obeys, and which credit each class has: found on made-up halls and on the bank's calls."""

import datetime as dt
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from data.contract import TABLES
from data.home import Home
from data.ingest import ingest
from data.lake import Lake
from data.tables import LAKE
from data.worlds.hall import PRIORITY_CREDIT_S
from features.order import APPOINTMENT, RANKS
from features.summaries.disciplines import disciplines_of
from features.summaries.trials import NEEDED, trials_of
from features.summary import summaries_day
from tests.features.hall_support import DAY, booking, home_of

CALLS = Path(__file__).parents[3] / "shared" / "data" / "bank_calls"
OPENING = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
SIZE = 600  # bookings of a hall
#: s before a booking's own time at which somebody of the class goes first
CREDIT_S = 240


def hall(
    rule: str,
    *,
    jumps: float = 0.0,
    slots: float = 0.33,
    credit_s: float | None = None,
    slot_credit_s: float = 0,
    seed: int = 1,
) -> pa.Table:
    """One queue with one window that calls whoever is first by a rule, but for a share of jumps.

    A share has slots, may come before or after them and goes first by `slot_credit_s`. With `credit_s` a fifth is of
    a class.
    """
    chance = np.random.default_rng(seed)
    slot = np.where(chance.random(SIZE) < slots, chance.integers(0, 40, SIZE) * 600.0, np.nan)
    came = np.where(np.isnan(slot), chance.integers(0, 24_000, SIZE), slot + chance.normal(-600, 1_200, SIZE)).round()
    ticket = np.argsort(np.argsort(came, kind="stable")) + 1
    favoured = chance.random(SIZE) < (0.2 if credit_s is not None else 0)
    rank = {"entitlement": np.fmax(slot, came), "check_in": came, "ticket": ticket, "slot": slot}[rule]
    order = rank - np.where(favoured, credit_s or 0, np.where(np.isnan(slot), 0, slot_credit_s))
    called = np.full(SIZE, np.nan)
    now = 0.0
    for _ in range(SIZE):
        now += 42
        there = np.flatnonzero(np.isnan(called) & (came <= now))
        if there.size:
            chosen = there[np.nanargmin(order[there])] if not np.isnan(order[there]).all() else there[0]
            called[chance.choice(there) if chance.random() < jumps else chosen] = now

    def at(seconds: float) -> dt.datetime | None:
        return None if np.isnan(seconds) else OPENING + dt.timedelta(seconds=float(seconds))

    rows = [
        {
            "centre_id": "north",
            "service_code": "card",
            "service_day": DAY,
            "slot_start": at(slot[n]),
            "checked_in_at": at(came[n]),
            "called_at": at(called[n]),
            "ticket_no": int(ticket[n]),
            "priority_class": "elderly" if favoured[n] else None,
        }
        for n in range(SIZE)
        if not np.isnan(called[n])
    ]
    schema = pa.schema([field.with_nullable(True) for field in TABLES["bookings"].arrow])
    return pa.Table.from_pylist(rows, schema=schema)


def found(bookings: pa.Table, declared: str | None = None) -> list[dict]:
    trials = trials_of(bookings)
    return learnt_of(trials.append_column("discipline", pa.repeat(pa.scalar(declared, pa.string()), len(trials))))


def learnt_of(trials: pa.Table) -> list[dict]:
    """The rows but those which say that appointments do not go first."""
    rows = disciplines_of(trials, DAY).to_pylist()
    idle = {"priority_class": APPOINTMENT, "credit_s": 0, "basis": "default"}
    return [row for row in rows if not idle.items() <= row.items()]


@pytest.mark.parametrize("jumps", [0, 0.1])
@pytest.mark.parametrize("rule", ["entitlement", "check_in"])
def test_the_rule_of_a_hall_is_found(rule, jumps):
    (row,) = found(hall(rule, jumps=jumps))
    assert (row["rule"], row["best_rule"]) == (rule, rule)
    assert row["basis"] == ("default" if rule == "entitlement" else "learnt")
    assert row["fit"] == (1.0 if not jumps else pytest.approx(0.9, abs=0.05))


def test_where_slots_alone_order_a_hall_of_appointments_that_is_found():
    days = [trials_of(hall("slot", slots=1, seed=seed)) for seed in range(3)]
    (row,) = learnt_of(summed(days))
    assert (row["rule"], row["basis"], row["fit"]) == ("slot", "learnt", 1.0)


def test_a_declared_rule_wins_and_its_fit_is_told_beside_the_best_one_s():
    (row,) = found(hall("check_in"), declared="entitlement")
    assert (row["rule"], row["basis"], row["best_rule"], row["best_fit"]) == ("entitlement", "declared", "check_in", 1)
    assert row["fit"] < 0.9


def test_little_evidence_leaves_entitlement():
    (row,) = found(hall("check_in").slice(0, 60))
    assert (row["rule"], row["basis"]) == ("entitlement", "default")


def test_tickets_serve_where_there_are_no_check_in_times():
    bookings = hall("ticket")
    place = bookings.column_names.index("checked_in_at")
    without = bookings.set_column(place, "checked_in_at", pa.nulls(len(bookings), bookings["checked_in_at"].type))
    for declared in (None, "entitlement"):
        (row,) = found(without, declared)
        assert (row["rule"], row["basis"], row["fit"]) == ("ticket", "no check-in times", 1.0)
    (row,) = found(without, "ticket")
    assert row["basis"] == "declared"
    place = bookings.column_names.index("ticket_no")
    (row,) = found(without.set_column(place, "ticket_no", pa.nulls(len(bookings), pa.int64())))
    assert (row["rule"], row["basis"], row["decisions"], row["fit"]) == ("entitlement", "default", 0, None)


@pytest.mark.parametrize("jumps", [0, 0.05])
@pytest.mark.parametrize(
    ("credit_s", "expected"), [(CREDIT_S, CREDIT_S), (0, 0), (1e9, None)], ids=["240 s", "none", "absolute"]
)
def test_the_credit_of_a_class_is_found(credit_s, expected, jumps):
    halls = [trials_of(hall("entitlement", jumps=jumps, credit_s=credit_s, seed=seed)) for seed in range(4)]
    row, _ = learnt_of(summed(halls))
    assert row["priority_class"] == "elderly"
    assert row["credit_s"] == (expected if expected is None else pytest.approx(expected, abs=15))
    assert row["basis"] == ("default" if expected is None else "learnt")
    assert row["fit"] > 0.9


@pytest.mark.parametrize("jumps", [0, 0.05])
@pytest.mark.parametrize(
    ("credit_s", "expected", "fit"),
    [(900, 900, 0.9), (60, 0, 0.3), (0, 0, 0.9), (1e9, None, 0.9)],
    ids=["15 minutes", "too little for a rule", "none", "absolute"],
)
@pytest.mark.parametrize("rule", ["entitlement", "check_in"])
def test_the_credit_of_an_appointment_is_found(rule, credit_s, expected, fit, jumps):
    halls = [trials_of(hall(rule, jumps=jumps, slot_credit_s=credit_s, seed=seed)) for seed in range(8)]
    row, of_rule = disciplines_of(summed(halls), DAY).to_pylist()
    assert (row["priority_class"], row["rule"], of_rule["rule"]) == (APPOINTMENT, rule, rule)
    assert row["credit_s"] == (expected if expected is None else pytest.approx(expected, abs=15))
    assert row["basis"] == ("default" if expected == 0 else "learnt")
    assert row["fit"] > fit


def test_queues_with_few_decisions_have_the_credits_that_their_centre_s_show_together():
    parts = []
    for seed, name in enumerate(("card", "medical", "pension", "tax")):
        trials = trials_of(hall("entitlement", credit_s=CREDIT_S, slot_credit_s=900, seed=seed).slice(0, 200))
        place = trials.schema.get_field_index("service_code")
        parts.append(trials.set_column(place, "service_code", pa.repeat(name, len(trials))))
    rows = [row for row in disciplines_of(summed(parts), DAY).to_pylist() if row["priority_class"]]
    assert {row["basis"] for row in rows} == {"centre"}
    found = {(row["priority_class"], row["credit_s"], row["decisions"]) for row in rows}
    assert [name for name, *_ in sorted(found)] == [APPOINTMENT, "elderly"], "one credit each"
    assert {name: credit for name, credit, _ in found}[APPOINTMENT] == pytest.approx(900, abs=60)


def test_who_is_called_before_his_slot_says_nothing_of_appointments():
    """Calls in order of check-in, all of those with a slot before it: nobody was preferred, nobody decided anything."""
    bookings = hall("check_in", slots=0.5)
    early = pa.array(
        [None if slot is None else slot + dt.timedelta(days=1) for slot in bookings["slot_start"].to_pylist()]
    )
    place = bookings.schema.get_field_index("slot_start")
    trials = trials_of(bookings.set_column(place, "slot_start", early.cast(bookings["slot_start"].type)))
    assert APPOINTMENT not in trials["priority_class"].to_pylist()


def test_a_class_that_a_log_calls_like_an_appointment_is_none():
    bookings = hall("entitlement", credit_s=CREDIT_S)
    place = bookings.schema.get_field_index("priority_class")
    named = pc.if_else(pc.is_valid(bookings["priority_class"]), APPOINTMENT, None)
    trials = trials_of(bookings.set_column(place, "priority_class", named))
    keys = [name for name in trials.column_names if name not in {"trials", "agreed"}]
    assert trials.group_by(keys).aggregate([([], "count_all")]).num_rows == len(trials)


def summed(parts: list[pa.Table]) -> pa.Table:
    trials = pa.concat_tables(parts)
    keys = [name for name in trials.column_names if name not in {"trials", "agreed"}]
    trials = trials.group_by(keys).aggregate([("trials", "sum"), ("agreed", "sum")])
    trials = trials.rename_columns([name.removesuffix("_sum") for name in trials.column_names])
    return trials.append_column("discipline", pa.nulls(len(trials), pa.string()))


def test_the_credit_of_the_small_world_is_found(small_world):
    """Its halls call a priority class as if it had come that much earlier, and overtakes are planted among them."""
    files = [str(file) for file in sorted((small_world / "bookings").glob("*.csv"))]
    times = [name for name in NEEDED if name.endswith("_at") or name == "slot_start"]
    typed = ", ".join(f"{name}::TIMESTAMPTZ AS {name}" for name in times)
    told = f"service_day::DATE AS service_day, ticket_no::BIGINT AS ticket_no, {typed}"
    rows = duckdb.sql(
        f"SELECT * REPLACE ({told}) FROM read_csv({files}, all_varchar = true) WHERE called_at IS NOT NULL"
    )
    bookings = rows.to_arrow_table()
    days = [
        trials_of(bookings.filter(pc.equal(bookings["service_day"], day))) for day in pc.unique(bookings["service_day"])
    ]
    trials = summed([day.drop_columns("service_day") for day in days])
    rows = disciplines_of(trials, DAY).to_pylist()
    assert {row["credit_s"] for row in rows if row["priority_class"] == "elderly"} == {PRIORITY_CREDIT_S}
    assert {row["best_rule"] for row in rows if row["priority_class"] is None} == {"entitlement"}


def test_the_order_of_rows_changes_nothing():
    bookings = hall("entitlement", jumps=0.2, credit_s=CREDIT_S)
    shuffled = bookings.take(np.random.default_rng(3).permutation(len(bookings)))
    assert found(bookings) == found(shuffled)


def test_nothing_called_gives_no_rows(tmp_path):
    home = home_of(tmp_path, [booking("a", status="booked")])
    made = summaries_day(home, DAY)
    assert made["disciplines"] == 1
    for name in ("trials", "disciplines"):
        rows = duckdb.sql(f"SELECT * FROM {Lake.of(home).sql(name, DAY, DAY)}").to_arrow_table()
        assert rows.num_rows == 0
        assert rows.schema.names == LAKE[name].schema.names


def test_every_rule_has_a_rank():
    assert set(RANKS) == {"entitlement", "check_in", "ticket", "slot"}


@pytest.mark.slow
@pytest.mark.skipif(not CALLS.is_dir(), reason=f"the bank's calls are not at {CALLS}")
def test_the_bank_s_credit_of_90_seconds_is_found(tmp_path):
    """Documented: a priority caller is credited with 90 s of waiting at arrival, in all queues."""
    home = Home.create(tmp_path)
    ingest(home, str(CALLS))
    for day in (dt.date(1999, 2, 28), dt.date(1999, 8, 31)):
        summaries_day(home, day)
        rows = duckdb.sql(f"SELECT * FROM {Lake.of(home).sql('disciplines', day, day)}").to_arrow_table().to_pylist()
        credits = {row["credit_s"] for row in rows if row["priority_class"] == "priority"}
        assert credits == {90}
        rules = {row["service_code"]: row for row in rows if row["priority_class"] is None}
        assert rules["PS"]["basis"] == "declared"
        assert rules["PS"]["fit"] > 0.9
