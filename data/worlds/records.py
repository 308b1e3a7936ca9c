"""One booking in the making: what the log will say of it, and what only the world knows."""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Protocol

import numpy as np

from data.worlds.people import Contact, Person


@dataclass(frozen=True, slots=True)
class Slot:
    """A unit of quota; whoever books it again after a cancellation gets the same `slot_id`.

    One that is not `timed` was given out at the doors on the day itself; the log states no start.
    """

    start: int
    slot_id: str
    timed: bool = True


AS_LOGGED = (
    *("centre_id", "booking_id", "service_code", "service_day", "agent_id", "channel", "created_by"),
    *("created_at", "cancelled_at", "ticket_no", "checked_in_at", "missed_at", "called_at", "served_from"),
    *("served_to", "window_id", "clerk_id", "priority_class", "status"),
)


class Favour(Protocol):
    """What is arranged for a client of a ring. See `schemes/favour.py` for the meaning of each part."""

    kind: ClassVar[str]
    ring: str
    clerk_id: str | None
    looks_in: ClassVar[bool]
    never_misses: ClassVar[bool]
    by_record: ClassVar[bool]
    outside_hours: ClassVar[bool]

    def arrives_at(self, booking: "Booking", rng: np.random.Generator) -> int | None:
        """When the client is at the door, null: as anybody with that slot."""
        ...

    def comes_in(self, ahead: int, free_in_s: int | None) -> bool:
        """Whether the client now takes a ticket, with `ahead` people before them.

        `free_in_s` is when the clerk will call next, null: not at a window.
        """
        ...

    def checks_in(self, booking: "Booking", rng: np.random.Generator) -> None:
        """Change the record as the client takes a ticket."""
        ...

    def acts(self, ahead: int) -> bool:
        """Whether the clerk, free now, calls the client past `ahead` people."""
        ...

    def disguise(self, booking: "Booking", passed: "list[Booking]", rng: np.random.Generator) -> None:
        """Change what the log says of the booking, just called past `passed`."""
        ...

    def took_effect(self, booking: "Booking") -> bool:
        """Whether, by the end of the day, the manipulation really had its effect."""
        ...


@dataclass(slots=True, eq=False)
class Party:
    """People who are served in one go, on the turn of whoever of them is called first.

    `clerk_id`: only this clerk does it; null: every clerk. `served`: those who were.
    """

    clerk_id: str | None = None
    members: "list[Booking]" = field(default_factory=list)
    served: "list[Booking]" = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Handover:
    """A slot that one booking gives up for another; `slot` null: not booked yet, or never."""

    slot: Slot | None = None
    taken: bool = False


@dataclass(slots=True, eq=False)
class Booking:
    """A row of `bookings`, filled in as it happens; times are seconds (see `clock`), null: did not happen.

    What the log does not say: `arrives_at` (null: never comes), `patience_s` (null: endless), `favour`, `passed` (the
    people it was called ahead of by that favour), and the `party` with which it is served.
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
    party: Party | None = None

    @property
    def entitled_at(self) -> int:
        """When it may be called by what the log says: from its slot, not before its ticket."""
        if self.checked_in_at is None:
            raise ValueError("a booking without a ticket is not entitled to be called")
        return max(self.checked_in_at, self.slot.start) if self.slot else self.checked_in_at

    @property
    def carried_out(self) -> bool:
        """Whether what was planted really took effect; false where nothing was."""
        return self.favour is not None and self.favour.took_effect(self)

    def row(self) -> dict[str, object]:
        """The contract's columns."""
        return {name: getattr(self, name) for name in AS_LOGGED} | {
            "applicant_id": self.person.applicant_id,
            "applicant_birth_year": self.person.birth_year,
            "phone": self.contact.phone,
            "device_id": self.contact.device_id,
            "ip": self.contact.ip,
            "slot_id": self.slot.slot_id if self.slot else None,
            "slot_start": self.slot.start if self.slot and self.slot.timed else None,
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
