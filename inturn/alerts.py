"""What Airflow does when a night fails or is late: one plain sentence in the home's `alerts.log`.

Imported while DAG files are parsed, so nothing heavy stands here.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.errors import UserError

ALERTS_FILE = "alerts.log"


def task_failed(context: Mapping[str, Any]) -> None:
    """Airflow's failure callback: say which task, which day, why, and what to do."""
    instance, error = context["ti"], context.get("exception")
    label = instance.rendered_map_index if instance.map_index >= 0 else None
    name = f"{instance.task_id}[{label}]" if label else instance.task_id
    day = context["dag_run"].partition_key or context["params"].get("day") or "no day"
    _write(f"{instance.dag_id}: {name} failed for {day}: {_advice(error, instance.task_id)}")


def night_late(context: Mapping[str, Any]) -> None:
    """Airflow's deadline callback: the run named in the context is not done in time."""
    run, due = context["dag_run"], str(context["deadline"]["deadline_time"])[:16].replace("T", " ")
    day = run.get("partition_key") or (run.get("conf") or {}).get("day") or "no day"
    _write(
        f"{run['dag_id']}: the run for {day} is late: it is still {run['state']} past {due} UTC. "
        f"Open run {run['dag_run_id']} in Airflow and see which task it waits for."
    )


def _advice(error: object, task: str) -> str:
    again = f"clear the task {task} with all that follows it, or run the day again"
    if isinstance(error, UserError):
        return f"{error} Then {again}."
    cause = f"{type(error).__name__}: {error}" if isinstance(error, BaseException) else "it was stopped"
    return f"{cause.rstrip('.')}. You may {again}; if it fails again, report it with the task's log."


def _write(sentence: str) -> None:
    """Append one line; a line break in an error must not look like a second alert."""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    with (Path(os.environ.get("INTURN_HOME", "var")) / ALERTS_FILE).open("a", encoding="utf-8") as file:
        file.write(f"{when} {' '.join(sentence.split())}\n")
