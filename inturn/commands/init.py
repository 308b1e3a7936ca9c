"""`inturn init`."""

import typer

from data.home import Home
from inturn.options import HomeOption, home_path


def add_to(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("init")(init)


def init(home: HomeOption = None) -> None:
    """Make a home: settings, the pseudonym key, an empty lake. What exists is kept.

    Back up the key (keys/pseudonym.key in the home): without it no pseudonym can ever be matched again.
    """
    made = Home.create(home_path(home))
    typer.echo(f"Home: {made.root}")
    typer.echo(f"Settings: {made.path('inturn.toml')}; back up the key: {made.path('keys', 'pseudonym.key')}")
    typer.echo("Next: inturn ingest SOURCE, e.g. a world made by: inturn simulate small world")
