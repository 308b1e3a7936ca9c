"""Hoard and hand over: a slot is grabbed under a straw identity, and given up for a client who takes it at once."""

from datetime import timedelta

from data.worlds.chance import between, chosen
from data.worlds.clock import HOUR, instant
from data.worlds.demand import Request, released_at
from data.worlds.plan import Scheme
from data.worlds.records import Booking, Handover
from data.worlds.schemes.favour import Arrangement, Occasion

#: how soon after release the slot is grabbed (s): by a program
GRABBED_S = (1, 15)
#: how long it is held at least (s), and the hour at which it is given up at the latest on the day before
HELD_S, GIVEN_UP_UNTIL = 2 * HOUR, "21:00"
#: how soon after that the client's booking follows (s): faster than the others who watch
TAKEN_S = (1, 12)


class Hoard(Arrangement):
    """Straw and client are booked by the ring; the client then comes and waits like everybody. No clerk is needed.

    Whoever else watches for freed slots may be faster; then the plan fails.
    """

    kind = "hoard"
    straw = True

    def __init__(self, scheme: Scheme, clerk_id: str | None, handover: Handover) -> None:
        super().__init__(scheme, clerk_id)
        self.handover = handover

    @classmethod
    def plant(cls, occasion: Occasion) -> list[Request]:
        """The straw's request and, unless no client is found in time, the client's."""
        rng, scheme, release = occasion.rng, occasion.scheme, released_at(occasion.day)
        handover = Handover()
        favour = cls(scheme, occasion.clerk_id, handover)
        last = instant(occasion.day - timedelta(days=1), GIVEN_UP_UNTIL)
        given_up = between(rng, release + HELD_S, last)
        wants = instant(occasion.day, chosen(rng, scheme.wants))
        identity, contact = occasion.straw or (occasion.people[0], occasion.contacts[0])
        straw = Request(
            release + between(rng, *GRABBED_S),
            identity,
            contact,
            "online",
            scheme.service,
            wants,
            favour=favour,
            handover=handover,
            gives_up_at=given_up,
        )
        client = Request(
            given_up + between(rng, *TAKEN_S),
            occasion.people[0],
            occasion.contacts[0],
            "online",
            scheme.service,
            wants,
            favour=favour,
            firm=True,
            handover=handover,
        )
        return [straw, client] if rng.random() < scheme.adherence else [straw]

    def took_effect(self, booking: Booking) -> bool:
        """Whether the slot was handed over: true of the straw and of the client."""
        return self.handover.taken
