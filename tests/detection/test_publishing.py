"""The record of a run: what was read, written and judged, and by which code."""

import json
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from data.home import Home
from data.ingest import ingest
from data.lake import Lake
from data.version import code_version
from detection.flag import all_flags
from detection.outcomes import KINDS
from detection.publishing import READ, WRITTEN, publish_day
from tests.conftest import FIRST, LAST
from tests.detection.conftest import rewrite
from tests.features.hall_support import day_of

STARTED = datetime(2026, 3, 5, 1, tzinfo=UTC)


def runs_of(home: Home) -> list[dict]:
    rows = duckdb.sql(f"SELECT * FROM {Lake.of(home).sql('runs')} ORDER BY service_day, run_id").to_arrow_table()
    return [row | {name: json.loads(row[name]) for name in JSON} for row in rows.to_pylist()]


JSON = ("rows", "assessed", "input_versions", "output_versions")


def test_every_night_has_one_record(judged):
    runs = runs_of(judged)
    assert [run["service_day"] for run in runs] == [FIRST + timedelta(days=n) for n in range(3)]
    assert len({run["run_id"] for run in runs}) == 3
    assert {run["status"] for run in runs} == {"done"}
    assert all(run["started_at"] <= run["ended_at"] for run in runs)


def test_what_was_written_is_what_stands_in_the_lake(judged):
    for run in runs_of(judged):
        bookings = day_of(judged, "bookings", run["service_day"]).num_rows
        assert run["rows"]["in"] == {"bookings": bookings}
        for name in WRITTEN:
            sql = Lake.of(judged).sql(name, run["service_day"], run["service_day"])
            assert (run["rows"]["out"][name],) == duckdb.sql(f"SELECT count(*) FROM {sql}").fetchone()
        assert {run["rows"]["out"][name] for name in WRITTEN if name not in {"overtakes", "case_days"}} == {bookings}


def test_every_flag_s_outcomes_add_up_to_the_bookings(judged):
    for run in runs_of(judged):
        assert run["assessed"].keys() == all_flags().keys()
        for code, counts in run["assessed"].items():
            assert counts.keys() == {"fired", "passed", "not_assessed", "share", "stated", "too_common"}
            assert sum(counts[kind] for kind in KINDS) == run["rows"]["in"]["bookings"]
            assert counts["stated"] == all_flags()[code].rare
            fired = day_of(judged, "findings", run["service_day"])[f"{code}_fired"].to_pylist()
            assert [counts[kind] for kind in KINDS] == [fired.count(outcome) for outcome in (True, False, None)]


def test_it_names_code_settings_model_and_the_versions_of_what_was_read_and_written(judged):
    run, lake = runs_of(judged)[-1], Lake.of(judged)
    assert run["code_version"] == code_version()
    assert run["config_hash"] == judged.settings.digest()
    (model,) = set(day_of(judged, "scores", LAST)["model_version"].to_pylist())
    assert run["model_version"] == model
    assert judged.path("models", f"{model}.skops").is_file()
    assert run["input_versions"] == {name: lake.version(name) for name in READ}
    assert run["output_versions"] == {name: lake.version(name) for name in (*WRITTEN, "cases")}
    assert run["input_versions"]["bookings"] is not None
    assert run["input_versions"]["labels"] is None, "never delivered"


def test_a_run_published_twice_is_recorded_once_and_a_rerun_beside_it(rerun):
    before = runs_of(rerun)
    for _ in range(2):
        publish_day(rerun, LAST, "a rerun", STARTED)
    runs = runs_of(rerun)
    assert len(runs) == len(before) + 1
    (new,) = [run for run in runs if run["run_id"] == "a rerun"]
    assert new["started_at"] == STARTED
    assert new["rows"] == before[-1]["rows"]
    assert [run for run in runs if run["run_id"] != "a rerun"] == before


def test_a_night_without_bookings_is_recorded_with_zeros_and_no_model(rerun):
    day = LAST + timedelta(days=1)
    assert set(publish_day(rerun, day, "empty", STARTED).values()) == {0}
    (run,) = [run for run in runs_of(rerun) if run["run_id"] == "empty"]
    assert run["model_version"] == "none"
    assert {counts[kind] for counts in run["assessed"].values() for kind in KINDS} == {0}
    assert {(counts["share"], counts["too_common"]) for counts in run["assessed"].values()} == {(None, False)}


@pytest.mark.parametrize("broken", [0, 3])
def test_refused_rows_are_counted_by_table(home, hall, broken):
    def spoil(rows):
        return [row | {"channel": "pigeon"} if n < broken else row for n, row in enumerate(rows)]

    rewrite(hall / "bookings" / f"{LAST}.csv", spoil)
    ingest(home, str(hall))
    publish_day(home, LAST, "run", STARTED)
    (run,) = runs_of(home)
    assert run["rows"]["rejected"] == ({"bookings": broken} if broken else {})
