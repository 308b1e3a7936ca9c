"""`inturn labels`: inspectors' verdicts in and out."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from data.contract import LABELS
from data.engine import engine
from data.labels import import_labels, remarks
from data.lake import Lake
from detection.learning.verdicts import verdicts_as_of
from inturn.commands.ingest import SOME_REJECTED, show
from inturn.options import AsOfOption, HomeOption, open_home, today
from inturn.output import FileFormatOption, file_format, write
from inturn.progress import Bars, safe

labels = typer.Typer(no_args_is_help=True, help="Inspectors' verdicts: import, export.")


#: bookings on which inspectors differ that are told one by one
MOST_SHOWN = 20


def add_to(app: typer.Typer) -> None:
    """Mount the commands."""
    app.add_typer(labels, name="labels")


@labels.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="A file of verdicts in the contract's columns: csv, xlsx, parquet, jsonl.")
    ],
    home: HomeOption = None,
) -> None:
    """Read verdicts, check every row against the contract, store them; they are learnt from by inturn train.

    Columns: centre_id, booking_id, verdict (manipulated, lawful, unclear), decided_at, and perhaps decided_by, reason,
    selection_probability. Refused rows stand in the table rejects with file, row number and masked value. Where
    inspectors differ on a booking, that is said here; docs/learning.md has the rule by which it is settled.

    Example: inturn labels import verdicts.xlsx
    """
    opened = open_home(home)
    with Bars() as bars:
        report = import_labels(opened, file, bars)
    show(report)
    if replaced := report.stored[LABELS.name].changed if LABELS.name in report.stored else 0:
        typer.echo(
            f"Note: {replaced:,} replace an earlier verdict of the same booking, inspector and time, which stands in "
            "the table history."
        )
    if not any(delivered.read or delivered.unchanged for delivered in report.files):
        typer.echo(safe(f"Note: {file} holds no verdict, only headers."))
    for remark in remarks(opened, file, today(opened)):
        typer.echo(safe(f"Note: verdicts {remark.what}: {remark.labels:,}, first {remark.first}."))
    with engine(opened) as connection:
        conflicts = verdicts_as_of(connection, Lake.of(opened), date.max).conflicts
    place = conflicts.groupby(["centre_id", "booking_id"]).ngroup()
    for (centre, booking), said in conflicts[place < MOST_SHOWN].groupby(["centre_id", "booking_id"]):
        each = ", ".join(
            f"{by or 'somebody'} {verdict}" for by, verdict in zip(said.decided_by, said.verdict, strict=True)
        )
        settled = "manipulated" if said["manipulated"].iloc[0] else "lawful"
        typer.echo(safe(f"Inspectors differ on {centre} {booking}: {each}; counted as {settled}."))
    if (more := place.nunique() - MOST_SHOWN) > 0:
        typer.echo(f"So they do on {more:,} more bookings: inturn labels export has every verdict.")
    typer.echo("Next: inturn train")
    if report.total("rejected"):
        raise typer.Exit(SOME_REJECTED)


@labels.command()
def export(
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write to this file.", dir_okay=False)] = None,
    as_of: AsOfOption = None,
    form: FileFormatOption = None,
    home: HomeOption = None,
) -> None:
    """Every verdict in the contract's columns, decided_at being the time from which on it was known.

    What is exported can be imported again.

    Example: inturn labels export -o verdicts.csv
    """
    opened = open_home(home)
    names = ", ".join(column.name for column in LABELS.columns)
    with engine(opened) as connection:
        found = connection.execute(
            f"""SELECT {names} FROM {Lake.of(opened).sql("labels")} WHERE day <= $as_of
                ORDER BY centre_id, booking_id, decided_at""",
            {"as_of": as_of or today(opened)},
        ).to_arrow_table()
    write(found.cast(LABELS.arrow), file_format(form, output), output)
