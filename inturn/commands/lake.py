"""`inturn lake`: upkeep of the tables."""

from difflib import get_close_matches
from typing import Annotated

import pyarrow as pa
import typer

from data.engine import engine, quoted
from data.lake import Lake
from data.stored.table import DAY
from data.tables import LAKE
from inturn.options import FromOptional, HomeOption, OutputOption, ToOptional, open_home, span
from inturn.output import FileFormatOption, file_format, write
from inturn.progress import Bars

lake = typer.Typer(no_args_is_help=True, help="The home's tables and their upkeep: show, versions, compact, retain.")

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


@lake.command()
def show(
    table: Annotated[str, typer.Argument(help="Such as rejects, runs, scores, cases; inturn lake versions has all.")],
    first: FromOptional = None,
    last: ToOptional = None,
    form: FileFormatOption = None,
    output: OutputOption = None,
    home: HomeOption = None,
) -> None:
    """The rows of a table: rejects says of every refused row which rule it broke, runs what every night did.

    Days are those of service, in tables that have them. Lists and the like are JSON texts.

    Example: inturn lake show rejects -o rejects.csv
    """
    if table not in LAKE:
        meant = "".join(f"is it {near}? " for near in get_close_matches(table, LAKE, 1))
        raise typer.BadParameter(f"there is no table {table!r}; {meant}inturn lake versions lists all")
    span(first, last)
    opened = open_home(home)
    stored = Lake.of(opened)
    fields = stored.fields(table)
    columns = ", ".join(
        f"CAST(to_json({quoted(field.name)}) AS VARCHAR) AS {quoted(field.name)}"
        if pa.types.is_nested(field.type)
        else quoted(field.name)
        for field in fields
    )
    days = [f"{DAY} >= DATE '{first}'"] if first else []
    days += [f"{DAY} <= DATE '{last}'"] if last else []
    where = f"WHERE {' AND '.join(days)}" if days and DAY in {field.name for field in fields} else ""
    files = stored.sql(table, first, last) if LAKE[table].partition == DAY else stored.sql(table)
    with engine(opened) as connection:
        rows = connection.execute(f"SELECT {columns} FROM {files} {where} ORDER BY ALL").to_arrow_table()
    write(rows, file_format(form, output), output)
