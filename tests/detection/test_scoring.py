"""A night's scores on the small world: their shape, their order, who is flagged, and what changes nothing."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake

from data.contract import TABLES
from data.home import Home
from data.ingest import ingest
from detection.cases.day import cases_day
from detection.flag import all_flags
from detection.judging import earlier_days, flags_day
from detection.reasons import LENDERS, number, number_sql
from detection.scoring import score_day
from detection.strangeness import NO_MODEL
from features.steps import FEATURE_STEPS
from inturn.night import run_nights
from tests.conftest import FIRST, LAST
from tests.detection.conftest import SHARED, Rows, rewrite, run_all
from tests.features.hall_support import DAY, booking, column_of, day_of, home_of, other

NIGHTS = [FIRST + timedelta(days=n) for n in range(3)]
#: the day on which the small world's calling system fails at C02 for an hour
OUTAGE = date(2026, 3, 17)
HYPOTHESES = [code for code, flag in all_flags().items() if flag.is_hypothesis]
every_night = pytest.mark.parametrize("day", NIGHTS, ids=str)


def scores_of(home: Home, day: date = LAST) -> pa.Table:
    """The scores by rank; what has none comes last."""
    return day_of(home, "scores", day).sort_by("rank")


def judge(home: Home, day: date = LAST) -> pa.Table:
    """A whole night."""
    for step in FEATURE_STEPS:
        step(home, day)
    flags_day(home, day)
    score_day(home, day, "again")
    cases_day(home, day)
    return scores_of(home, day)


def same(one: pa.Table, other: pa.Table) -> bool:
    """Equal in every value but the name of the run."""
    return one.drop_columns("run_id").equals(other.drop_columns("run_id"))


@every_night
def test_every_booking_is_scored_once_in_the_contract_s_columns(judged, day):
    scores = day_of(judged, "scores", day)
    declared = TABLES["scores"].arrow
    assert scores.schema.names == declared.names
    assert scores.schema.types == declared.types
    assert not [field.name for field in declared if not field.nullable and scores[field.name].null_count]
    bookings = day_of(judged, "bookings", day)
    assert scores.select(["centre_id", "booking_id"]).equals(bookings.select(["centre_id", "booking_id"]))
    assert len(set(bookings["status"].to_pylist())) > 1, "whatever their status"
    ranks = scores_of(judged, day)["rank"].drop_null().to_pylist()
    assert ranks == list(range(1, len(ranks) + 1))


@every_night
def test_the_flagged_come_first_then_the_most_suspicious(judged, day):
    rows = scores_of(judged, day).to_pylist()
    assessed = [row for row in rows if row["p_value"] is not None]
    assert rows[: len(assessed)] == assessed, "who was not assessed comes last"
    assert assessed == sorted(
        assessed, key=lambda row: (not row["flagged"], -row["score"], row["centre_id"], row["booking_id"])
    )
    assert all(0 <= row["score"] <= 1 and 0 < row["p_value"] <= 1 for row in assessed)


@every_night
def test_where_no_benefit_was_assessed_nothing_is_said(judged, day):
    """Links and strangeness alone are no evidence: no score, p-value, flag or rank."""
    assessed = set()
    for code in HYPOTHESES:
        assessed |= {name for name, p in column_of(judged, "findings", f"{code}_p", day).items() if p is not None}
    rows = scores_of(judged, day).to_pylist()
    assert {row["booking_id"] for row in rows if row["p_value"] is not None} == assessed
    silent = [row for row in rows if row["booking_id"] not in assessed]
    assert all(
        (row["score"], row["rank"], row["q_value"], row["flagged"]) == (None, None, None, False) for row in silent
    )


@every_night
def test_flagged_are_those_whose_false_share_is_small_and_each_had_a_benefit(judged, day):
    fired = {code: column_of(judged, "findings", f"{code}_fired", day) for code in HYPOTHESES}
    for row in scores_of(judged, day).to_pylist():
        within = row["q_value"] is not None and row["q_value"] <= judged.settings.false_discovery_rate
        assert row["flagged"] == (within and row["score"] > 0.5)
        assert not row["flagged"] or any(fired[code][row["booking_id"]] for code in HYPOTHESES)


@every_night
def test_a_q_value_is_the_mean_innocence_down_to_there(judged, day):
    scores = scores_of(judged, day).filter(pc.field("p_value").is_valid()).to_pylist()
    innocence = [1 - row["score"] for row in sorted(scores, key=lambda row: -row["score"])]
    q = sorted(row["q_value"] for row in scores)
    assert q == pytest.approx([sum(innocence[:n]) / n for n in range(1, len(innocence) + 1)])


@every_night
def test_reasons_are_the_fired_flags_and_what_was_lent_strongest_first(judged, day):
    findings = {row["booking_id"]: row for row in day_of(judged, "findings", day).to_pylist()}
    seen = 0
    for row in scores_of(judged, day).to_pylist():
        found, reasons = findings[row["booking_id"]], json.loads(row["reasons"])
        weights = [reason["weight"] for reason in reasons]
        assert weights == sorted(weights, reverse=True)
        told = {reason["flag"] for reason in reasons}
        assert told - LENDERS.keys() == {code for code in all_flags() if found[f"{code}_fired"]}
        for reason in reasons:
            assert list(reason) == ["flag", "value", "expected", "group", "weight", "together", "text", "text_zh"]
            assert "{" not in reason["text"] + reason["text_zh"]
            seen += 1
            if reason["flag"] not in LENDERS:
                assert reason["value"] == found[f"{reason['flag']}_value"]
                assert reason["expected"] == pytest.approx(found[f"{reason['flag']}_expected"], abs=1e-4)
                first, last = earlier_days(judged, day)
                group = {"centre_id": row["centre_id"], "from": str(first), "to": str(last)}
                assert reason["group"] == group | {"innocent": reason["group"]["innocent"]}
                assert (reason["group"]["innocent"] > 0) == (reason["expected"] is not None)
            else:
                assert reason["group"] is None
    assert seen


def test_the_planted_jump_is_flagged_first_for_its_benefits_and_its_channel(judged, planted):
    first = scores_of(judged).to_pylist()[0]
    assert first["flagged"]
    assert {reason["flag"] for reason in json.loads(first["reasons"])} >= {"Q101", "Q201", "Q501"}
    assert f"{first['booking_id']}," in (planted / "bookings" / f"{LAST}.csv").read_text(encoding="utf-8")
    passed = column_of(judged, "features", "people_passed", LAST)
    assert passed[first["booking_id"]] == max(value for value in passed.values() if value is not None)


def test_who_typed_a_booking_in_lends_it_nothing(tmp_path):
    """A desk adds six places beyond the quota, and two of those six are never called."""
    desk = {"channel": "staff", "created_by": "desk", "slot_start": "09:00"}
    called = [
        booking(f"t{n}", **desk, created_at=f"08:0{n}", clerk_id="K", checked_in_at="09:00", called_at=f"09:1{n}")
        for n in range(4)
    ]
    missing = [booking(f"t{n}", **desk, created_at=f"08:0{n}", status="no_show") for n in (4, 5)]
    quota = other("quotas", centre_id="north", released_slots="1", released_at="06:00")
    home = home_of(tmp_path, [booking("a", slot_start="09:00"), *called, *missing], others={"quotas": [quota]})
    judge(home, DAY)
    lent = column_of(home, "grounds", "clerk_weight", DAY)
    assert lent["t4"] == lent["t5"] == 1
    assert lent["t0"] > 1


def test_sharing_a_phone_flags_nobody_by_itself(judged, planted):
    with_it = [row for row in _rows(planted) if row["phone"] == SHARED]
    flagged = column_of(judged, "scores", "flagged", LAST)
    assert len(with_it) == 12
    assert [flagged[row["booking_id"]] for row in with_it].count(True) == 1


def test_a_rerun_changes_nothing_but_the_run_s_name(rerun):
    before = scores_of(rerun)
    after = judge(rerun)
    assert same(after, before)
    assert set(after["run_id"].to_pylist()) == {"again"} != set(before["run_id"].to_pylist())


def test_an_earlier_night_does_not_see_the_later_ones(rerun):
    before = [scores_of(rerun, day) for day in NIGHTS[:2]]
    assert all(same(judge(rerun, day), kept) for day, kept in zip(NIGHTS[:2], before, strict=True))


def test_neither_the_names_of_clerks_nor_the_home_s_key_change_a_score(judged, planted, tmp_path):
    renamed = shutil.copytree(planted, tmp_path / "hall")
    clerks = sorted({row["clerk_id"] for row in _rows(planted) if row["clerk_id"]})
    names = dict(zip(clerks, [f"clerk {n * 7 % len(clerks)}" for n in range(len(clerks))], strict=True))
    assert len(set(names.values())) == len(clerks) > 3
    for table in ("bookings", "shifts"):
        for file in (renamed / table).glob("*.csv"):
            rewrite(file, lambda rows: [_renamed(row, names) for row in rows])
    other = run_all(tmp_path, renamed)
    for day in NIGHTS:  # a case is named after the clerk or the ring that binds it
        here, there = (scores_of(home, day).drop_columns("case_id") for home in (judged, other))
        assert same(there, here)


def test_a_day_without_bookings_has_no_scores(rerun):
    later = LAST + timedelta(days=1)
    assert judge(rerun, later).num_rows == 0
    assert score_day(rerun, later, "again") == {"bookings": 0, "flagged": 0}


def test_a_home_without_any_delivery_has_no_scores(tmp_path):
    assert judge(Home.create(tmp_path / "home"), DAY).num_rows == 0


def test_a_first_night_has_no_past_and_is_scored_all_the_same(judged):
    scores = scores_of(judged, FIRST)
    assert scores["p_value"].null_count < scores.num_rows / 2
    assert len(set(scores["model_version"].to_pylist())) == 1
    assert NO_MODEL not in scores["model_version"].to_pylist()


def test_a_booking_that_is_alone_in_its_night_is_scored_and_its_reason_can_be_read(tmp_path):
    """Six people share its phone within 30 days; nothing shows how many would be usual."""
    day = "2026-02-20"
    others = [booking(f"b{n}", service_day=day, phone="13900000001", created_at=f"{day} 07:30") for n in range(6)]
    home = home_of(tmp_path, [booking("a", phone="13900000001", channel="staff"), *others])
    (row,) = judge(home, DAY).to_pylist()
    assert not row["flagged"]
    reason = next(reason for reason in json.loads(row["reasons"]) if reason["flag"] == "Q501")
    assert (reason["flag"], reason["value"], reason["expected"]) == ("Q501", 7, None)
    assert "share its phone or device: 7;" in reason["text"]
    assert "unknown" in reason["text"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"), (0.00004, "< 0.001"), (-0.000085, "> -0.001"),
        (0.0944, "0.094"), (0.8, "0.8"), (1, "1"), (9.96, "10"), (10, "10"),
        (48.7, "49"), (460_216, "460,216"), (134_567.8, "134,568"), (-12.3, "-12"),
    ],
)  # fmt: skip
def test_numbers_in_sentences_can_be_read_and_are_the_same_in_both_ways(value, said):
    assert number(value) == said
    assert duckdb.sql(f"SELECT {number_sql(f'CAST({value} AS DOUBLE)')}").fetchone() == (said,)


def test_a_queue_in_which_nothing_can_be_assessed_is_scored_without_flags(tmp_path):
    home = home_of(tmp_path, [booking(str(n), status="booked") for n in range(30)])
    scores = judge(home, DAY)
    assert scores.num_rows == 30
    assert not pc.any(scores["flagged"]).as_py()
    assert set(scores["reasons"].to_pylist()) == {"[]"}


def forget(home: Home, table: str, *columns: str) -> None:
    """The table as a home has it that was made before these columns were."""
    place = str(home.path("lake", table))
    rows = pa.table(DeltaTable(place).to_pyarrow_table()).drop_columns(list(columns))
    shutil.rmtree(place)
    write_deltalake(place, rows.filter(pc.less(rows["service_day"], pa.scalar(LAST))), partition_by=["service_day"])


def test_a_flag_that_is_newer_than_the_past_nights_is_not_assessed_in_them(rerun):
    forget(rerun, "findings", *(f"Q501_{part}" for part in ("value", "expected", "p", "fired")))
    assert judge(rerun).num_rows == day_of(rerun, "bookings", LAST).num_rows


def test_a_feature_that_is_newer_than_the_past_nights_is_not_assessed_in_them(rerun):
    forget(rerun, "features", "lead_hours")
    assert judge(rerun).num_rows == day_of(rerun, "bookings", LAST).num_rows


def _renamed(row: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    """The row with other names for who called it and who typed it in."""
    return row | {who: names.get(row[who], row[who]) for who in ("clerk_id", "created_by") if row.get(who)}


def _rows(source: Path, day: date = LAST) -> Rows:
    kept: Rows = []
    copy = shutil.copy(source / "bookings" / f"{day}.csv", source.parent / "read.csv")
    rewrite(Path(copy), lambda rows: kept.extend(rows) or rows)
    return kept


def innocent(world: Path, folder: Path, first: date, last: date) -> Home:
    """A home that took in these days of the world without the bookings in which something was planted."""
    truth = pq.read_table(world / "truth.parquet").to_pylist()
    planted = {(row["centre_id"], row["booking_id"]) for row in truth}
    source = folder / "innocent" / "bookings"
    source.mkdir(parents=True)
    for file in (world / "bookings").glob("*.csv"):
        if str(first) <= file.stem <= str(last):
            copy = Path(shutil.copy(file, source))
            rewrite(copy, lambda rows: [row for row in rows if (row["centre_id"], row["booking_id"]) not in planted])
    home = Home.create(folder / "home")
    ingest(home, str(source.parent))
    return home


def share_flagged(home: Home, first: date, last: date) -> float:
    nights = list(run_nights(home, first, last))
    return sum(night.flagged for night in nights) / sum(night.bookings for night in nights)


@pytest.mark.slow
def test_where_nothing_was_planted_hardly_anybody_is_flagged(small_world, tmp_path):
    """Four weeks with a trainee's slips, families, an agency, an employer, and an hour's outage."""
    days = FIRST, FIRST + timedelta(days=25)
    assert share_flagged(innocent(small_world, tmp_path, *days), *days) <= 0.01


def test_on_the_day_of_the_outage_hardly_anybody_is_flagged(small_world, tmp_path):
    """The calling system fails for an hour at C02 and the order is lost; the night before is known."""
    days = OUTAGE - timedelta(days=1), OUTAGE
    assert share_flagged(innocent(small_world, tmp_path, *days), *days) <= 0.01
