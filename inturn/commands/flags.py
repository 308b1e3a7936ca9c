"""`inturn flags`."""

import json
from typing import Annotated

import pyarrow as pa
import typer
from rich.console import Console
from rich.table import Table

from data.engine import engine
from data.errors import UserError
from data.lake import Lake
from inturn.options import FromOption, HomeOption, OutputOption, ToOption, open_home, span
from inturn.output import Format, write


def add_to(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("flags")(flags)


def flags(
    first: FromOption,
    last: ToOption = None,
    every: Annotated[bool, typer.Option("--all", help="Every booking, not only the flagged ones.")] = False,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.table,
    output: OutputOption = None,
    home: HomeOption = None,
) -> None:
    """The flagged bookings of these days, the most suspicious first, each with its reasons.

    A flag is a reason to look, not a finding of guilt. Columns are those of the table scores (docs/contract.md).

    Example: inturn flags --from 2026-03-02 --to 2026-03-27 --format csv -o flags.csv
    """
    last = last or first
    span(first, last)
    opened = open_home(home)
    lake = Lake.of(opened)
    with engine(opened) as connection:
        nights = connection.execute(
            f"SELECT DISTINCT service_day FROM {lake.sql('runs')} WHERE service_day BETWEEN ? AND ?", [first, last]
        ).fetchall()
        if not nights:
            raise UserError(
                f"no night from {first} to {last} has been run",
                where=str(opened.root),
                next_step=f"Run: inturn run --from {first} --to {last}",
            )
        rows = connection.execute(
            f"""SELECT * FROM {lake.sql("scores", first, last)} {"" if every else "WHERE flagged"}
                ORDER BY service_day, rank"""
        ).to_arrow_table()
    if form is Format.table and output is None:
        _print(rows, len(nights), every=every)
    else:
        write(rows, form, output, parsed=("reasons",))


def _print(rows: pa.Table, nights: int, *, every: bool) -> None:
    console = Console(highlight=False, markup=False, emoji=False)  # names are the source's
    if not rows.num_rows:
        console.print(f"No booking flagged in {nights} nights.")
        return
    table = Table("day", "rank", "centre", "booking", "score", "q", "why")
    for row in rows.select(
        ["service_day", "rank", "centre_id", "booking_id", "score", "q_value", "reasons"]
    ).to_pylist():
        why = "; ".join(f"{reason['flag']} {reason['text']}" for reason in json.loads(row["reasons"]))
        q = "not assessed" if row["q_value"] is None else f"{row['q_value']:.2g}"
        table.add_row(
            str(row["service_day"]),
            str(row["rank"]),
            row["centre_id"],
            row["booking_id"],
            f"{row['score']:.6f}",
            q,
            why,
        )
    console.print(table)
    what = "bookings" if every else "bookings flagged"
    console.print(f"{rows.num_rows:,} {what} in {nights} nights. A flag is a reason to look, not a finding of guilt.")
