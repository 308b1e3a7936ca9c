"""Run as a script, in a process of its own: what Airflow sees when it parses the DAG files, as JSON."""

import json
import os
import sys

from airflow.dag_processing.dagbag import DagBag

HEAVY = {"pandas", "pyarrow", "duckdb", "sklearn", "numba", "ibis", "deltalake"}


def facts() -> dict[str, object]:
    before = set(sys.modules)
    bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    heavy = sorted(HEAVY & (set(sys.modules) - before))
    dags = {}
    for name, dag in bag.dags.items():
        stored = stored_and_read(dag)
        dags[name] = {
            "tags": sorted(dag.tags),
            "doc": dag.doc_md or "",
            "start": dag.start_date and dag.start_date.isoformat(),
            "catchup": dag.catchup,
            "max_active_runs": dag.max_active_runs,
            "timeout_s": dag.dagrun_timeout and dag.dagrun_timeout.total_seconds(),
            "deadlines": len(dag.deadline) if isinstance(dag.deadline, list) else int(dag.deadline is not None),
            "survives_serialization": edges(stored) == edges(dag) and stored.doc_md == dag.doc_md,
            "assets": sorted(asset.name for _, asset in stored.timetable.asset_condition.iter_assets())
            if stored.timetable.asset_condition
            else [],
            "tasks": {task.task_id: task_facts(task) for task in dag.tasks},
        }
    return {"errors": bag.import_errors, "heavy": heavy, "dags": dags, "days": days(bag)}


def stored_and_read(dag):
    """The DAG as the scheduler has it: through JSON in the metadata database."""
    from airflow.serialization.serialized_objects import DagSerialization

    return DagSerialization.deserialize_dag(json.loads(json.dumps(DagSerialization.serialize_dag(dag))))


def edges(dag) -> dict[str, list[str]]:
    return {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks}


def task_facts(task) -> dict[str, object]:
    callbacks = task.on_failure_callback or []
    return {
        "owner": task.owner,
        "retries": task.retries,
        "backs_off": bool(task.retry_exponential_backoff),
        "retry_policy": task.retry_policy is not None,
        "timeout_s": task.execution_timeout and task.execution_timeout.total_seconds(),
        "callbacks": len(callbacks) if isinstance(callbacks, list) else 1,
        "pool": task.pool,
        "mapped": task.is_mapped,
        "upstream": sorted(task.upstream_task_ids),
        "outlets": [asset.name for asset in task.outlets],
    }


def days(bag: DagBag) -> list[tuple[str, str]]:
    """The first two scheduled runs after the start: when, and for which service day."""
    from airflow.timetables.base import TimeRestriction

    dag = stored_and_read(bag.dags["nightly"])
    limits = TimeRestriction(earliest=dag.start_date, latest=None, catchup=True)
    found, last = [], None
    for _ in range(2):
        last = dag.timetable.next_dagrun_info_v2(last_dagrun_info=last, restriction=limits)
        found.append((last.run_after.isoformat(), last.partition_key))
    return found


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(facts()))
