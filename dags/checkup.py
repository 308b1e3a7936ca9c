"""### The check-up: could each centre serve more people than it lets book?

Runs after every night (asset `night`), for the same service day, and does something where a week or a month ends with
it: the week from Monday to Sunday, the calendar month. A run started by hand names the day in `day`.

| task | does | leaves behind |
|---|---|---|
| `week_ends`, `month_ends` | see whether one does; if not, what follows is skipped | |
| `week`, `month` | check every centre over the week or the month | `checkups`, and a page in `reports/` in the home |

#### When it fails
1. Read the last line of `alerts.log` in the home: it names the task, the day, the cause and the next step.
2. **The home is at fault** (disk full, no rights): mend it, then clear the red task.
3. **Somebody else was writing**: retried by itself. Clear it once they are done.
4. **The program is at fault** (the alert names an exception): the task's log in the UI has the whole trace. Clear the
   task once; if it fails again, report it with that log. By hand it is `inturn checkup --from DAY --to DAY`.
5. **"is late"**: the lake pool's one slot is taken by a night; it will come to it.

A night that is run again for an earlier day runs this again too, and replaces the check-up of its week and month if it
is their last day. For another day of a period: `inturn checkup` with the period's first and last day.
"""

from datetime import timedelta

from airflow.sdk import PartitionedAssetTimetable, dag, task

from inturn.scheduling import DAY, DAY_PARAMS, DEFAULTS, NIGHT, Counts, late_after


@dag(
    schedule=PartitionedAssetTimetable(assets=NIGHT),
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=20),
    deadline=late_after(hours=12),
    params=DAY_PARAMS,
    default_args=DEFAULTS,
    tags=["inturn", "checkup"],
    is_paused_upon_creation=False,
    doc_md=__doc__,
)
def checkup() -> None:
    """Every centre, week by week and month by month."""

    @task.short_circuit(pool="default_pool", ignore_downstream_trigger_rules=False)
    def week_ends(day: str) -> bool:
        from inturn import tasks

        return tasks.ends(day, "week")

    @task
    def week(day: str) -> Counts:
        from inturn import tasks

        return tasks.checkup(day, "week")

    @task.short_circuit(pool="default_pool", ignore_downstream_trigger_rules=False)
    def month_ends(day: str) -> bool:
        from inturn import tasks

        return tasks.ends(day, "month")

    @task
    def month(day: str) -> Counts:
        from inturn import tasks

        return tasks.checkup(day, "month")

    week_ends(DAY) >> week(DAY)
    month_ends(DAY) >> month(DAY)


checkup()
