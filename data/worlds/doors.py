"""Who comes to the hall without a slot, and whom the ticket machine turns away."""

from dataclasses import replace
from datetime import date

import numpy as np

from data.worlds.arrivals import settle
from data.worlds.booking import begun, unit_name
from data.worlds.chance import between, chosen
from data.worlds.clock import HOUR, MINUTE, instant
from data.worlds.people import Contact, Person, Population
from data.worlds.plan import Centre
from data.worlds.records import Booking, Refused, Released, Slot
from data.worlds.roster import DOORS_OPEN, TICKETS_UNTIL

#: when walk-ins come (share of mornings; means and standard deviations after midnight, s)
WALK_IN_MORNING = 0.55
WALK_IN_S = ((9 * HOUR + 35 * MINUTE, 50 * MINUTE), (14 * HOUR + 10 * MINUTE, 60 * MINUTE))
#: share of walk-ins who leave a telephone number at the machine
LEAVES_PHONE = 0.8
#: those who waited before the doors take tickets one after another, every so many seconds
AT_THE_DOORS_S = 9
#: share of those refused on-line who come to the hall all the same
COMES_ANYWAY = 0.2
#: when extra units are released on the morning, and how long a clerk takes to type one in (s)
TOPPED_UP_AT, TYPED_S = "08:20", (40, 6 * MINUTE)


class Doors:
    """Those who come to the hall without a slot: some get a ticket, the others are turned away.

    Afterwards `bookings` and `refused` hold them, in the order in which they came, and `released` the units that
    were put on offer on the morning itself.
    """

    def __init__(
        self, rng: np.random.Generator, centre: Centre, day: date, population: Population, topped_up: dict[str, int]
    ) -> None:
        self._rng, self._centre, self._day, self._population = rng, centre, day, population
        self._opened, self._last = instant(day, DOORS_OPEN), instant(day, TICKETS_UNTIL)
        self._extra = dict(topped_up)
        self._left = {one.code: one.at_the_doors(centre.habits.on_the_day) for one in centre.services}
        self._units = {one.code: one.quota for one in centre.services}
        self._given = 0
        self.released = [
            Released(centre.centre_id, day, code, units, instant(day, at))
            for at, by_item in ((TOPPED_UP_AT, topped_up), (DOORS_OPEN, self._left))
            for code, units in by_item.items()
            if units
        ]
        self.bookings: list[Booking] = []
        self.refused: list[Refused] = []

    def open(self, seeking: list[Person], but: set[str]) -> None:
        """Let people come: some of those who were refused (`seeking`), and others, nobody of `but` (applicant ids)."""
        rng, habits = self._rng, self._centre.habits
        waiting = int(rng.poisson(habits.night_queue)) if habits.night_queue else 0
        others = int(rng.poisson(self._centre.walk_ins))
        people = self._population.draw(rng, waiting + others, but=but)
        if habits.retries:
            people += [one for one in seeking if rng.random() < COMES_ANYWAY]
        moments = [self._moment() for _ in range(max(len(people) - waiting, 0))]
        moments += [self._opened + AT_THE_DOORS_S * (place + 1) for place in range(len(people) - len(moments))]
        demands = np.array([service.demand for service in self._centre.services])
        codes = [service.code for service in self._centre.services]
        for person, moment in zip(people, sorted(moments), strict=True):
            self._ask(person, codes[int(rng.choice(len(demands), p=demands / demands.sum()))], moment)

    def _moment(self) -> int:
        mean, deviation = WALK_IN_S[0 if self._rng.random() < WALK_IN_MORNING else 1]
        moment = instant(self._day) + int(self._rng.normal(mean, deviation))
        return min(max(moment, self._opened + between(self._rng, 0, 600)), self._last)

    def _ask(self, person: Person, code: str, moment: int) -> None:
        slot, typist = None, None
        if self._centre.habits.on_the_day:
            slot = self._unit(code)
            free = slot is not None
        else:
            free = self._given < self._centre.walk_in_tickets
        if not free and self._extra.get(code):
            slot, typist, free = self._extra_unit(code, moment), chosen(self._rng, self._centre.clerks).clerk_id, True
        if not free:
            who = person.applicant_id
            self.refused.append(Refused(self._centre.centre_id, self._day, code, moment, "onsite", who))
            return
        self._given += typist is None
        self.bookings.append(self._booking(person, code, moment, slot, typist))

    def _booking(self, person: Person, code: str, moment: int, slot: Slot | None, typist: str | None) -> Booking:
        rng, habits = self._rng, self._centre.habits
        contact = Contact(person.contact.phone if rng.random() < LEAVES_PHONE else None)
        if typist is None and habits.at_kiosk and rng.random() < habits.at_kiosk:
            contact = replace(chosen(rng, self._population.kiosks), phone=contact.phone)
        if typist and habits.at_counter and rng.random() < habits.at_counter:
            contact = self._population.counter
        channel = "staff" if typist else "onsite"
        booking = Booking(self._centre.centre_id, code, self._day, person, contact, channel, moment)
        booking.created_by, booking.slot = typist, slot
        booking.arrives_at = moment + (between(rng, *TYPED_S) if typist else 0)
        settle(rng, habits, booking)
        if slot and not slot.timed:
            booking.patience_s = None  # who has queued for a ticket does not leave
        return booking

    def _unit(self, code: str) -> Slot | None:
        """A unit of the quota that is given out at the doors."""
        if not self._left[code]:
            return None
        number = self._units[code] - self._left[code] + 1
        self._left[code] -= 1
        return Slot(self._opened, unit_name(self._centre, self._day, code, number), timed=False)

    def _extra_unit(self, code: str, moment: int) -> Slot:
        """A unit of those released on the morning itself."""
        number = self._units[code] + self._extra[code]
        self._extra[code] -= 1
        return Slot(begun(moment), unit_name(self._centre, self._day, code, number))
