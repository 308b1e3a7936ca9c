"""Insert: a booking that an employee types in minutes before the service, beyond the released quota."""

import numpy as np

from data.worlds.chance import between, chosen
from data.worlds.clock import MINUTE, instant
from data.worlds.demand import Request
from data.worlds.people import Contact
from data.worlds.records import Booking
from data.worlds.schemes.favour import Occasion
from data.worlds.schemes.overtake import Overtake

#: how long before the client's check-in the booking is typed in (s)
TYPED_IN_S = (2 * MINUTE, 12 * MINUTE)


class Insert(Overtake):
    """The client comes when it pays, the clerk types and then calls. No device or address: nothing was booked on-line.

    What is planted is the slot beyond the quota: it takes effect also where the client then waits in turn.
    """

    kind = "insert"
    passes = (1, 10**6)
    never_misses = True

    @classmethod
    def plant(cls, occasion: Occasion) -> list[Request]:
        """A request by the clerk, on the day itself, for a unit that was never on offer."""
        rng, scheme = occasion.rng, occasion.scheme
        at = instant(occasion.day, chosen(rng, scheme.wants)) + between(rng, 0, 30 * MINUTE)
        kept = bool(rng.random() < scheme.adherence)
        return [
            Request(
                at,
                occasion.people[0],
                Contact(occasion.contacts[0].phone),
                "staff",
                scheme.service,
                at,
                created_by=occasion.clerk_id,
                favour=cls(scheme, occasion.clerk_id, kept=kept),
                firm=True,
                beyond=True,
            )
        ]

    def arrives_at(self, booking: Booking, rng: np.random.Generator) -> int | None:
        """When the request says, outside the hall."""
        return booking.created_at + between(rng, 0, 5 * MINUTE)

    def checks_in(self, booking: Booking, rng: np.random.Generator) -> None:
        """The booking was typed in just before."""
        if booking.checked_in_at is not None:
            booking.created_at = booking.checked_in_at - between(rng, *TYPED_IN_S)

    def took_effect(self, booking: Booking) -> bool:
        """Whether somebody was served on a slot that nobody else could have had."""
        return booking.called_at is not None
