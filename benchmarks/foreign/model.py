"""The nouns of the made-up city. Times are seconds after midnight of the service day, negative before it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

T = TypeVar("T")

HOUR = 3600.0
MINUTE = 60.0
DAY = 24 * HOUR


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """Draw evenly between two bounds; short because it is used everywhere."""
    return low + (high - low) * float(rng.random())


def pick(rng: np.random.Generator, items: Sequence[T]) -> T:
    """Draw one item evenly, faster than Generator.choice."""
    return items[int(rng.random() * len(items))]


@dataclass(frozen=True, slots=True)
class Service:
    """One item of business; the quick ones have a counter of their own."""

    code: str
    minutes: float
    share: float
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A citizen with the identifiers that a booking would carry."""

    key: str
    birth_year: int
    phone: str
    device: str
    ip: str


@dataclass(slots=True)
class Window:
    """A counter on one day, the clerk who sits there and when it is open."""

    window_id: str
    services: frozenset[str]
    clerk: str
    sessions: list[tuple[float, float]]
    speed: float
    declared: list[tuple[float, float]] = field(default_factory=list)


@dataclass(slots=True)
class Lift:
    """Why somebody is called out of turn: from when, by whom, and how boldly.

    An empty `clerks` means any window. `most_passed` keeps a careful clerk from passing many people;
    `burn` is how many waiting tickets are first called away in vain.
    """

    ready: float
    clerks: frozenset[str] = frozenset()
    most_passed: int = 999
    burn: int = 0


@dataclass(slots=True)
class Mark:
    """The truth about one manipulated booking."""

    scheme: str
    ring: str | None
    clerk: str | None
    effect: bool = False


@dataclass(slots=True)
class Visit:
    """One booking or ticket: what is recorded, and below it what really happened."""

    service: str
    person: Person
    channel: str
    created: float
    arrival: float | None
    duration: float
    slot_start: float | None = None
    slot_id: str | None = None
    status: str = "booked"
    phone: str | None = None
    device: str | None = None
    ip: str | None = None
    agent: str | None = None
    created_by: str | None = None
    cancelled: float | None = None
    ticket_no: int | None = None
    checked_in: float | None = None
    missed: float | None = None
    called: float | None = None
    served_from: float | None = None
    served_to: float | None = None
    window: str | None = None
    clerk: str | None = None
    priority: str | None = None
    # what the records do not say
    patience: float = 4 * HOUR
    place: float | None = None
    favoured: bool = False
    away: tuple[float, float] | None = None
    gone: bool = False
    lift: Lift | None = None
    mark: Mark | None = None
    real_service: str | None = None
    handwritten: bool = False
    passed: int = 0
    follows: "Visit | None" = None


@dataclass(slots=True)
class Refusal:
    """A wish for a slot that found none."""

    service: str
    at: float
    channel: str
    person: Person | None
