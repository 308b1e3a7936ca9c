"""`inturn flags`."""

import json
from typing import Annotated

import duckdb
import pyarrow as pa
import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from data.engine import engine
from data.errors import UserError
from data.lake import Lake
from inturn.options import FromOption, HomeOption, OutputOption, ToOption, open_home, span
from inturn.output import Format, write
from inturn.progress import safe


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
                next_step=f"Run: inturn run --from {first} --to {last}. {_days_held(lake, connection)}",
            )
        rows = connection.execute(
            f"""SELECT * FROM {lake.sql("scores", first, last)} {"" if every else "WHERE flagged"}
                ORDER BY service_day, rank"""
        ).to_arrow_table()
        unknown = connection.execute(
            f"SELECT count(*) FROM {lake.sql('scores', first, last)} WHERE p_value IS NULL"
        ).fetchone()
    if form is Format.table and output is None:
        _print(rows, len(nights), unknown[0] if unknown else 0, every=every)
    else:
        write(rows, form, output, parsed=("reasons",))


def _days_held(lake: Lake, connection: duckdb.DuckDBPyConnection) -> str:
    """Which days there are bookings for."""
    held = connection.execute(f"SELECT min(service_day), max(service_day) FROM {lake.sql('bookings')}").fetchone()
    if held is None or held[0] is None:
        return "The home holds no bookings yet: inturn ingest SOURCE."
    return f"The home holds bookings for {held[0]} to {held[1]}."


def _print(rows: pa.Table, nights: int, not_assessed: int, *, every: bool) -> None:
    """A line a booking, and under it a line a reason: a table's last column would be too narrow for sentences."""
    console = Console(highlight=False)
    shown = rows.select(["service_day", "rank", "centre_id", "booking_id", "score", "q_value", "reasons"]).to_pylist()
    for row in shown:
        place = escape(safe(f"{row['service_day']}  {row['centre_id']}  {row['booking_id']}"))
        if row["q_value"] is None:
            console.print(f"[bold]{place}[/]  not assessed")
        else:
            console.print(f"[bold]{place}[/]  rank {row['rank']}  score {row['score']:.6f}  q {row['q_value']:.2g}")
        for reason in json.loads(row["reasons"]):
            console.print(Padding(escape(safe(f"{reason['flag']}  {reason['text']}")), (0, 0, 0, 4)))
    if shown:
        console.print()
    what = "bookings" if every else "bookings flagged"
    plural = "" if nights == 1 else "s"
    console.print(
        f"{rows.num_rows:,} {what} in {nights} night{plural}. A flag is a reason to look, not a finding of guilt."
    )
    if not_assessed:
        console.print(
            f"Not assessed: {not_assessed:,} bookings, neither cleared nor accused (never called, or times lacking)."
        )
    if not every:
        console.print("Every booking with its rank: add --all.")
