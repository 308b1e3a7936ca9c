"""### Retraining: from inspectors' verdicts to a better model, or to the reason why not

Runs on Sundays at 03:00 in the home's time zone, and whenever a night has drifted (asset `drift`), with the verdicts
that were known at the end of the day before. A run started by hand names that day in `day`.

| task | does | leaves in `learning/DAY/` |
|---|---|---|
| `labels` | collects and settles the verdicts; skips the rest where too few | `labels.json`, `conflicts.parquet` |
| `build` | the bookings that are learnt from | `rows.parquet` |
| `train` | walks forward week by week, then trains on all | `model.json`; the model itself in `models/learned/` |
| `evaluate` | figures on the nights that followed, by centre and age group | `evaluation.json` |
| `shadow` | champion and challenger beside each other | `decision.json` |
| `promote` | puts it in service from the next night on, or keeps it with the reason | its card, `service.json` |

Each task can be run again. Only `promote` touches what serves, by replacing one file: whatever is killed before leaves
the model in service that was there.

#### When it fails
1. Read the last line of `alerts.log` in the home: it names the task, the cause and the next step.
2. **Skipped**: there are too few verdicts; the log of `labels` says how many of which kind are missing. Nothing is
   wrong, and nights go on as before.
3. **The home is at fault** (disk full, no rights): mend it, then clear the red task.
4. **A model file is refused by name**: somebody changed it. `inturn models rollback` puts the one before in service;
   `inturn train` makes a new one.
5. **The program is at fault**: clear the task once; if it fails again, report it with the task's log. By hand:
   `inturn train --as-of DAY`.
"""

from datetime import timedelta

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, Param, dag, task

from inturn.scheduling import DEFAULTS, DRIFT, SETTINGS, Counts, late_after

AS_OF = "{{ params.day or dag_run.run_after.isoformat() }}"


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("0 3 * * SUN", timezone=SETTINGS.timezone), assets=[DRIFT]
    ),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=20),
    deadline=late_after(hours=6),
    params={"day": Param(None, type=["null", "string"], format="date", title="Verdicts known on (YYYY-MM-DD)")},
    default_args=DEFAULTS,
    tags=["inturn", "weekly"],
    is_paused_upon_creation=False,
    doc_md=__doc__,
)
def retrain() -> None:
    """From the verdicts known on a day to what serves from the next night on."""

    @task
    def labels(as_of: str) -> Counts:
        from airflow.sdk.exceptions import AirflowSkipException

        from inturn import tasks

        found = tasks.labels(as_of)
        if found["missing"]:
            raise AirflowSkipException(f"too few verdicts, still missing: {found['missing']}")
        return found

    @task
    def build(as_of: str) -> Counts:
        from inturn import tasks

        return tasks.learn(as_of, "build")

    @task
    def train(as_of: str) -> Counts:
        from inturn import tasks

        return tasks.learn(as_of, "train")

    @task
    def evaluate(as_of: str) -> Counts:
        from inturn import tasks

        return tasks.learn(as_of, "evaluate")

    @task
    def shadow(as_of: str) -> Counts:
        from inturn import tasks

        return tasks.learn(as_of, "shadow")

    @task
    def promote(as_of: str) -> Counts:
        from inturn import tasks

        return tasks.learn(as_of, "promote")

    labels(AS_OF) >> build(AS_OF) >> train(AS_OF) >> evaluate(AS_OF) >> shadow(AS_OF) >> promote(AS_OF)


retrain()
