"""Schemes that work in the hall: at the call, the ticket machine, the records of arrival and priority."""

import numpy as np

from benchmarks.foreign.clients import client, company_traces, lift, mark, someone, typed_in
from benchmarks.foreign.model import DAY, HOUR, MINUTE, between, pick
from benchmarks.foreign.plots import Job
from benchmarks.foreign.today import Today


def pocket_call(today: Today, job: Job, rng: np.random.Generator) -> None:
    """A clerk takes cash and calls the payer next. No shared identifier at all."""
    for _ in range(job.bookings):
        visit = client(today, job, rng)
        lift(visit, job, rng, job.clerks)
        visit.mark = mark(job, job.clerks[0])
        today.visits.append(visit)


def broker_desk(today: Today, job: Job, rng: np.random.Generator) -> None:
    """A company pays one or several clerks for its clients; others of its clients wait like everybody."""
    for _ in range(job.bookings):
        visit = client(today, job, rng)
        company_traces(today, visit, job, rng)
        lift(visit, job, rng, job.clerks)
        visit.mark = mark(job, someone(rng, job.clerks))
        today.visits.append(visit)
    for _ in range(int(rng.poisson(job.bookings * (0.4 + job.operation.hiding)))):
        visit = client(today, job, rng)
        company_traces(today, visit, job, rng)
        today.visits.append(visit)


def cousin_favour(today: Today, job: Job, rng: np.random.Generator) -> None:
    """An official brings an acquaintance to his own window or asks a colleague for a favour."""
    for _ in range(job.bookings):
        official = job.clerks[0]
        visit = client(today, job, rng)
        helper = official if rng.random() < 0.6 else pick(rng, today.windows).clerk
        lift(visit, job, rng, (helper,))
        if not visit.slot_id and rng.random() < 0.7 - 0.5 * job.operation.hiding:
            typed_in(visit, official)
        visit.mark = mark(job, official)
        today.visits.append(visit)


def backdated_ticket(today: Today, job: Job, rng: np.random.Generator) -> None:
    """The time of arrival is entered earlier than it was, so that the system itself calls him early."""
    for _ in range(job.bookings):
        clerk = someone(rng, job.clerks)
        visit = client(today, job, rng, walk_in=True)
        comes = visit.arrival or 0.0
        hiding = job.operation.hiding
        back = between(rng, 12, 30) if hiding > 0.5 else between(rng, 35, 95)
        visit.place = max(comes - back * MINUTE, today.opens - 80 * MINUTE)
        visit.checked_in = visit.place
        visit.handwritten = hiding > 0.5
        typed_in(visit, clerk, created=visit.place if hiding > 0.25 else comes)
        visit.mark = mark(job, clerk)
        today.visits.append(visit)


def false_recall(today: Today, job: Job, rng: np.random.Generator) -> None:
    """A call that was never made is entered as missed, and the client is then 'recalled' first."""
    for _ in range(job.bookings):
        visit = client(today, job, rng)
        lift(visit, job, rng, job.clerks)
        if visit.lift:
            visit.lift.ready += 90
        visit.priority = "recall"
        visit.mark = mark(job, job.clerks[0])
        today.visits.append(visit)


def borrowed_cane(today: Today, job: Job, rng: np.random.Generator) -> None:
    """A priority that the client has no right to; the careless call a young man elderly."""
    for _ in range(job.bookings):
        clerk = someone(rng, job.clerks)
        visit = client(today, job, rng)
        brazen = rng.random() > job.operation.hiding
        visit.priority = "elderly" if brazen else pick(rng, ("disabled", "veteran", "pregnant"))
        visit.favoured = True
        if not visit.slot_id:
            typed_in(visit, clerk)
        visit.mark = mark(job, clerk)
        today.visits.append(visit)


def ticket_bundle(today: Today, job: Job, rng: np.random.Generator) -> None:
    """Touts pull a bundle of tickets as the machine starts and sell them to people who come later."""
    hiding = job.operation.hiding
    pulled = today.opens - between(rng, 10, 55) * MINUTE + hiding * between(rng, 0, 40) * MINUTE
    item = today.service(rng, slow_only=True)
    for _ in range(job.bookings):
        pulled += between(rng, 2, 8) if hiding < 0.5 else between(rng, 20, 240)
        if hiding > 0.6:
            item = today.service(rng, slow_only=True)
        visit = today.walk_in(rng, today.people.draw(rng), item, pulled)
        if rng.random() < 0.6 - 0.6 * hiding:
            visit.phone = f"166{job.operation.number:04d}{int(rng.integers(2)):04d}"
        visit.created = visit.place = visit.checked_in = pulled
        visit.patience = 5 * HOUR
        visit.mark = mark(job, None)
        if rng.random() < 0.15:
            visit.gone, visit.away = True, (pulled, pulled + DAY)
        else:
            visit.arrival = max(pulled + between(rng, 12, 75) * MINUTE, today.opens)
        today.visits.append(visit)


def short_queue(today: Today, job: Job, rng: np.random.Generator) -> None:
    """A ticket for a two-minute errand, and then the whole business at a friendly window."""
    quick = next(item.code for item in today.centre.kind.services if item.quick)
    for _ in range(job.bookings):
        visit = client(today, job, rng, walk_in=True)
        visit.real_service, visit.service = visit.service, quick
        visit.duration *= 1.0 - 0.45 * job.operation.hiding
        lift(visit, job, rng, job.clerks)
        visit.mark = mark(job, job.clerks[0])
        today.visits.append(visit)


def side_door(today: Today, job: Job, rng: np.random.Generator) -> None:
    """Served at a closed window: before the doors open, or while the clerk should be at lunch."""
    window = next(item for item in today.windows if item.clerk in job.clerks)
    at_lunch = bool(rng.random() < 0.5)
    end = window.sessions[1][0] - 120 if at_lunch else window.sessions[0][0] - 30
    for _ in range(job.bookings):
        visit = client(today, job, rng, walk_in=True)
        visit.duration = min(visit.duration, 12 * MINUTE)
        begin = end - visit.duration / window.speed
        if at_lunch and begin < window.sessions[0][1] + 22 * MINUTE:
            begin, end, at_lunch = (
                window.sessions[0][0] - 30 - visit.duration,
                window.sessions[0][0] - 30,
                False,
            )
        visit.served_from, visit.served_to, visit.called = begin, end, begin - between(rng, 5, 25)
        visit.arrival = visit.created = visit.called - between(rng, 10, 60 + 600 * job.operation.hiding)
        visit.window, visit.clerk, visit.status = window.window_id, window.clerk, "served"
        visit.mark = mark(job, window.clerk)
        end = visit.arrival - 20
        today.visits.append(visit)


def burned_calls(today: Today, job: Job, rng: np.random.Generator) -> None:
    """The tickets before the client's are called and struck off within seconds, until his is next."""
    for _ in range(job.bookings):
        visit = client(today, job, rng)
        burn = 4 if job.operation.hiding < 0.4 else int(rng.integers(1, 3))
        lift(visit, job, rng, job.clerks, burn=burn)
        visit.mark = mark(job, someone(rng, job.clerks))
        today.visits.append(visit)
