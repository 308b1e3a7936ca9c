"""What every DAG has in common: the service day, retries, limits, alerts.

Imported while DAG files are parsed, so nothing heavy stands here.
"""

import os
from datetime import timedelta
from pathlib import Path

from airflow.sdk import Asset, ExceptionRetryPolicy, Param, RetryAction, RetryRule
from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from data.errors import BusyError, UserError
from data.settings import load_settings
from inturn.alerts import night_late, task_failed

#: one run by hand, watched by whoever started it (inturn.airflow sets it): fail at once, no deadline.
#: A deadline would also make `dags test` end with status 1 after success: apache/airflow#73428
WATCHED = os.environ.get("NIGHT_WATCHED") == "1"
SETTINGS = load_settings(Path(os.environ.get("INTURN_HOME", "var")) / "inturn.toml")
#: what a stage reports: rows and findings, by name
Counts = dict[str, object]
#: the service day of a run: its partition key, or the parameter of a run by hand
DAY = "{{ dag_run.partition_key or params.day }}"
DAY_PARAMS = {"day": Param(None, type=["null", "string"], format="date", title="Service day (YYYY-MM-DD)")}

#: a night is done
NIGHT = Asset("night", uri="inturn://lake/runs")
#: a night that looks unlike those that the model in service was trained on
DRIFT = Asset("drift", uri="inturn://lake/drift")

DEFAULTS = {
    "owner": "inturn",
    "retries": 0 if WATCHED else 3,
    "retry_delay": timedelta(minutes=2),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=30),
    # waiting mends a lock, but no file, setting or key
    "retry_policy": ExceptionRetryPolicy(
        rules=[
            RetryRule(exception=BusyError, action=RetryAction.DEFAULT),
            RetryRule(exception=UserError, action=RetryAction.FAIL, reason="needs a person"),
        ]
    ),
    "execution_timeout": timedelta(hours=3),
    "on_failure_callback": task_failed,
    "pool": "lake",
}


def late_after(hours: int) -> DeadlineAlert | None:
    """An alert for a run that is not done so long after it was queued."""
    if WATCHED:
        return None
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=hours),
        callback=SyncCallback(night_late),
        name="late",
    )
