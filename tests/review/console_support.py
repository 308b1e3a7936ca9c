"""A console of few cases at two centres, and people who look at it."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from data.home import Home
from data.vault import IDENTITIES, vault_of
from detection.cases.day import cases_day
from detection.publishing import publish_day
from tests.detection.cases_support import Row, night, write_night

#: what must never be more than text on a page
SCRIPT = "<script>alert(1)</script>"
NORTH = [
    {
        "booking": f"n{number}",
        "ring": "R1",
        "clerk": "K1",
        "flags": ["Q101", "Q501"],
        "passed": ["x1", "x2"],
        "minutes": 30.0,
    }
    for number in range(3)
]
SOUTH = [
    {"booking": f"s{number}", "centre": "south", "clerk": "K9", "flags": ["Q201"], "passed": ["y1"], "minutes": 9.0}
    for number in range(2)
]
BOTH = [
    {"booking": f"b{number}", "centre": centre, "ring": "R2", "clerk": "K5", "flags": ["Q101"]}
    for number, centre in enumerate(("north", "south"))
]
INNOCENT = [
    {"booking": f"i{number}", "flagged": False, "score": 0.01, "clerk": "K1", "flags": []} for number in range(30)
]
STRANGE = [{"booking": SCRIPT, "centre": "odd", "clerk": f"K{SCRIPT}", "flags": ["Q101"], "score": 0.7}]


def run_night(home: Home, number: int, bookings: list[Row]) -> None:
    """A night from its scores to its record."""
    day = night(number)
    write_night(home, day, bookings)
    cases_day(home, day)
    began = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=number)
    publish_day(home, day, f"run-{number}-{len(bookings)}", began)


def keep(home: Home, pseudonym: str, kind: str, value: str) -> None:
    """Somebody in the vault."""
    with vault_of(home) as vault:
        assert vault is not None
        vault.add(pa.table({"pseudonym": [pseudonym], "kind": [kind], "value": [value]}, IDENTITIES))
        vault.commit()


def case_of(booking: str) -> Any:
    """The case of a booking that was not drawn."""
    from review.models import Case

    return Case.objects.get(bookings__booking_id=booking, drawn=False)


def person(
    role: str, *, centres: Collection[str] = (), tied: Collection[tuple[str, str, str]] = (), name: str = ""
) -> Any:
    """Somebody with this role, these centres, and these ties: (kind, centre, value)."""
    from review.models import Assignment, Conflict, User

    user = User.objects.create(username=name or f"{role}{User.objects.count()}", role=role)
    Assignment.objects.bulk_create(Assignment(user=user, centre_id=centre) for centre in centres)
    Conflict.objects.bulk_create(
        Conflict(user=user, kind=kind, centre_id=centre, value=value) for kind, centre, value in tied
    )
    return user


def browser(user: Any = None) -> Any:
    """A client of the console on which somebody has logged in."""
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    if user is not None:
        client.force_login(user)
    return client
