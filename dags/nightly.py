"""### The night: from the day's booking logs to cases

Runs at 00:30 in the home's time zone for the **service day that has just ended**; the day is the run's partition
key (`2026-03-02`). A run started by hand names it in `day` instead.

| task | does | leaves behind |
|---|---|---|
| `sources` | lists the sources of `inturn.toml` | |
| `ingest` | reads, checks, pseudonymises and stores one source (one task each) | `bookings`, `rejects` |
| `stored` | waits until every source is in | |
| `summaries` | sums up the days that the night is compared with, where they are new or have changed | `contacts`, … |
| `order` | finds who was called before whom | `overtakes`, `order` |
| `rings` | finds who books for many by the same telephones and devices | `rings`, `ring_changes`, `affinity` |
| `features`, `flags`, `score` | measure, judge and rank each booking of the day | `features`, `scores` |
| `cases` | joins flagged bookings to cases, and draws the audit | `cases`, `case_days`, and their columns of `scores` |
| `publish` | records the run: rows, versions, what could not be assessed | `runs` |
| `drift` | compares with what the model in service was trained on; skipped where no new one is called for | `drift` |
| `console` | shows the night in the inspectors' console, if there is one, and takes their verdicts | `labels` |

The log of `flags` warns of flags that fire on more bookings than they state (`docs/operations.md`).
Every task replaces its day in one atomic step, so any of them, and the whole night, can be run again at any time.

#### When it fails
1. Read the last line of `alerts.log` in the home: it names the task, the day, the cause and the next step.
2. **The source is at fault** (red `ingest`; it is not retried, since waiting mends no file). The other sources are
   in. Mend or replace the delivery, then clear that one task: *Clear task, downstream* in the UI. Later days and
   earlier days are untouched, and the night goes on by itself.
3. **The home is at fault** (disk full, no rights, key lost): the alert says which. Mend it, then clear the red task.
4. **Somebody else was writing**: retried by itself, up to three times with growing pauses. Clear it once they are done.
5. **The program is at fault** (the alert names an exception): the task's log in the UI has the whole trace. Clear
   the task once; if it fails again, report it with that log. The night can also be done without Airflow:
   `inturn run --from DAY`.
6. **"is late"**: the run is still at work six hours after it was queued, or waits in the queue. Look for a run that
   hangs (UI, *Nightly*), or a lake pool whose one slot is taken (UI, *Admin → Pools*).

A night that never ran because Airflow was down is caught up when it comes back. Older days: see
`docs/operations.md`, *Back-fill*.
"""

import os
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from airflow.sdk import Asset, CronPartitionTimetable, dag, task

from inturn.scheduling import DAY, DAY_PARAMS, DEFAULTS, DRIFT, NIGHT, SETTINGS, WATCHED, Counts, late_after

#: the earliest service day that the schedule owes; unset: only nights from now on, and none is caught up
FIRST_DAY = None if WATCHED else os.environ.get("NIGHT_FIRST_DAY")
#: just after the tick at which the night before FIRST_DAY would have begun. It must lie in the past: a run by hand
#: before it would have no tasks, and so succeed
START = datetime.combine(date.fromisoformat(FIRST_DAY), time(0, 31), ZoneInfo(SETTINGS.timezone)) if FIRST_DAY else None
RUN = "{{ run_id }}"

BOOKINGS = Asset("bookings", uri="inturn://lake/bookings")
OVERTAKES = Asset("overtakes", uri="inturn://lake/overtakes")
RINGS = Asset("rings", uri="inturn://lake/rings")
FEATURES = Asset("features", uri="inturn://lake/features")
FLAGS = Asset("flags", uri="inturn://lake/flags")
SCORES = Asset("scores", uri="inturn://lake/scores")
CASES = Asset("cases", uri="inturn://lake/cases")


@dag(
    schedule=CronPartitionTimetable("30 0 * * *", timezone=SETTINGS.timezone, run_offset=-1, key_format="%Y-%m-%d"),
    start_date=START,
    catchup=START is not None,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=20),
    deadline=late_after(hours=6),
    params=DAY_PARAMS,
    default_args=DEFAULTS,
    tags=["inturn", "nightly"],
    is_paused_upon_creation=False,
    doc_md=__doc__,
)
def nightly() -> None:
    """One service day, from every configured source to the cases."""

    @task(pool="default_pool")
    def sources() -> list[str]:
        from inturn import tasks

        return tasks.sources()

    @task(map_index_template="{{ task.op_kwargs['source'] }}")
    def ingest(source: str) -> Counts:
        from inturn import tasks

        return tasks.ingest(source)

    @task(outlets=[BOOKINGS], pool="default_pool")
    def stored() -> None:
        """Every source is in: one event for all of them."""

    @task(inlets=[BOOKINGS])
    def summaries(day: str) -> Counts:
        from inturn import tasks

        return tasks.summaries(day)

    @task(inlets=[BOOKINGS], outlets=[OVERTAKES])
    def order(day: str) -> Counts:
        from inturn import tasks

        return tasks.order(day)

    @task(inlets=[BOOKINGS], outlets=[RINGS])
    def rings(day: str) -> Counts:
        from inturn import tasks

        return tasks.rings(day)

    @task(inlets=[BOOKINGS, OVERTAKES, RINGS], outlets=[FEATURES])
    def features(day: str) -> Counts:
        from inturn import tasks

        return tasks.features(day)

    @task(inlets=[FEATURES], outlets=[FLAGS])
    def flags(day: str) -> Counts:
        from inturn import tasks

        return tasks.flags(day)

    @task(inlets=[FEATURES, FLAGS], outlets=[SCORES])
    def score(day: str, run: str) -> Counts:
        from inturn import tasks

        return tasks.score(day, run)

    @task(inlets=[SCORES], outlets=[CASES])
    def cases(day: str) -> Counts:
        from inturn import tasks

        return tasks.cases(day)

    @task(inlets=[CASES], outlets=[NIGHT])
    def publish(day: str, run: str, began: str) -> Counts:
        from inturn import tasks

        return tasks.publish(day, run, began)

    @task(inlets=[NIGHT], outlets=[DRIFT])
    def drift(day: str) -> Counts:
        from airflow.sdk.exceptions import AirflowSkipException

        from inturn import tasks

        found = tasks.drift(day)
        if not found["retrain"]:  # a skipped task says nothing to those that wait for its asset
            raise AirflowSkipException(f"nothing calls for a training: {found}")
        return found

    @task(inlets=[NIGHT], trigger_rule="none_failed")  # drift is skipped on most nights
    def console(day: str) -> Counts:
        from inturn import tasks

        return tasks.console(day)

    (
        ingest.expand(source=sources())
        >> stored()
        >> summaries(DAY)
        >> order(DAY)
        >> rings(DAY)
        >> features(DAY)
        >> flags(DAY)
        >> score(DAY, RUN)
        >> cases(DAY)
        >> publish(DAY, RUN, "{{ dag_run.start_date.isoformat() }}")
        >> drift(DAY)
        >> console(DAY)
    )


nightly()
