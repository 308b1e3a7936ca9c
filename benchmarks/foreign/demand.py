"""Who wants to come: honest bookings, honest walk-ins, and those who found no slot."""

import numpy as np

from benchmarks.foreign.model import DAY, HOUR, MINUTE, Refusal, Visit, between, pick
from benchmarks.foreign.today import Today

WEEKDAY = (1.14, 1.0, 0.96, 0.96, 0.98)
FESTIVAL = {2: 0.8, 3: 1.12}


def _size(today: Today) -> int:
    """How many come: Mondays are full, the festival's week is thin, a rumour fills one hall on one day."""
    centre = today.centre
    factor = WEEKDAY[today.day % 5] * FESTIVAL.get(today.day // 5, 1.0) * float(today.rng.normal(1.0, 0.05))
    if centre.rush == today.day:
        factor *= 1.35
    return int(min(max(centre.volume * factor, 168), 405))


def created(today: Today, rng: np.random.Generator) -> float:
    """When a booking is made: a rush in the first minutes where slots are scarce, then a long tail."""
    if rng.random() < 0.15 + 0.55 * today.centre.pressure:
        scale = 20 * MINUTE * (1.05 - today.centre.pressure)
        return min(today.release + 1 + float(rng.exponential(scale)), -2 * HOUR)
    day = int(between(rng, 1, today.centre.kind.release_days + 0.9))
    hour = float(rng.normal(14, 4.5)) % 24
    return min(max(today.release + between(rng, 60, 7200), -day * DAY + hour * HOUR), -2 * HOUR)


def _slot_visit(today: Today) -> Visit:
    """One appointment by web, by telephone, or typed in at the desk for those who can do neither."""
    rng = today.rng
    luck = rng.random()
    person = today.people.draw(rng) if luck < 0.93 else today.people.elder(rng)
    visit = today.booked(rng, person, today.service(rng), created(today, rng))
    if luck > 0.93:
        visit.channel, visit.device, visit.ip = "staff", None, None
        visit.created = -int(between(rng, 1, today.centre.kind.release_days)) * DAY + between(rng, 9, 16.5) * HOUR
        visit.created_by = today.clerk(rng)
        visit.phone = person.phone if rng.random() < 0.5 else f"05{today.centre.index}600001"
    elif luck > 0.86:
        visit.channel, visit.device, visit.ip = "phone", None, None
    luck = rng.random()
    if luck < 0.07:
        visit.status, visit.arrival = "cancelled", None
        visit.cancelled = between(rng, visit.created + 60, 8 * HOUR)
    elif luck < 0.14:
        visit.status, visit.arrival = "no_show", None
    return visit


def _walk_in(today: Today) -> Visit:
    """One ticket, mostly from the machine, sometimes keyed by the lady at the entrance."""
    rng = today.rng
    person = today.people.draw(rng)
    if rng.random() < today.centre.habits.get("regulars", 0.0):
        person = today.people.all[int(rng.random() * 25)]
    visit = today.walk_in(rng, person, today.service(rng), today.walk_in_time(rng))
    if rng.random() < 0.06:
        visit.channel, visit.created_by, visit.device = "staff", pick(rng, today.centre.clerks), None
    return visit


def _quota(today: Today) -> None:
    """Released slots, and where they ran out the citizens who were turned away."""
    rng, pressure = today.rng, today.centre.pressure
    used: dict[str, int] = {}
    for visit in today.visits:
        if visit.slot_id:
            used[visit.service] = used.get(visit.service, 0) + 1
    for service, count in used.items():
        sold_out = rng.random() < pressure * 1.2
        today.released[service] = count if sold_out else count + int(rng.integers(1, 3 + count // 4))
        if sold_out:
            for _ in range(int(rng.poisson((0.03 + 0.35 * pressure) * count))):
                at = today.release + 60 + float(rng.exponential(HOUR if rng.random() < 0.5 else 2 * DAY))
                person = today.people.draw(rng) if rng.random() < 0.5 else None
                channel = "online" if rng.random() < 0.9 else "phone"
                today.refusals.append(Refusal(service, min(at, -HOUR), channel, person))


def fill(today: Today) -> None:
    """Draw the honest part of the day."""
    for _ in range(_size(today)):
        slot = today.rng.random() < today.centre.kind.slot_share
        today.visits.append(_slot_visit(today) if slot else _walk_in(today))
    _quota(today)
