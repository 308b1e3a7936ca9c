"""A centre through its days: booking, coming, being served. Days do not depend on each other."""

from dataclasses import dataclass
from datetime import date

from data.worlds.agents import Errands
from data.worlds.arrivals import expect, walk_ins
from data.worlds.booking import book
from data.worlds.chance import Purpose, stream
from data.worlds.clock import instant
from data.worlds.demand import citizens
from data.worlds.hall import Hall
from data.worlds.people import Population
from data.worlds.plan import Centre
from data.worlds.records import Booking, Refused, Released, Stretch
from data.worlds.roster import roster
from data.worlds.schemes import Ring


@dataclass(frozen=True)
class CentreDay:
    """What one centre's log says of one day; `bookings` in order of creation, numbered."""

    day: date
    bookings: list[Booking]
    released: list[Released]
    refused: list[Refused]
    stretches: list[Stretch]


class District:
    """A centre with its citizens, agents and rings: what stays the same from day to day."""

    def __init__(self, seed: int, number: int, centre: Centre, calendar: list[date]) -> None:
        self._seed, self._number, self._centre, self._calendar = seed, number, centre, calendar
        self._population = Population(seed, number, centre.population)
        people = self._population
        self._errands = [Errands(seed, (number, i), one, people) for i, one in enumerate(centre.agents)]
        self._rings = [
            Ring(stream(seed, Purpose.SCHEME, number, i), centre, one, people, calendar)
            for i, one in enumerate(centre.schemes)
        ]

    def day(self, day_number: int) -> CentreDay:
        """Make the world's n-th day at this centre."""
        day, centre, where = self._calendar[day_number], self._centre, (self._number, day_number)
        requests = [request for ring in self._rings for request in ring.requests(day_number)]
        for errands in self._errands:
            requests += errands.requests(day_number, day)
        busy = {request.person.applicant_id for request in requests}
        demand = stream(self._seed, Purpose.DEMAND, *where)
        requests += citizens(demand, centre, day, self._population, busy)
        busy |= {request.person.applicant_id for request in requests}

        booked, refused, released = book(stream(self._seed, Purpose.BOOKING, *where), centre, day, requests)
        arriving = stream(self._seed, Purpose.ARRIVAL, *where)
        expect(arriving, day, booked)
        walked, turned_away = walk_ins(arriving, centre, day, self._population, busy)
        stretches = roster(centre, day_number, day)
        hall = Hall(stream(self._seed, Purpose.HALL, *where), centre, day, stretches, self._outage(day_number))
        returned = hall.run(booked + walked)
        bookings = sorted(booked + walked + returned, key=lambda booking: booking.created_at)
        for count, booking in enumerate(bookings, 1):
            booking.booking_id = f"{centre.centre_id}-{day:%y%m%d}-{count:04d}"
        refused = sorted(refused + turned_away, key=lambda one: one.attempted_at)
        return CentreDay(day, bookings, released, refused, stretches)

    def _outage(self, day_number: int) -> tuple[int, int] | None:
        outage = self._centre.outage
        if outage is None or outage.day_number != day_number:
            return None
        day = self._calendar[day_number]
        return instant(day, outage.start), instant(day, outage.end)
