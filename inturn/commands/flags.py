"""`inturn flags`."""

import json
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
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
from detection.explaining import facts, title
from detection.flag import Words, all_flags
from detection.outcomes import Outcomes, together, warnings
from inturn.held import days_held, none_on
from inturn.options import FromOptional, HomeOption, OutputOption, ToOptional, open_home, span
from inturn.output import Format, write
from inturn.progress import safe


class Language(StrEnum):
    """What a flag is explained in."""

    en = "en"
    zh = "zh"


#: the text of a reason in each language
TEXTS = {Language.en: "text", Language.zh: "text_zh"}


def add_to(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("flags")(flags)


def flags(
    first: FromOptional = None,
    last: ToOptional = None,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="CODE", help="What one flag looks at and why, e.g. Q402.")
    ] = None,
    language: Annotated[
        Language, typer.Option("--lang", help="The language of reasons and of --explain.")
    ] = Language.en,
    every: Annotated[bool, typer.Option("--all", help="Every booking, not only the flagged ones.")] = False,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.table,
    output: OutputOption = None,
    home: HomeOption = None,
) -> None:
    """The flagged bookings of these days, the most suspicious first, each with its reasons.

    A flag is a reason to look, not a finding of guilt. Columns are those of the table scores (docs/contract.md).
    With --explain one flag is told from its declaration, which needs neither days nor a home.

    Example: inturn flags --from 2026-03-02 --to 2026-03-27 --format csv -o flags.csv
    """
    if explain is not None:
        _explain(explain, language)
        return
    if first is None:
        raise typer.BadParameter("name the first day, or a flag by --explain CODE", param_hint="--from")
    last = last or first
    span(first, last)
    opened = open_home(home)
    lake = Lake.of(opened)
    with engine(opened) as connection:
        nights = _nights(lake, connection, first, last)
        if not nights:
            raise UserError(
                f"no night from {first} to {last} has been run",
                where=str(opened.root),
                next_step=f"Run: inturn run --from {first} --to {last}. {days_held(lake)}",
            )
        rows = connection.execute(
            f"""SELECT * FROM {lake.sql("scores", first, last)} {"" if every else "WHERE flagged"}
                ORDER BY service_day, rank, centre_id, booking_id"""
        ).to_arrow_table()
        ((bookings, unknown),) = connection.execute(
            f"SELECT count(*), count(*) FILTER (p_value IS NULL) FROM {lake.sql('scores', first, last)}"
        ).fetchall()
    if form is Format.table and output is None:
        if not bookings:
            typer.echo(none_on(str(first) if first == last else f"{first} to {last}", lake))
            return
        _print(rows, len(nights), unknown, language, every=every)
        for warning in warnings(together(nights)):
            typer.echo(f"Warning: {warning}")
    else:
        write(rows, form, output, parsed=("reasons",))


def _explain(code: str, language: Language) -> None:
    """One flag in one language."""
    known = all_flags()
    if (flag := known.get(code.upper())) is None:
        near = get_close_matches(code.upper(), known, n=1, cutoff=0)
        meant = f"is it {near[0]}? " if code else ""
        raise typer.BadParameter(f"no flag {code!r}; {meant}there are {', '.join(known)}", param_hint="--explain")

    def said(words: Words) -> str:
        return escape(str(getattr(words, language)))

    console = Console(highlight=False)
    console.print(f"[bold]{flag.code}[/] {said(title(flag))}", soft_wrap=True)
    console.print(f"{said(flag.why)}\n", soft_wrap=True)
    for fact in facts(flag):
        console.print(f"[bold]{said(fact.label)}[/]: {said(fact.said)}", soft_wrap=True)


def _nights(lake: Lake, connection: duckdb.DuckDBPyConnection, first: date, last: date) -> list[Outcomes]:
    """The outcomes of each night of these days that was run, as its last run recorded them."""
    found = connection.execute(
        f"""SELECT max_by(assessed, started_at) FROM {lake.sql("runs")}
            WHERE service_day BETWEEN ? AND ? GROUP BY service_day ORDER BY service_day""",
        [first, last],
    ).fetchall()
    return [json.loads(assessed) for (assessed,) in found]


def _print(rows: pa.Table, nights: int, not_assessed: int, language: Language, *, every: bool) -> None:
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
            console.print(Padding(escape(safe(f"{reason['flag']}  {reason[TEXTS[language]]}")), (0, 0, 0, 4)))
    if shown:
        console.print()
    what = "bookings" if every else "bookings flagged"
    plural = "" if nights == 1 else "s"
    console.print(
        f"{rows.num_rows:,} {what} in {nights} night{plural}. A flag is a reason to look, not a finding of guilt."
    )
    if not_assessed:
        of = "1 booking" if not_assessed == 1 else f"{not_assessed:,} bookings"
        console.print(f"Not assessed in any way: {of}, neither cleared nor accused (never called, or times lacking).")
    if not every:
        console.print("Every booking with its rank: add --all.")
    if not shown:
        console.print(
            "Flagged is only who has had a benefit, such as passing people, and stands out from what is usual; a log's "
            "first nights have nothing to be compared with."
        )
