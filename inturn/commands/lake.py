"""`inturn lake`: upkeep of the tables."""

from typing import Annotated

import typer

from data.lake import Lake
from data.tables import LAKE
from inturn.options import HomeOption, open_home
from inturn.progress import Bars

lake = typer.Typer(no_args_is_help=True, help="Upkeep of the home's tables: compact, retain, versions.")

HOURS_A_DAY = 24


def add_to(app: typer.Typer) -> None:
    """Mount the commands."""
    app.add_typer(lake, name="lake")


@lake.command()
def compact(home: HomeOption = None) -> None:
    """Join the many small files that nightly writes leave behind; rows and old versions stay as they are."""
    opened = open_home(home)
    with opened.writing("compaction"), Bars() as bars:
        bars.start("Compacting", len(LAKE))
        joined = 0
        for name in LAKE:
            joined += Lake.of(opened).compact(name)
            bars.advance(1, name)
    typer.echo(f"{joined:,} small files joined.")


@lake.command()
def retain(
    days: Annotated[
        int, typer.Option(min=0, max=36_500, help="Keep what versions of the last so many days need.")
    ] = 90,
    home: HomeOption = None,
) -> None:
    """Delete files that only older versions of the tables need.

    Evidence keeps its own rows; the versions that it names are gone then, and inturn replay needs them."""
    opened = open_home(home)
    with opened.writing("retention"), Bars() as bars:
        bars.start("Deleting old versions", len(LAKE))
        gone = 0
        for name in LAKE:
            gone += Lake.of(opened).retain(name, days * HOURS_A_DAY)
            bars.advance(1, name)
    typer.echo(f"{gone:,} files deleted; versions of the last {days} days are kept.")


@lake.command()
def versions(home: HomeOption = None) -> None:
    """The version that each table stands at."""
    for name, version in Lake.of(open_home(home)).versions(LAKE).items():
        typer.echo(f"{name:16} {'-' if version is None else version}")
