"""`inturn init`."""

from typing import Annotated

import typer

from data.home import Home
from inturn.commands.console import PORT
from inturn.options import HomeOption, home_path


def add_to(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("init")(init)


def init(
    administrator: Annotated[
        str | None, typer.Option("--administrator", metavar="NAME", help="Let the console's first person in.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Make a home: settings, the pseudonym key, an empty lake. What exists is kept.

    Back up the key (keys/pseudonym.key in the home): without it no pseudonym can ever be matched again. With
    --administrator the console's database is made too, and a link is printed by which that person chooses a password;
    it works once, and for three days. There is no default password.
    """
    made = Home.create(home_path(home))
    typer.echo(f"Home: {made.root}")
    typer.echo(f"Settings: {made.path('inturn.toml')}; back up the key: {made.path('keys', 'pseudonym.key')}")
    if administrator:
        from review.first import first_administrator  # noqa: PLC0415 - Django is loaded only where it is used

        path = first_administrator(made, administrator)
        typer.echo(f"Administrator: {administrator}. Start inturn console, and open there:")
        typer.echo(f"http://127.0.0.1:{PORT}{path}")
    typer.echo("Next: inturn ingest SOURCE, e.g. a world made by: inturn simulate small world")
