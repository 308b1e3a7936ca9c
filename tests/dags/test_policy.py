"""What every DAG file must keep to, as Airflow itself sees it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from data.home import Home
from inturn.airflow import environment


def parsed(home: Home, **more: str) -> dict[str, Any]:
    env = {**environment(home), **more}
    script = Path(__file__).with_name("dag_facts.py")
    done = subprocess.run([sys.executable, str(script)], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return parsed(Home.create(tmp_path_factory.mktemp("policy") / "home"), NIGHT_FIRST_DAY="2026-03-01")


def test_every_dag_file_imports_and_loads_nothing_heavy(facts: dict[str, Any]) -> None:
    assert facts["errors"] == {}
    assert facts["heavy"] == []
    assert "nightly" in facts["dags"]


def test_every_dag_has_its_runbook_and_its_limits(facts: dict[str, Any]) -> None:
    for name, dag in facts["dags"].items():
        assert dag["tags"], name
        assert "When it fails" in dag["doc"], name
        assert dag["timeout_s"], name
        assert dag["deadlines"], name
        assert dag["max_active_runs"] == 1, name
        assert dag["survives_serialization"], name


def test_every_task_is_owned_retried_limited_and_heard(facts: dict[str, Any]) -> None:
    for dag in facts["dags"].values():
        for name, task in dag["tasks"].items():
            assert task["owner"] not in {"", "airflow"}, name
            assert task["retries"] > 0, name
            assert task["backs_off"], name
            assert task["retry_policy"], name
            assert task["timeout_s"], name
            assert task["callbacks"], name


def test_mapped_tasks_have_no_outlets_since_each_instance_would_emit_one_event(facts: dict[str, Any]) -> None:
    tasks = facts["dags"]["nightly"]["tasks"]
    assert [name for name, task in tasks.items() if task["mapped"]] == ["ingest"]
    assert tasks["ingest"]["outlets"] == []
    assert tasks["stored"]["outlets"] == ["bookings"]


def test_the_night_runs_in_the_order_of_the_design_and_one_writer_at_a_time(facts: dict[str, Any]) -> None:
    tasks = facts["dags"]["nightly"]["tasks"]
    order = [
        "sources",
        "ingest",
        "stored",
        "summaries",
        "order",
        "rings",
        "features",
        "flags",
        "score",
        "cases",
        "publish",
        "drift",
        "console",
    ]
    assert [tasks[name]["upstream"] for name in order] == [[], *([name] for name in order[:-1])]
    assert {tasks[name]["pool"] for name in set(order) - {"sources", "stored"}} == {"lake"}


def test_the_retraining_goes_step_by_step_and_a_drifted_night_calls_for_it(facts: dict[str, Any]) -> None:
    tasks = facts["dags"]["retrain"]["tasks"]
    order = ["labels", "build", "train", "evaluate", "shadow", "promote"]
    assert [tasks[name]["upstream"] for name in order] == [[], *([name] for name in order[:-1])]
    assert {tasks[name]["pool"] for name in order} == {"lake"}
    assert facts["dags"]["nightly"]["tasks"]["drift"]["outlets"] == ["drift"]
    assert facts["dags"]["retrain"]["assets"] == ["drift"]


def test_half_past_midnight_works_on_the_day_that_has_ended(facts: dict[str, Any]) -> None:
    """00:30 of 2 March in Shanghai is 16:30 of 1 March in UTC."""
    assert facts["dags"]["nightly"]["catchup"]
    assert facts["days"] == [
        ["2026-03-01T16:30:00+00:00", "2026-03-01"],
        ["2026-03-02T16:30:00+00:00", "2026-03-02"],
    ]


def test_a_home_in_another_zone_has_its_own_midnight_also_across_a_change_of_clocks(tmp_path: Path) -> None:
    """In Warsaw clocks go forward on 29 March 2026, an hour and a half after the run for the 28th."""
    home = Home.create(tmp_path / "home")
    (home.root / "inturn.toml").write_text('timezone = "Europe/Warsaw"\n', encoding="utf-8")
    facts = parsed(Home.open(home.root), NIGHT_FIRST_DAY="2026-03-28")
    assert facts["days"] == [
        ["2026-03-28T23:30:00+00:00", "2026-03-28"],
        ["2026-03-29T22:30:00+00:00", "2026-03-29"],
    ]


def test_secrets_are_the_owners_alone_and_stay_the_same(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    first, again = environment(home), environment(home)
    assert first == again
    assert len(first["AIRFLOW__API_AUTH__JWT_SECRET"]) >= 64
    for name in ("jwt.secret", "passwords.json"):
        assert (home.path("airflow", name).stat().st_mode & 0o777) == 0o600
    assert home.path("airflow").stat().st_mode & 0o077 == 0


def test_what_is_set_already_wins_except_over_a_watched_nights_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home.create(tmp_path / "home")
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql:///airflow")
    assert environment(home)["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == "postgresql:///airflow"
    watched = environment(home, watched=True)["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    assert watched == f"sqlite:///{home.path('airflow', 'watched.db')}"
    assert environment(home)["PATH"] == os.environ["PATH"]
