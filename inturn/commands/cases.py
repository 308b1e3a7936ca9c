"""`inturn cases`."""

import json
from datetime import date
from typing import Annotated, Any

import duckdb
import pyarrow as pa
import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from data.engine import engine
from data.errors import UserError
from data.home import Home
from data.lake import Lake
from detection.cases.day import certain
from detection.evidence.telling import in_chinese, in_english, lawful
from detection.explaining import CHECKED
from inturn.options import FromOptional, HomeOption, OutputOption, ToOptional, open_home, span
from inturn.output import Format, write
from inturn.progress import safe

JSON = ("members", "flags")


def add_to(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("cases")(cases)


def cases(
    first: FromOptional = None,
    last: ToOptional = None,
    show: Annotated[str | None, typer.Option("--show", metavar="CASE_ID", help="One case in words.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.table,
    output: OutputOption = None,
    home: HomeOption = None,
) -> None:
    """The cases to which these days added something, the one that is expected to have done most harm first.

    A case is a reason to look, not a finding of guilt. Columns are those of the table cases (docs/contract.md);
    docs/cases.md says how bookings are joined. With --show one case is told in words, Chinese and English, with what
    would explain it lawfully.

    Example: inturn cases --from 2026-03-02 --to 2026-03-27 --format csv -o cases.csv
    """
    span(first, last)
    opened = open_home(home)
    lake = Lake.of(opened)
    with engine(opened) as connection:
        found = _found(lake, connection, first, last, show)
        bound_by = _bound_by(lake, connection, show) if show else []
        if show and not found.num_rows:
            raise unknown_case(opened, show)
        if not found.num_rows and lake.version("scores") is None:
            raise UserError(
                "no night has been run", where=str(opened.root), next_step="Run: inturn run --from DAY --to DAY."
            )
    if form is not Format.table or output is not None:
        write(_flat(found) if form is Format.csv else found, form, output, parsed=JSON)
    elif show:
        _tell(found.to_pylist()[0], bound_by)
    else:
        _list(found.to_pylist(), opened)


def unknown_case(home: Home, case: str) -> UserError:
    """There is no such case in this home."""
    return UserError(
        f"no case {case!r}",
        where=str(home.root),
        next_step="inturn cases lists those that there are; what was drawn at random is a case in the console only.",
    )


def _found(
    lake: Lake, connection: duckdb.DuckDBPyConnection, first: date | None, last: date | None, case: str | None
) -> pa.Table:
    """Rows of `cases` that fit, by harm; a case is of a day if a booking of that day is in it."""
    touched = f"""(SELECT DISTINCT case_id FROM {lake.sql("case_days", first, last)}
        WHERE ($first IS NULL OR service_day >= $first) AND ($last IS NULL OR service_day <= $last))"""
    return connection.execute(
        f"""SELECT * FROM {lake.sql("cases")} SEMI JOIN {touched} USING (case_id)
            WHERE $case IS NULL OR case_id = $case ORDER BY expected_harm DESC, case_id""",
        {"first": first, "last": last, "case": case},
    ).to_arrow_table()


def _bound_by(lake: Lake, connection: duckdb.DuckDBPyConnection, case: str) -> list[str]:
    """The rings, the clerk or the centre that hold a case together."""
    found = connection.execute(
        f"SELECT DISTINCT unnest(bound_by) FROM {lake.sql('case_days')} WHERE case_id = ? ORDER BY 1", [case]
    ).fetchall()
    return [name for (name,) in found]


def _flat(found: pa.Table) -> pa.Table:
    """The list of centres as one JSON text: a cell of a csv file is one value."""
    texts = [json.dumps(centres, ensure_ascii=False) for centres in found["centres"].to_pylist()]
    place = found.schema.get_field_index("centres")
    return found.set_column(place, "centres", pa.array(texts, pa.string()))


def _list(rows: list[dict[str, Any]], home: Home) -> None:
    """A line a case, and under it a line that says why."""
    console = Console(highlight=False)
    for place, row in enumerate(rows, 1):
        console.print(
            f"{place:>4}  [bold]{row['case_id']}[/]  {row['kind']}  {_days(row)}  harm {row['expected_harm']:,.1f}  "
            f"{row['status']}"
        )
        console.print(Padding(escape(safe(_reason(row))), (0, 0, 0, 6)))
    if rows:
        console.print()
    plural = "" if len(rows) == 1 else "s"
    console.print(f"{len(rows):,} case{plural}. A case is a reason to look, not a finding of guilt.")
    budget, room = home.settings.budget, certain(home.settings)
    console.print(
        f"A night's budget of {budget:,} has room for {room:,} case{'' if room == 1 else 's'}, those of most harm; the "
        "rest is drawn at random from all other bookings."
    )
    if rows:
        console.print(f"One in words: inturn cases --show {rows[0]['case_id']}")


def _days(row: dict[str, Any]) -> str:
    opened, last = row["opened_on"], row["last_day"]
    return str(last) if opened == last else f"{opened} to {last}"


def _reason(row: dict[str, Any]) -> str:
    flags = ", ".join(f"{code} {number:,}" for code, number in json.loads(row["flags"]).items())
    centres = ", ".join(row["centres"][:3]) + (", …" if len(row["centres"]) > 3 else "")
    clerks = sorted({clerk["clerk_id"] for clerk in json.loads(row["members"])["clerks"]})
    by = f" · {', '.join(clerks[:3])}{', …' if len(clerks) > 3 else ''}" if clerks else ""
    return (
        f"{centres}{by} · bookings {row['bookings']:,} · people passed {row['people_passed']:,} · "
        f"minutes {row['minutes_taken']:,.0f}{f' · {flags}' if flags else ''}"
    )


def _tell(row: dict[str, Any], bound_by: list[str]) -> None:
    """One case: what it amounts to, then each flag with what would explain it."""
    console = Console(highlight=False)
    members = json.loads(row["members"])
    told = row | {"flags": json.loads(row["flags"]), "bound_by": bound_by}
    console.print(f"[bold]{row['case_id']}[/]  {row['kind']}  {_days(row)}  {row['status']}")
    console.print(safe(in_english(told)), markup=False)
    console.print(safe(in_chinese(told)), markup=False)
    for flag in lawful(told["flags"]):
        console.print(f"\n[bold]{flag['flag']}[/] {escape(flag['name']['en'])}: {escape(flag['why']['en'])}")
        for explanation in flag["lawful"]:
            word = f"{CHECKED[explanation['checked']].en:11}"
            console.print(Padding(escape(f"{word}  {explanation['explanation']['en']}"), (0, 0, 0, 4)))
    console.print("\nBookings:")
    for booking in members["bookings"]:
        line = f"{booking['service_day']}  {booking['centre_id']}  {booking['booking_id']}"
        console.print(Padding(escape(safe(line)), (0, 0, 0, 4)))
    console.print(f"\nEvidence: {row['evidence_ref'] or 'none'}", soft_wrap=True)
    console.print(
        f"Who was passed, by whose call: inturn lake show overtakes --from {row['opened_on']} --to {row['last_day']}",
        soft_wrap=True,
    )
