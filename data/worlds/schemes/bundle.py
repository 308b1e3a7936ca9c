"""Bundle: several clients are served in one go, on one ticket's turn."""

import numpy as np

from data.worlds.chance import between, chosen
from data.worlds.clock import HOUR, MINUTE, instant
from data.worlds.demand import Request, released_at
from data.worlds.plan import Scheme
from data.worlds.records import Booking, Party
from data.worlds.schemes.favour import BOOKS_S, Arrangement, Occasion

#: how far after the first the others' slots lie (s): what is left by then, spread so that it does not show
LATER_S = (0, 2 * HOUR)
#: within so many seconds of the earliest slot they stand at the machine
TOGETHER_S = (0, 4 * MINUTE)


class Bundle(Arrangement):
    """All book for themselves and come at the time of the earliest slot; the clerk lets the first bring the others.

    In the log they have one window, one call and one time of service; their tickets and slots are later.
    """

    kind = "bundle"
    size = 3
    #: the clerk calls the first of them a little before the turn, so that no other window does
    passes = (0, 4)

    def __init__(self, scheme: Scheme, clerk_id: str | None, party: Party, *, kept: bool) -> None:
        super().__init__(scheme, clerk_id, kept=kept)
        self.party = party

    @classmethod
    def plant(cls, occasion: Occasion) -> list[Request]:
        """One request a client, one after another; without adherence the clerk serves them one by one."""
        rng, scheme = occasion.rng, occasion.scheme
        kept = bool(rng.random() < scheme.adherence)
        party = Party(occasion.clerk_id)
        favour = cls(scheme, occasion.clerk_id, party, kept=kept)
        first = instant(occasion.day, chosen(rng, scheme.wants))
        at = released_at(occasion.day)
        requests = []
        for number, (person, contact) in enumerate(zip(occasion.people, occasion.contacts, strict=True)):
            at += between(rng, *BOOKS_S)
            wants = first + (between(rng, *LATER_S) if number else 0)
            together = party if kept else None
            requests.append(
                Request(at, person, contact, "online", scheme.service, wants, None, None, favour, True, together)
            )
        return requests

    def arrives_at(self, booking: Booking, rng: np.random.Generator) -> int | None:
        """All about the time of the earliest slot of the party; as anybody where there is none."""
        starts = [one.slot.start for one in self.party.members if one.slot]
        return min(starts) + between(rng, *TOGETHER_S) if starts else None

    def acts(self, ahead: int) -> bool:
        """When the turn is near."""
        return self.kept and ahead <= self.most

    def took_effect(self, booking: Booking) -> bool:
        """Whether it was one of several served in one go, and any of them so passed somebody."""
        return booking in self.party.served and any(super(Bundle, self).took_effect(one) for one in self.party.served)
