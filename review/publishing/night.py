"""Publishes a night, or every night that is missing."""

from datetime import date

from django.core.management import call_command

from data.engine import engine
from data.home import Home
from data.lake import Lake
from review.audit import note_head
from review.models import PublishedNight
from review.publishing.drawing import drawn_cases
from review.publishing.reading import bookings_of, cases_of, drift_of, night_of
from review.publishing.writing import write_night


def publish_night(home: Home, day: date) -> dict[str, int]:
    """Bring the cases of a night into the console; may be run again at any time. Nothing where it was never run."""
    lake = Lake.of(home)
    with engine(home) as connection:
        night = night_of(lake, connection, day)
        if not night:
            return {}
        cases, bookings = cases_of(home, lake, connection, day), bookings_of(lake, connection, day)
        by_name = {case.row["case_id"]: case for case in cases}
        for booking in bookings:
            if case := by_name.get(booking["case_id"]):
                case.bookings.append(booking)
                case.within_budget |= booking["selection_probability"] == 1 and not booking["audit"]
        harm = [case.row["expected_harm"] for case in cases if case.within_budget]
        cases += drawn_cases(lake, connection, day, bookings, harm)
        about = night | drift_of(lake, connection, day)
    counts = write_night(day, about, cases)
    note_head()
    call_command("clearsessions")  # those that have ended: nobody else takes them away
    return counts


def publish_missing(home: Home) -> list[date]:
    """Publish every night whose last run is not here yet, in order; which they were."""
    lake = Lake.of(home)
    with engine(home) as connection:
        runs = connection.execute(
            f"SELECT service_day, arg_max(run_id, ended_at) FROM {lake.sql('runs')} GROUP BY 1 ORDER BY 1"
        ).fetchall()
    known = dict(PublishedNight.objects.values_list("service_day", "run_id"))
    missing = [day for day, run in runs if known.get(day) != run]
    for day in missing:
        publish_night(home, day)
    return missing
