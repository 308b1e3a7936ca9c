"""Who comes to the hall, and when: the people with a slot, and those without."""

from datetime import date

import numpy as np

from data.worlds.chance import between
from data.worlds.clock import HOUR, MINUTE, instant
from data.worlds.people import Contact, Population
from data.worlds.plan import Centre
from data.worlds.records import Booking, Refused

DOORS_OPEN, TICKETS_UNTIL = "08:30", "16:20"
#: share of slots whose holder does not come
NO_SHOW = 0.08
#: arrival against the slot (mean, standard deviation, s): most come early
EARLY = (-9 * MINUTE, 11 * MINUTE)
#: share that comes late, and how late (s)
LATE, LATE_S = 0.09, (8 * MINUTE, 45 * MINUTE)
#: how long people wait before they give up: median (s) and standard deviation of the logarithm
PATIENCE = (115 * MINUTE, 0.5)
#: when walk-ins come (share of mornings; means and standard deviations after midnight, s)
WALK_IN_MORNING = 0.55
WALK_IN_S = ((9 * HOUR + 35 * MINUTE, 50 * MINUTE), (14 * HOUR + 10 * MINUTE, 60 * MINUTE))
#: share of walk-ins who leave a telephone number at the machine
LEAVES_PHONE = 0.8
#: share of people with a priority card who show it
SHOWS_CARD = 0.75


def expect(rng: np.random.Generator, day: date, bookings: list[Booking]) -> None:
    """Decide for each booking that stands whether and when its holder comes, and how patient they are."""
    doors, last = instant(day, DOORS_OPEN), instant(day, TICKETS_UNTIL)
    for booking in bookings:
        if booking.status == "cancelled" or booking.slot is None:
            continue
        if booking.favour:
            booking.arrives_at = booking.slot.start + between(rng, *booking.favour.late_s)
            continue
        arrives = booking.slot.start + _against_slot(rng)
        if rng.random() < NO_SHOW or arrives > last:
            booking.status = "no_show"
            continue
        booking.arrives_at = max(arrives, doors + between(rng, 0, 4 * MINUTE))
        _settle(rng, booking)


def _against_slot(rng: np.random.Generator) -> int:
    return between(rng, *LATE_S) if rng.random() < LATE else int(rng.normal(*EARLY))


def _settle(rng: np.random.Generator, booking: Booking) -> None:
    median, spread = PATIENCE
    booking.patience_s = int(median * rng.lognormal(0, spread))
    if rng.random() < SHOWS_CARD:
        booking.priority_class = booking.person.standing


def walk_ins(
    rng: np.random.Generator, centre: Centre, day: date, population: Population, but: set[str]
) -> tuple[list[Booking], list[Refused]]:
    """People without a slot, by the time they come; past the machine's tickets they are turned away."""
    doors, last = instant(day, DOORS_OPEN), instant(day, TICKETS_UNTIL)
    people = population.draw(rng, int(rng.poisson(centre.walk_ins)), but=but)
    moments = []
    for _ in people:
        mean, deviation = WALK_IN_S[0 if rng.random() < WALK_IN_MORNING else 1]
        moments.append(min(max(instant(day) + int(rng.normal(mean, deviation)), doors + between(rng, 0, 600)), last))
    demands = np.array([service.demand for service in centre.services])
    bookings: list[Booking] = []
    refused: list[Refused] = []
    for person, moment in zip(people, sorted(moments), strict=True):
        service = centre.services[int(rng.choice(len(demands), p=demands / demands.sum()))].code
        if len(bookings) == centre.walk_in_tickets:
            refused.append(Refused(centre.centre_id, day, service, moment, "onsite", person.applicant_id))
            continue
        contact = Contact(person.contact.phone if rng.random() < LEAVES_PHONE else None)
        booking = Booking(centre.centre_id, service, day, person, contact, "onsite", moment, arrives_at=moment)
        _settle(rng, booking)
        bookings.append(booking)
    return bookings, refused
