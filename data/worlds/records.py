"""One booking in the making: what the log will say of it, and what only the world knows."""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import numpy as np

from data.worlds.people import Contact, Person


@dataclass(frozen=True, slots=True)
class Slot:
    """A unit of quota; whoever books it again after a cancellation gets the same `slot_id`."""

    start: int
    slot_id: str


AS_LOGGED = (
    *("centre_id", "booking_id", "service_code", "service_day", "agent_id", "channel", "created_by"),
    *("created_at", "cancelled_at", "ticket_no", "checked_in_at", "missed_at", "called_at", "served_from"),
    *("served_to", "window_id", "clerk_id", "priority_class", "status"),
)


class Favour(Protocol):
    """An arrangement with a clerk by which a client is to be served before their turn."""

    kind: str
    ring: str
    clerk_id: str
    #: how long after the slot the client is at the door, from and to (s)
    late_s: tuple[int, int]

    def comes_in(self, ahead: int, free_in_s: int | None) -> bool:
        """Whether the client now takes a ticket, with `ahead` people before them.

        `free_in_s` is when the clerk will call next, null: not at a window.
        """
        ...

    def acts(self, ahead: int) -> bool:
        """Whether the clerk, free now, calls the client past `ahead` people."""
        ...

    def disguise(self, booking: "Booking", passed: "list[Booking]", rng: np.random.Generator) -> None:
        """Change what the log says of the booking, just called past `passed`."""
        ...


@dataclass(slots=True, eq=False)
class Booking:
    """A row of `bookings`, filled in as it happens; times are seconds (see `clock`), null: did not happen.

    What the log does not say: `arrives_at` (null: never comes), `patience_s` (null: endless), `favour`, and
    `passed`, the people it was called ahead of by that favour.
    """

    centre_id: str
    service_code: str
    service_day: date
    person: Person
    contact: Contact
    channel: str
    created_at: int
    agent_id: str | None = None
    created_by: str | None = None
    slot: Slot | None = None
    cancelled_at: int | None = None
    ticket_no: int | None = None
    checked_in_at: int | None = None
    missed_at: int | None = None
    called_at: int | None = None
    served_from: int | None = None
    served_to: int | None = None
    window_id: str | None = None
    clerk_id: str | None = None
    priority_class: str | None = None
    status: str = "booked"
    booking_id: str = ""

    arrives_at: int | None = None
    patience_s: int | None = None
    favour: Favour | None = None
    passed: "list[Booking]" = field(default_factory=list)

    @property
    def entitled_at(self) -> int:
        """When it may be called by what the log says: from its slot, not before its ticket."""
        if self.checked_in_at is None:
            raise ValueError("a booking without a ticket is not entitled to be called")
        return max(self.checked_in_at, self.slot.start) if self.slot else self.checked_in_at

    @property
    def carried_out(self) -> bool:
        """Whether the favour put it ahead of somebody of whom the log will show it."""
        return any(other.called_at is not None for other in self.passed)

    def row(self) -> dict[str, object]:
        """The contract's columns."""
        return {name: getattr(self, name) for name in AS_LOGGED} | {
            "applicant_id": self.person.applicant_id,
            "applicant_birth_year": self.person.birth_year,
            "phone": self.contact.phone,
            "device_id": self.contact.device_id,
            "ip": self.contact.ip,
            "slot_id": self.slot.slot_id if self.slot else None,
            "slot_start": self.slot.start if self.slot else None,
        }


@dataclass(slots=True, eq=False)
class Stretch:
    """A row of `shifts`: one clerk at one window; `closes_at` moves to the sign-off of one who runs over."""

    centre_id: str
    window_id: str
    clerk_id: str
    opens_at: int
    closes_at: int
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row of `refusals`: who asked and found nothing left."""

    centre_id: str
    service_day: date
    service_code: str
    attempted_at: int
    channel: str
    applicant_id: str


@dataclass(frozen=True, slots=True)
class Released:
    """A row of `quotas`: slots of one item put on offer for one day."""

    centre_id: str
    service_day: date
    service_code: str
    released_slots: int
    released_at: int


@dataclass(frozen=True, slots=True)
class Complaint:
    """A row of `complaints`; `replied_at` and `outcome` null: nobody answered."""

    complaint_id: str
    centre_id: str
    received_at: int
    category: str
    text: str
    replied_at: int | None
    outcome: str | None
