"""A day's quota and the requests that meet it: who gets which slot, who cancels, who is turned away."""

import heapq
from dataclasses import replace
from datetime import date

import numpy as np

from data.worlds.chance import between, chosen
from data.worlds.clock import HOUR, MINUTE, instant
from data.worlds.demand import Request, released_at
from data.worlds.people import Person
from data.worlds.plan import Centre, Service
from data.worlds.records import Booking, Handover, Refused, Released, Slot

#: the day's slots and how large a part of the quota each half hour gets: nothing while the windows lunch
SLOTS = ("09:00", "09:30", "10:00", "10:30", "11:00", "13:00", "13:30", "14:00", "14:30", "15:00", "15:30")
MORNING_SLOTS = 5
MORNING_PART, AFTERNOON_PART = 0.52, 0.48
#: share of bookings cancelled, at the latest this long (s) before the slot
CANCELS, CANCELS_BEFORE_S = 0.065, 30 * MINUTE
#: who was refused and tries again does so after this time (mean, s)
TRIES_AGAIN_MEAN_S = 7 * HOUR
#: who watches for freed slots has one after at least, and after on average so much more (s)
NOTICED_S, NOTICED_MEAN_S = 2, 40


def unit_name(centre: Centre, day: date, code: str, number: int) -> str:
    """The name of a day's n-th unit of an item, from 1."""
    return f"{centre.centre_id}-{day:%y%m%d}-{code}-{number:03d}"


def release(centre: Centre, service: Service, day: date) -> list[Slot]:
    """The units of quota of one item that are released ahead, most of them in the morning, in order of time."""
    ahead = service.quota - service.at_the_doors(centre.habits.on_the_day)
    halves = len(SLOTS) - MORNING_SLOTS
    parts = np.array([MORNING_PART / MORNING_SLOTS] * MORNING_SLOTS + [AFTERNOON_PART / halves] * halves)
    edges = np.rint(np.cumsum(parts) * ahead).astype(int).tolist()
    slots = []
    for clock, low, high in zip(SLOTS, [0, *edges[:-1]], edges, strict=True):
        start = instant(day, clock)
        slots += [Slot(start, unit_name(centre, day, service.code, unit + 1)) for unit in range(low, high)]
    return slots


class Desk:
    """The day's slots, and the requests that meet them in the order of time; a freed slot is on offer again.

    Afterwards `bookings` holds everything booked, cancelled or not, `refused` those turned away, `released` what was
    put on offer, and `seeking` who was refused and got nothing. `topped_up`: the units of each item that will be
    released on the morning itself, so that their numbers are kept free.
    """

    def __init__(self, rng: np.random.Generator, centre: Centre, day: date, topped_up: dict[str, int]) -> None:
        self._rng, self._centre, self._day = rng, centre, day
        self._free = {one.code: release(centre, one, day) for one in centre.services}
        self._units = {one.code: one.quota + topped_up.get(one.code, 0) for one in centre.services}
        at = released_at(day)
        self.released = [Released(centre.centre_id, day, code, len(free), at) for code, free in self._free.items()]
        self.bookings: list[Booking] = []
        self.refused: list[Refused] = []
        self._turned_away: dict[str, Request] = {}
        self._events: list[tuple[int, int, Request | Booking]] = []
        self._order = 0

    @property
    def seeking(self) -> list[Person]:
        """Who was refused and got nothing, in the order of their first refusal."""
        return [request.person for request in self._turned_away.values()]

    def meet(self, requests: list[Request]) -> None:
        """Let the requests, and what follows from them, happen."""
        for request in requests:
            self._push(request.at, request)
        while self._events:
            now, _, event = heapq.heappop(self._events)
            if isinstance(event, Booking):
                self._give_up(event, now)
            else:
                self._ask(event)

    def _push(self, when: int, event: Request | Booking) -> None:
        heapq.heappush(self._events, (when, self._order, event))
        self._order += 1

    def _ask(self, request: Request) -> None:
        if request.again and request.person.applicant_id not in self._turned_away:
            return  # meanwhile they have got something
        slot = self._slot_for(request)
        if slot is None:
            self._refuse(request)
            return
        self._turned_away.pop(request.person.applicant_id, None)
        booking = _booking(self._centre, self._day, request, slot)
        self.bookings.append(booking)
        if request.party:
            request.party.members.append(booking)
        if request.handover:
            request.handover.taken = request.handover.slot is slot
            request.handover.slot = slot
        if request.gives_up_at is not None:
            self._push(max(request.gives_up_at, request.at + 1), booking)
        elif not request.firm and self._rng.random() < CANCELS and slot.start - CANCELS_BEFORE_S > request.at:
            self._push(between(self._rng, request.at, slot.start - CANCELS_BEFORE_S), booking)

    def _slot_for(self, request: Request) -> Slot | None:
        """The free slot nearest to what is wanted, null if all are gone; or the one that is meant."""
        if request.beyond:
            self._units[request.service] += 1
            name = unit_name(self._centre, self._day, request.service, self._units[request.service])
            return Slot(begun(request.at), name)
        free = self._free[request.service]
        meant = request.handover.slot if request.handover else None
        slot = meant if meant in free else _nearest(free, request.wants)
        if slot is not None:
            free.remove(slot)
        return slot

    def _refuse(self, request: Request) -> None:
        who, code = request.person.applicant_id, request.service
        self.refused.append(Refused(self._centre.centre_id, self._day, code, request.at, request.channel, who))
        retries = self._centre.habits.retries
        if retries == 0 or request.firm:
            return
        self._turned_away.setdefault(who, request)
        again = request.at + 60 + int(self._rng.exponential(TRIES_AGAIN_MEAN_S))
        if self._rng.random() < retries and again < instant(self._day, "07:00"):
            self._push(again, replace(request, at=again, again=True))

    def _give_up(self, booking: Booking, now: int) -> None:
        booking.status = "cancelled"
        booking.cancelled_at = now
        if booking.slot is None:
            return
        code = booking.service_code
        self._free[code].append(booking.slot)
        if self._centre.habits.hunted and self._rng.random() < self._centre.habits.hunted:
            watching = [one for one in self._turned_away.values() if one.service == code]
            if watching:
                at = now + NOTICED_S + int(self._rng.exponential(NOTICED_MEAN_S))
                lucky = chosen(self._rng, watching)
                self._push(at, replace(lucky, at=at, again=True, handover=Handover(booking.slot)))


def begun(now: int) -> int:
    """The start of the half hour in which `now` lies."""
    return now - now % (30 * MINUTE)


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
        party=request.party,
        priority_class=request.priority_class,
    )
