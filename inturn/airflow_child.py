"""What runs inside Airflow's environment (see `inturn.airflow`): prepare the database, or run nights.

python -m inturn.airflow_child prepare
python -m inturn.airflow_child night 2026-03-02 2026-03-03
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from airflow.dag_processing.dagbag import DagBag
from airflow.listeners import hookimpl
from airflow.models.pool import Pool
from airflow.sdk.listener import get_listener_manager
from airflow.utils import db
from filelock import FileLock

LAKE_POOL = "lake"


class Reporter:
    """Airflow's listener: a JSON line for each task that ended: task, state, seconds, counts or error."""

    def __init__(self, day: str, out: TextIO) -> None:
        self.day = day
        self.out = out
        self.began = time.monotonic()

    @hookimpl
    def on_task_instance_running(self, previous_state: object, task_instance: Any) -> None:
        """Remember when a task began."""
        self.began = time.monotonic()

    @hookimpl
    def on_task_instance_success(self, previous_state: object, task_instance: Any) -> None:
        """Report a task that is done, with the counts that it returned."""
        counts = task_instance.xcom_pull(
            task_ids=task_instance.task_id,
            map_indexes=task_instance.map_index if task_instance.map_index >= 0 else None,
        )
        self._report(task_instance, "done", counts=counts if isinstance(counts, dict) else None)

    @hookimpl
    def on_task_instance_failed(self, previous_state: object, task_instance: Any, error: object) -> None:
        """Report a task that failed, with its error in its own words."""
        self._report(task_instance, "failed", error=str(error) or type(error).__name__)

    def _report(self, instance: Any, state: str, **more: object) -> None:
        label = instance.rendered_map_index if instance.map_index >= 0 else None
        event = {
            "day": self.day,
            "task": f"{instance.task_id} {label}" if label else instance.task_id,
            "state": state,
            "seconds": time.monotonic() - self.began,
            **more,
        }
        self.out.write(json.dumps(event, default=str) + "\n")
        self.out.flush()


def prepare() -> None:
    """Migrate the metadata database if it is behind, and make the pool of whatever writes the lake."""
    with FileLock(Path(os.environ["AIRFLOW_HOME"]) / ".prepare.lock"):
        try:
            db.check_migrations(0)  # type: ignore[no-untyped-call]
        except TimeoutError:
            db.upgradedb()
        Pool.create_or_update_pool(
            LAKE_POOL, slots=1, description="Whoever writes the lake: one at a time", include_deferred=False
        )


def nights(days: list[str], out: TextIO) -> bool:
    """Run the nightly DAG for these days in this process; True if all succeeded, the first that fails is the last."""
    bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    if bag.import_errors:
        raise SystemExit("\n".join(bag.import_errors.values()))
    listeners = get_listener_manager()
    for day in days:
        listeners.clear()  # type: ignore[no-untyped-call]
        listeners.add_listener(Reporter(day, out))  # type: ignore[no-untyped-call]
        if bag.dags["nightly"].test(run_conf={"day": day}).state != "success":
            return False
    return True


def main(words: list[str]) -> int:
    """Do what the words say; Airflow's own output goes to stderr, reports to stdout."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)
        prepare()
        if words[0] == "night":
            return 0 if nights(words[1:], out) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
