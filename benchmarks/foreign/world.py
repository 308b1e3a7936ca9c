"""The city from end to end: draw it, play every hall's day, write the tables."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.foreign import demand, habits, records, schemes_hall, schemes_slots
from benchmarks.foreign.hall import Hall
from benchmarks.foreign.kinds import Centre, draw_city
from benchmarks.foreign.people import People
from benchmarks.foreign.plots import Job, Plan, draw_plan
from benchmarks.foreign.roster import windows_of
from benchmarks.foreign.tables import Rows, collect, write
from benchmarks.foreign.today import Today
from benchmarks.foreign.voices import complain, register

#: of a city of which nothing else is said
CENTRES, DAYS = 8, 40

Scheme = Callable[[Today, Job, np.random.Generator], None]
DO: dict[str, Scheme] = {
    "pocket_call": schemes_hall.pocket_call,
    "broker_desk": schemes_hall.broker_desk,
    "cousin_favour": schemes_hall.cousin_favour,
    "backdated_ticket": schemes_hall.backdated_ticket,
    "false_recall": schemes_hall.false_recall,
    "borrowed_cane": schemes_hall.borrowed_cane,
    "ticket_bundle": schemes_hall.ticket_bundle,
    "short_queue": schemes_hall.short_queue,
    "side_door": schemes_hall.side_door,
    "burned_calls": schemes_hall.burned_calls,
    "release_bot": schemes_slots.release_bot,
    "kept_slots": schemes_slots.kept_slots,
}


def _stream(seed: int, centre: Centre, day: int, purpose: int) -> np.random.Generator:
    """A generator of its own for each purpose, so that schemes leave ordinary life as it was."""
    return np.random.default_rng([seed, centre.index, day, purpose])


def play(seed: int, centre: Centre, day: int, people: People, plan: Plan) -> Today:
    """One hall's day: demand, habits, schemes, the hall, and what is written down."""
    today = Today(centre, day, people, windows_of(seed, centre, day), _stream(seed, centre, day, 20))
    demand.fill(today)
    habits.apply(today)
    dark = _stream(seed, centre, day, 21)
    if operation := plan.withheld.get((centre.index, day)):
        schemes_slots.withhold(today, operation, dark)
    for job in plan.jobs.get((centre.index, day), []):
        DO[job.operation.scheme](today, job, dark)
    records.number_tickets(today)
    hall = Hall(today, _stream(seed, centre, day, 22))
    hall.run()
    records.write_down(today, hall, _stream(seed, centre, day, 23))
    return today


def build(seed: int, variant: str, centres: int, days: int) -> Rows:
    """All tables of one city."""
    city = draw_city(seed, centres, days)
    plan = draw_plan(seed, city, days, variant)
    rows: Rows = defaultdict(list)
    for centre in city:
        people = People(seed, centre.index, 9000)
        for day in range(days):
            today = play(seed, centre, day, people, plan)
            collect(today, rows)
            complain(today, rows)
    register(rows)
    return rows


def make(out: Path, seed: int, variant: str, centres: int = CENTRES, days: int = DAYS) -> tuple[date, date]:
    """Build a city and write it; its first and last day."""
    rows = build(seed, variant, centres, days)
    write(rows, out)
    served = [row["service_day"] for row in rows["bookings"]]
    return min(served), max(served)
