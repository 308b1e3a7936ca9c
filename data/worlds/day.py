"""A centre through its days: booking, coming, being served. Days do not depend on each other."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from data.worlds.agents import Errands
from data.worlds.arrivals import expect
from data.worlds.booking import Desk
from data.worlds.chance import Purpose, stream
from data.worlds.clock import instant
from data.worlds.demand import Request, citizens
from data.worlds.doors import Doors
from data.worlds.hall import Hall
from data.worlds.lookalikes.clocks import set_clocks
from data.worlds.lookalikes.forgotten import forget_classes
from data.worlds.lookalikes.households import households
from data.worlds.lookalikes.topups import topups
from data.worlds.people import Population
from data.worlds.plan import Centre
from data.worlds.records import Booking, Refused, Released, Stretch
from data.worlds.roster import roster
from data.worlds.schemes.ring import Ring


@dataclass(frozen=True, slots=True)
class Gist:
    """What is remembered of a centre's day once its rows are written: the causes of complaints.

    `refused` people found no slot; `passed`: a planted jump put somebody ahead of others.
    """

    day: date
    refused: int
    passed: bool


@dataclass(frozen=True)
class CentreDay:
    """What one centre's log says of one day; `bookings` in order of creation, numbered."""

    day: date
    bookings: list[Booking]
    released: list[Released]
    refused: list[Refused]
    stretches: list[Stretch]

    @property
    def gist(self) -> Gist:
        """The day in short."""
        return Gist(self.day, len(self.refused), any(booking.carried_out for booking in self.bookings))


class District:
    """A centre with its citizens, agents and rings: what stays the same from day to day."""

    def __init__(self, seed: int, number: int, centre: Centre, calendar: list[date]) -> None:
        self._seed, self._number, self._centre, self._calendar = seed, number, centre, calendar
        self._population = Population(seed, number, centre.population, year=calendar[0].year)
        people = self._population
        self._errands = [Errands(seed, (number, i), one, people) for i, one in enumerate(centre.agents)]
        self._rings = [
            Ring(stream(seed, Purpose.SCHEME, number, i), centre, one, people, calendar)
            for i, one in enumerate(centre.schemes)
        ]

    def day(self, day_number: int) -> CentreDay:
        """Make the world's n-th day at this centre."""
        day, centre, where = self._calendar[day_number], self._centre, (self._number, day_number)
        innocent = stream(self._seed, Purpose.LOOKALIKE, *where)
        topped_up = topups(innocent, centre)
        requests = self._requests(innocent, day_number, day)
        busy = {request.person.applicant_id for request in requests}

        desk = Desk(stream(self._seed, Purpose.BOOKING, *where), centre, day, topped_up)
        desk.meet(requests)
        arriving = stream(self._seed, Purpose.ARRIVAL, *where)
        expect(arriving, centre.habits, day, desk.bookings)
        doors = Doors(arriving, centre, day, self._population, topped_up)
        doors.open(desk.seeking, busy)
        stretches = roster(centre, day_number, day)
        hall = Hall(stream(self._seed, Purpose.HALL, *where), centre, day, stretches, self._outage(day_number))
        came = desk.bookings + doors.bookings
        bookings = came + hall.run(came)
        forget_classes(innocent, centre.habits, bookings)
        set_clocks(innocent, centre.habits, bookings)
        bookings.sort(key=lambda booking: booking.created_at)
        for count, booking in enumerate(bookings, 1):
            booking.booking_id = f"{centre.centre_id}-{day:%y%m%d}-{count:04d}"
        refused = sorted(desk.refused + doors.refused, key=lambda one: one.attempted_at)
        return CentreDay(day, bookings, desk.released + doors.released, refused, stretches)

    def _requests(self, innocent: np.random.Generator, day_number: int, day: date) -> list[Request]:
        """Who asks for a slot of that day: rings, agents, households, and everybody else."""
        requests = [request for ring in self._rings for request in ring.requests(day_number)]
        for errands in self._errands:
            requests += errands.requests(day_number, day)
        requests += households(innocent, self._centre, day, self._population)
        busy = {request.person.applicant_id for request in requests}
        demand = stream(self._seed, Purpose.DEMAND, self._number, day_number)
        return requests + citizens(demand, self._centre, day, self._population, busy)

    def _outage(self, day_number: int) -> tuple[int, int] | None:
        day = self._calendar[day_number]
        for outage in self._centre.outages:
            if outage.day_number == day_number:
                return instant(day, outage.start), instant(day, outage.end)
        return None
