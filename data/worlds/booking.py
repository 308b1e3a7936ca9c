"""A day's quota and the requests that meet it: who gets which slot, who cancels, who is turned away."""

import heapq
from datetime import date

import numpy as np

from data.worlds.chance import between
from data.worlds.clock import MINUTE, instant
from data.worlds.demand import Request, released_at
from data.worlds.plan import Centre, Service
from data.worlds.records import Booking, Refused, Released, Slot

#: the day's slots and how large a part of the quota each half hour gets: nothing while the windows lunch
SLOTS = ("09:00", "09:30", "10:00", "10:30", "11:00", "13:00", "13:30", "14:00", "14:30", "15:00", "15:30")
MORNING_SLOTS = 5
MORNING_PART, AFTERNOON_PART = 0.52, 0.48
#: share of bookings cancelled, at the latest this long (s) before the slot
CANCELS, CANCELS_BEFORE_S = 0.065, 30 * MINUTE


def release(centre: Centre, service: Service, day: date) -> list[Slot]:
    """The day's units of quota for one item, most of them in the morning, in order of time."""
    halves = len(SLOTS) - MORNING_SLOTS
    parts = np.array([MORNING_PART / MORNING_SLOTS] * MORNING_SLOTS + [AFTERNOON_PART / halves] * halves)
    edges = np.rint(np.cumsum(parts) * service.quota).astype(int).tolist()
    slots = []
    for clock, low, high in zip(SLOTS, [0, *edges[:-1]], edges, strict=True):
        for unit in range(low, high):
            name = f"{centre.centre_id}-{day:%y%m%d}-{service.code}-{unit + 1:03d}"
            slots.append(Slot(instant(day, clock), name))
    return slots


def book(
    rng: np.random.Generator, centre: Centre, day: date, requests: list[Request]
) -> tuple[list[Booking], list[Refused], list[Released]]:
    """Let the requests meet the quota in the order of time; a cancelled slot is on offer again.

    Returns the bookings (cancelled ones among them), those turned away, and what was released.
    """
    free = {service.code: release(centre, service, day) for service in centre.services}
    released = [Released(centre.centre_id, day, code, len(slots), released_at(day)) for code, slots in free.items()]
    bookings: list[Booking] = []
    refused: list[Refused] = []
    events: list[tuple[int, int, Request | Booking]] = [(one.at, i, one) for i, one in enumerate(requests)]
    heapq.heapify(events)
    order = len(events)
    while events:
        now, _, event = heapq.heappop(events)
        if isinstance(event, Booking):
            event.status = "cancelled"
            event.cancelled_at = now
            if event.slot:
                free[event.service_code].append(event.slot)
            continue
        slot = _nearest(free[event.service], event.wants)
        if slot is None:
            refused.append(Refused(centre.centre_id, day, event.service, now, event.channel, event.person.applicant_id))
            continue
        free[event.service].remove(slot)
        booking = _booking(centre, day, event, slot)
        bookings.append(booking)
        if not event.firm and rng.random() < CANCELS and slot.start - CANCELS_BEFORE_S > now:
            heapq.heappush(events, (between(rng, now, slot.start - CANCELS_BEFORE_S), order, booking))
            order += 1
    return bookings, refused, released


def _nearest(free: list[Slot], wants: int) -> Slot | None:
    """The free slot nearest to what is wanted, null if all are gone."""
    return min(free, key=lambda slot: (abs(slot.start - wants), slot.slot_id), default=None)


def _booking(centre: Centre, day: date, request: Request, slot: Slot) -> Booking:
    return Booking(
        centre_id=centre.centre_id,
        service_code=request.service,
        service_day=day,
        person=request.person,
        contact=request.contact,
        channel=request.channel,
        created_at=request.at,
        agent_id=request.agent_id,
        created_by=request.created_by,
        slot=slot,
        favour=request.favour,
    )
