"""Schemes that work on appointments, days before anybody comes: software at release, and slots kept back."""

import numpy as np

from benchmarks.foreign.clients import mark, someone
from benchmarks.foreign.model import DAY, HOUR, MINUTE, Refusal, Visit, between, pick
from benchmarks.foreign.plots import Job, Operation
from benchmarks.foreign.today import Today

SMALLEST_DAY = 155


def _targets(today: Today, rng: np.random.Generator, count: int) -> list[Visit]:
    """Bookings whose slots the software got first, mostly where slots run out."""
    scarce = {refusal.service for refusal in today.refusals}
    free = [
        visit
        for visit in today.visits
        if visit.channel == "online"
        and visit.slot_id
        and not visit.agent
        and not visit.mark
        and visit.status in ("booked", "no_show")
    ]
    wanted = [visit for visit in free if visit.service in scarce]
    pool = wanted if len(wanted) >= count and rng.random() < 0.85 else free
    return [pool[int(i)] for i in rng.permutation(len(pool))[:count]]


def _software(visit: Visit, today: Today, job: Job, rng: np.random.Generator) -> None:
    """Let the booking have been made by the software: at once, from few machines, unless it takes care."""
    hiding, number = job.operation.hiding, job.operation.number
    visit.created = today.release + (between(rng, 0.2, 3) if hiding < 0.5 else 4 + float(rng.exponential(150)))
    visit.device = f"em{number:02d}{int(rng.integers(2 + int(60 * hiding))):03d}"
    visit.ip = f"120.{number + 30}.{int(rng.integers(1 + int(30 * hiding)))}.{int(rng.integers(1, 9))}"


def release_bot(today: Today, job: Job, rng: np.random.Generator) -> None:
    """Slots booked at release on straw names and handed over by cancelling, or in the client's name."""
    hiding = job.operation.hiding
    swaps = job.operation.number % 3 > 0
    straws = today.people.all[job.operation.number * 97 :][: 4 + int(80 * hiding)]
    for visit in _targets(today, rng, (job.bookings + 1) // 2 if swaps else job.bookings):
        visit.mark = mark(job, None)
        if not swaps:
            _software(visit, today, job, rng)
            continue
        person = pick(rng, straws)
        straw = Visit(
            visit.service,
            person,
            "online",
            0.0,
            None,
            visit.duration,
            slot_start=visit.slot_start,
            slot_id=visit.slot_id,
            status="cancelled",
            phone=person.phone,
            mark=mark(job, None),
        )
        _software(straw, today, job, rng)
        night = -int(between(rng, 1, today.centre.kind.release_days - 0.5)) * DAY
        hour = between(rng, 1.5, 4) if hiding < 0.5 else between(rng, 8, 22)
        straw.cancelled = max(night + hour * HOUR, straw.created + 10 * MINUTE)
        visit.created = straw.cancelled + (between(rng, 0.5, 6) if hiding < 0.5 else between(rng, 15, 900))
        today.visits.append(straw)


def withhold(today: Today, operation: Operation, rng: np.random.Generator) -> None:
    """Release fewer slots than the hall could serve; who would have had them is refused instead.

    This happens on every day of the operation, also on days when nobody bought one of the slots.
    """
    share = 0.45 - 0.27 * operation.hiding
    spare = len(today.visits) - SMALLEST_DAY
    kept = []
    for visit in today.visits:
        plain = visit.channel == "online" and visit.slot_id and not visit.mark and not visit.agent
        if plain and spare > 0 and rng.random() < share:
            spare -= 1
            today.released[visit.service] = max(1, today.released[visit.service] - 1)
            today.refusals.append(Refusal(visit.service, min(visit.created + 30, -HOUR), "online", visit.person))
        else:
            kept.append(visit)
    today.visits = kept


def kept_slots(today: Today, job: Job, rng: np.random.Generator) -> None:
    """The slots kept back are typed in for those who paid or are owed a favour."""
    hiding = job.operation.hiding
    for _ in range(job.bookings):
        clerk = someone(rng, job.clerks)
        visit = today.booked(rng, today.people.draw(rng), today.service(rng, slow_only=True), 0.0)
        start, days = visit.slot_start or today.opens, today.centre.kind.release_days
        visit.channel, visit.created_by, visit.device, visit.ip = "staff", clerk, None, None
        if hiding < 0.5:
            visit.created = min(start, visit.arrival or start) - between(rng, 20, 120) * MINUTE
        else:
            visit.created = -int(between(rng, 1, min(4, days) + 0.9)) * DAY + between(rng, 9, 16.8) * HOUR
        visit.mark = mark(job, clerk)
        today.visits.append(visit)
