"""How a scheme is declared: what its clients' bookings look like, and what is done for them in the hall.

A new scheme is one file here with a subclass of `Arrangement`; no list elsewhere.
"""

import importlib
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

import data.worlds.schemes
from data.worlds.chance import between, chosen
from data.worlds.clock import MINUTE, instant
from data.worlds.demand import Request, released_at
from data.worlds.people import Contact, Person
from data.worlds.plan import Scheme
from data.worlds.records import Booking

#: the intermediary's people book as soon as the quota is out (s after release)
BOOKS_S = (20, 8 * MINUTE)


@dataclass(frozen=True)
class Occasion:
    """One day on which a ring acts: for whom, through which clerk (null: it needs none), and by chance `rng`.

    `contacts` are those with which the bookings of `people` are made, in the same order; `straw` is the identity, and
    its contact, under which something is booked for them (null: not needed).
    """

    rng: np.random.Generator
    scheme: Scheme
    day: date
    people: Sequence[Person]
    contacts: Sequence[Contact]
    straw: tuple[Person, Contact] | None
    clerk_id: str | None


class Arrangement:
    """What a ring arranges for one client; by itself nothing, the client waits like everybody.

    `size` is the clients of an occasion. `passes` is the fewest and most people past whom a call is worth it.
    """

    kind: ClassVar[str]
    size: ClassVar[int] = 1
    passes: ClassVar[tuple[int, int]] = (1, 10**6)
    #: whether the client waits outside until it is worth it to take a ticket
    looks_in: ClassVar[bool] = False
    #: whether the client hears every call
    never_misses: ClassVar[bool] = False
    #: whether the record alone can put the client ahead, at any window
    by_record: ClassVar[bool] = False
    #: whether the clerk serves as soon as the client comes, also while the window is shut
    outside_hours: ClassVar[bool] = False
    #: whether a straw identity is needed
    straw: ClassVar[bool] = False

    def __init__(self, scheme: Scheme, clerk_id: str | None, *, kept: bool = True) -> None:
        self.ring = scheme.ring
        self.clerk_id = clerk_id
        self.fewest, self.most = scheme.passes or self.passes
        self.kept = kept

    @classmethod
    def plant(cls, occasion: Occasion) -> list[Request]:
        """The requests of one occasion; here, one on-line just after release, which is neither cancelled nor missed."""
        rng, scheme = occasion.rng, occasion.scheme
        return [
            Request(
                released_at(occasion.day) + between(rng, *BOOKS_S),
                occasion.people[0],
                occasion.contacts[0],
                "online",
                scheme.service,
                instant(occasion.day, chosen(rng, scheme.wants)),
                favour=cls(scheme, occasion.clerk_id, kept=bool(rng.random() < scheme.adherence)),
                firm=True,
            )
        ]

    def arrives_at(self, booking: Booking, rng: np.random.Generator) -> int | None:
        """As anybody with that slot."""
        return None

    def comes_in(self, ahead: int, free_in_s: int | None) -> bool:
        """At once."""
        return True

    def checks_in(self, booking: Booking, rng: np.random.Generator) -> None:
        """The record stays as it is."""

    def acts(self, ahead: int) -> bool:
        """The clerk waits for the client's turn."""
        return False

    def disguise(self, booking: Booking, passed: list[Booking], rng: np.random.Generator) -> None:
        """Nothing is disguised: the log shows what happened."""

    def took_effect(self, booking: Booking) -> bool:
        """Whether somebody was passed of whom the log will show it."""
        return any(other.called_at is not None for other in booking.passed)


def all_arrangements() -> dict[str, type[Arrangement]]:
    """Every scheme that plants bookings, by kind, sorted."""
    for module in pkgutil.iter_modules(data.worlds.schemes.__path__):
        importlib.import_module(f"data.worlds.schemes.{module.name}")
    found: dict[str, type[Arrangement]] = {}
    waiting = [Arrangement]
    while waiting:
        for one in waiting.pop().__subclasses__():
            waiting.append(one)
            if "kind" in vars(one):
                found[one.kind] = one
    return dict(sorted(found.items()))
