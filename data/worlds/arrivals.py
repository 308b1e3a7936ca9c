"""Who of the people with a slot comes to the hall, and when."""

from datetime import date

import numpy as np

from data.worlds.chance import between, chosen
from data.worlds.clock import MINUTE, instant
from data.worlds.plan import Habits
from data.worlds.records import Booking, Party
from data.worlds.roster import DOORS_OPEN, TICKETS_UNTIL

#: share of slots whose holder does not come
NO_SHOW = 0.08
#: arrival against the slot (mean, standard deviation, s): most come early
EARLY = (-9 * MINUTE, 11 * MINUTE)
#: share that comes late, and how late (s)
LATE, LATE_S = 0.09, (8 * MINUTE, 45 * MINUTE)
#: how long people wait before they give up: median (s) and standard deviation of the logarithm
PATIENCE = (115 * MINUTE, 0.5)
#: share of people with a priority card who show it, and which classes a relative's card gives
SHOWS_CARD, BORROWED = 0.75, ("elderly", "disabled", "veteran")
#: how far behind one another a household's members take their tickets (s)
BEHIND_S = (6, 45)


def expect(rng: np.random.Generator, habits: Habits, day: date, bookings: list[Booking]) -> None:
    """Decide for each booking that stands whether and when its holder comes, and how patient they are."""
    doors, last = instant(day, DOORS_OPEN), instant(day, TICKETS_UNTIL)
    for booking in bookings:
        if booking.status == "cancelled" or booking.slot is None:
            continue
        if booking.favour:
            booking.arrives_at = booking.favour.arrives_at(booking, rng)
            if booking.arrives_at is not None:
                continue
        arrives = booking.slot.start + _against_slot(rng)
        if rng.random() < NO_SHOW or arrives > last:
            booking.status = "no_show"
            continue
        booking.arrives_at = max(arrives, doors + between(rng, 0, 4 * MINUTE))
        settle(rng, habits, booking)
    for booking in bookings:
        if booking.party and booking.favour is None and booking.arrives_at is not None:
            _come_together(rng, booking, booking.party)


def _come_together(rng: np.random.Generator, booking: Booking, party: Party) -> None:
    """Who belongs to a household's party comes right behind the first of it."""
    first = party.members[0]
    if booking is not first and first.arrives_at is not None:
        booking.arrives_at = first.arrives_at + between(rng, *BEHIND_S)


def _against_slot(rng: np.random.Generator) -> int:
    return between(rng, *LATE_S) if rng.random() < LATE else int(rng.normal(*EARLY))


def settle(rng: np.random.Generator, habits: Habits, booking: Booking) -> None:
    """Decide how patient somebody who comes is, and which card they show."""
    median, spread = PATIENCE
    booking.patience_s = int(median * rng.lognormal(0, spread))
    if rng.random() < SHOWS_CARD:
        booking.priority_class = booking.person.standing or booking.priority_class
    if booking.person.standing is None and habits.borrowed and rng.random() < habits.borrowed:
        booking.priority_class = chosen(rng, BORROWED)
