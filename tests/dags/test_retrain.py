"""The retraining as Airflow runs it without a scheduler: without verdicts, and then with them."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from data.home import Home
from detection.learning.registry import in_service
from inturn.airflow import environment, prepare
from tests.detection.learning_support import night, written

ROOT = Path(__file__).parent.parent.parent
RUN = """
import os, sys
from pathlib import Path
from airflow.dag_processing.dagbag import DagBag
from data.home import Home
from tests.detection.learning_support import learnable
dag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"]).dags["retrain"]
for number in range(2):
    run = dag.test(run_conf={"day": sys.argv[1]})
    print("STATES", run.state, *sorted(f"{ti.task_id}={ti.state}" for ti in run.get_task_instances()))
    learnable(Home.open(Path(os.environ["INTURN_HOME"])), int(sys.argv[2]))
"""
NIGHTS = 35
LAST = night(NIGHTS - 1)


@pytest.mark.slow  # Airflow's start alone takes most of a minute on busy cores
def test_too_few_verdicts_skip_it_cleanly_and_enough_of_them_put_a_model_in_service(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    written(home, NIGHTS)
    prepare(home)
    env = environment(home, watched=True)
    env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = f"sqlite:///{home.path('airflow', 'airflow.db')}"
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(LAST), str(NIGHTS)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
        cwd=ROOT,
    )
    said = [line for line in done.stdout.splitlines() if line.startswith("STATES")]
    assert len(said) == 2, done.stderr[-3000:]
    assert said[0].count("=skipped") == 6, said
    assert said[1].startswith("STATES success"), said
    assert said[1].count("=success") == 6, said
    assert in_service(home, LAST + timedelta(days=1)) is not None
