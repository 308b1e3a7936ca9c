"""Puts Django in force for one home: what every use of the console outside a web server begins with."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dj_database_url
import django
from django.core.management import call_command

from data.errors import HomeError, UserError
from data.home import Home

MODULE = "review.settings"
#: how the address of a database begins that the console is tested on
KINDS = ("postgresql://", "postgres://", "sqlite:///")


def start(home: Home, *, migrate: bool = True) -> None:
    """Load Django for this home and bring its database to this version; once loaded, a process keeps to one home."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", MODULE)
    os.environ["INTURN_HOME"] = str(home.root)
    _check_address()
    from django.conf import settings  # noqa: PLC0415 - reads the home on first use

    django.setup()
    if home.root != settings.HOME:
        raise HomeError(
            f"this process already serves {settings.HOME}", where=str(home.root), next_step="Use a process a home."
        )
    if migrate:
        with told("cannot be brought up to date"):
            call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def told(what: str) -> Iterator[None]:
    """Of a database that does not do what is asked, say where it is and what to do, as `HomeError`."""
    from django.conf import settings  # noqa: PLC0415 - reads the home on first use
    from django.db import DatabaseError  # noqa: PLC0415 - needs Django in force

    try:
        yield
    except DatabaseError as error:
        said = str(error).splitlines()[0]
        raise HomeError(
            f"the console's database {what}: {said}",
            where=_place(settings.DATABASES["default"]),
            next_step=_next_step(said),
        ) from error


def _next_step(said: str) -> str:
    if "locked" in said:  # by SQLite: nothing is wrong with the file, and a backup would undo what was decided since
        return "Another process writes to it, perhaps a night that is being published. Try again when it has ended."
    if os.environ.get("DATABASE_URL"):
        return "Look at DATABASE_URL, and whether that server runs and this user may make tables."
    return "Put the file back from a backup of the home."


def _check_address() -> None:
    """Refuse an address of a database that cannot be one; it is not repeated, since a password may stand in it."""
    address = os.environ.get("DATABASE_URL", "")
    try:
        known = not address or (address.startswith(KINDS) and dj_database_url.parse(address))
    except ValueError:
        known = False
    if not known:
        raise UserError(
            "it is no address of a database that the console knows",
            where="DATABASE_URL",
            next_step="postgresql://USER:PASSWORD@HOST:PORT/NAME, or leave it unset for a file in the home.",
        )


def _place(database: Mapping[str, object]) -> str:
    """Where a database is, in an error."""
    kind = str(database["ENGINE"]).rpartition(".")[2]
    return str(database["NAME"]) if kind == "sqlite3" else f"{kind} on {database['HOST'] or 'this machine'}"
