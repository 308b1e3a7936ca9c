"""`inturn ingest`."""

from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from data.home import SETTINGS_FILE, Home
from data.ingest import ingest as take_in
from data.lake import Lake
from data.report import IngestReport
from data.upsert import Stored
from inturn.options import FromOptional, HomeOption, ToOptional, home_path, span
from inturn.progress import Bars, errors, safe

#: exit status: done, but rows were rejected
SOME_REJECTED = 3
#: files passed over that are named; the others are counted
SHOWN = 5


def add_to(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("ingest")(ingest)


def ingest(
    source: Annotated[str, typer.Argument(help="A folder, an fsspec URL (s3://…), or a source named in inturn.toml.")],
    mapping: Annotated[
        str | None, typer.Option(help="A shipped mapping's name or a source.toml; default: the source's own.")
    ] = None,
    first: FromOptional = None,
    last: ToOptional = None,
    home: HomeOption = None,
) -> None:
    """Read a source, check every row against the contract, replace identifiers by pseudonyms, store.

    A source is a folder with one sub-folder a table (bookings/, quotas/, …) of csv, csv.gz, parquet, jsonl, xlsx or
    xes files, and perhaps a source.toml. Refused rows stand in the table rejects with file, row and rule. A file
    that has not changed since is not read again, so a command that was interrupted can simply be repeated.

    Example: inturn ingest logs/2026-03 --mapping hall.toml
    """
    span(first, last)
    root = home_path(home)
    there = (root / SETTINGS_FILE).exists()
    opened = Home.create(root)
    if not there:
        errors.print(f"A new home was made: {root}", markup=False)
    known = {found.name: found for found in opened.settings.sources}
    location, name = source, None
    if source in known:
        location, name, mapping = known[source].location, source, mapping or known[source].mapping
    with Bars() as bars:
        report = take_in(opened, location, mapping=mapping, name=name, first=first, last=last, progress=bars)
    show(report)
    lake = Lake.of(opened)
    days, judged = lake.days("bookings"), lake.days("scores")
    if emptied := sorted(judged - days):
        typer.echo(
            f"Note: judged, and without any booking now, until they are run again: {', '.join(map(str, emptied))}."
        )
    if days:
        either = days | judged
        typer.echo(
            f"Next: inturn run --from {min(either)} --to {max(either)}, the days of which the home holds bookings."
        )
    if report.total("rejected"):
        raise typer.Exit(SOME_REJECTED)


def show(report: IngestReport) -> None:
    """Print what became of every row."""
    console = Console(highlight=False, markup=False, emoji=False)  # names and values are the source's
    console.print(f"Source {report.source}, read with {report.mapping}", markup=False)
    console.print(_counts(report))
    unchanged = sum(file.unchanged for file in report.files)
    if unchanged:
        console.print(
            f"{unchanged} of {len(report.files)} files had not changed since they were ingested: not read again."
        )
    if report.refused and report.total("rejected"):
        console.print("Rejected, by rule (all: inturn lake show rejects; docs/sources.md explains the rules):")
        for refused in report.refused:
            console.print(safe(f"  {refused}"), soft_wrap=True)
    _show_remarks(report, console)


def _counts(report: IngestReport) -> Table:
    """What became of the rows of each table; a column in which nothing happened is left out."""
    rows = {}
    for name, counts in report.counts().items():
        stored = report.stored.get(name) or Stored(new=0, changed=0, repeated=counts["accepted"])
        rows[name] = {
            "read": counts["read"],
            "accepted": counts["accepted"],
            "rejected": counts["rejected"],
            "left out": counts["left_out"],
            "new": stored.new,
            "changed": stored.changed,
            "repeated": stored.repeated,
        }
    always = {"read", "accepted", "rejected"}
    figures = [
        figure for figure in next(iter(rows.values()), {}) if figure in always or any(r[figure] for r in rows.values())
    ]
    table = Table("table", *figures, box=SIMPLE_HEAD)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, row in rows.items():
        table.add_row(name, *(f"{row[figure]:,}" for figure in figures))
    return table


def _show_remarks(report: IngestReport, console: Console) -> None:
    """What was accepted and yet deserves a look, and what the source does not deliver."""
    for table, counts in report.counts().items():
        if counts["rejected"] and not counts["accepted"]:
            console.print(f"Note: {table}: every row was rejected, so nothing is known of it.")
        files = [file for file in report.files if file.table == table]
        if table in report.stored and (withdrawn := report.stored[table].withdrawn):
            console.print(
                f"Note: {table}: withdrawn into the table history: {withdrawn:,} row{'s' * (withdrawn > 1)} that an "
                "earlier reading of these files brought, and this one does not.",
                soft_wrap=True,
            )
        if mixed := [file.file for file in files if file.reread and not file.unaltered]:
            console.print(
                safe(
                    f"Note: {table}: read anew, but not withdrawn is what other bytes under the same name may have "
                    f"brought: {', '.join(mixed)}."
                ),
                soft_wrap=True,
            )
        warned = sum((file.warned for file in files), type(files[0].warned)())
        for rule, rows in warned.most_common():
            console.print(f"Note: {table}: {rows:,} accepted rows with {rule}.")
        unused = sorted({header for file in files for header in file.unused_headers})
        if unused:
            console.print(safe(f"Note: {table}: headers not used: {', '.join(unused)}."))
        lacking = [set(file.not_delivered) for file in files if not file.unchanged]
        if lacking and set.intersection(*lacking):
            names = ", ".join(sorted(set.intersection(*lacking)))
            console.print(f"Note: {table}: not delivered, so not assessed downstream: {names}.")
        if lacking and all("checked_in_at" in names and "ticket_no" not in names for names in lacking):
            console.print(f"Note: {table}: without check-in times, order goes by ticket numbers.")
    if report.passed_over:
        named, more = report.passed_over[:SHOWN], len(report.passed_over) - SHOWN
        rest = f" and {more:,} more" if more > 0 else ""
        console.print(safe(f"Note: not files of a table, passed over: {', '.join(named)}{rest}."), soft_wrap=True)
