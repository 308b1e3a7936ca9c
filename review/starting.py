"""Puts Django in force for one home: what every use of the console outside a web server begins with."""

import os

import django
from django.core.management import call_command

from data.errors import HomeError
from data.home import Home

MODULE = "review.settings"


def start(home: Home, *, migrate: bool = True) -> None:
    """Load Django for this home and bring its database to this version; once loaded, a process keeps to one home."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", MODULE)
    os.environ["INTURN_HOME"] = str(home.root)
    from django.conf import settings  # noqa: PLC0415 - reads the home on first use

    django.setup()
    if home.root != settings.HOME:
        raise HomeError(
            f"this process already serves {settings.HOME}", where=str(home.root), next_step="Use a process a home."
        )
    if migrate:
        from django.db import DatabaseError  # noqa: PLC0415 - needs Django in force

        try:
            call_command("migrate", verbosity=0, interactive=False)
        except DatabaseError as error:
            raise HomeError(
                f"the console's database cannot be brought up to date: {str(error).splitlines()[0]}",
                where=settings.DATABASES["default"]["ENGINE"].rpartition(".")[2],
                next_step="Look at DATABASE_URL, and whether that server runs and this user may make tables.",
            ) from error
