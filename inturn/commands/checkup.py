"""`inturn checkup`."""

from datetime import date
from enum import StrEnum
from shlex import quote
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from data.errors import UserError
from data.home import Home
from detection.checkup.balance import LEAST_SHARE
from detection.checkup.centre import Checkup
from detection.checkup.checkup import check_up, store, table
from detection.checkup.report.page import page, ranked
from detection.checkup.telling import told
from detection.checkup.wording import VERDICTS, number, percent
from inturn.options import FromOption, HomeOption, OutputOption, ToOption, open_home, span
from inturn.output import Format, write, write_bytes
from inturn.progress import Bars, safe

#: centres that an error names
NAMED = 20


class CheckupFormat(StrEnum):
    """How check-ups are printed."""

    table = "table"
    csv = "csv"
    json = "json"
    html = "html"


def add_to(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("checkup")(checkup)


def checkup(
    first: FromOption,
    last: ToOption = None,
    centre: Annotated[str | None, typer.Option("--centre", metavar="CENTRE_ID", help="Only this centre.")] = None,
    form: Annotated[CheckupFormat, typer.Option("--format", help="How to print.")] = CheckupFormat.table,
    output: OutputOption = None,
    home: HomeOption = None,
) -> None:
    """Could each centre serve more people than it lets book, and did it listen?

    Capacity is estimated from the centre's own services and opening hours, with a 95 % interval, and set against the
    slots that it released, whom it turned away, when its windows stood empty, and which complaints it left unanswered.
    docs/checkup.md explains the method and each finding. A verdict is a reason to look, not a finding of guilt.

    With --centre one centre is told in full. --format html -o FILE makes one page with pictures that needs no network.
    Columns of csv and json are those of the table checkups (docs/contract.md), which also keeps the result.

    Example: inturn checkup --from 2026-03-01 --to 2026-03-31 --format html -o march.html
    """
    last = last or first
    span(first, last)
    opened = open_home(home)
    with Bars() as bars:
        found = check_up(opened, first, last, bars)
    with opened.writing("a check-up"):
        store(opened, found)
    if not found:
        raise _nothing(opened, first, last)
    shown = [one for one in found if centre in {None, one.centre_id}]
    if not shown:
        some = ", ".join(one.centre_id for one in found[:NAMED])
        raise UserError(
            f"no bookings of centre {centre!r} in this period",
            where=str(opened.root),
            next_step=f"Centres are {some}{', …' if len(found) > NAMED else ''}.",
        )
    if form is CheckupFormat.html:
        write_bytes(page(found, centre).encode(), output)
    elif form is not CheckupFormat.table or output is not None:
        write(table(shown), Format(form.value), output, parsed=("findings",))
    elif centre:
        _tell(shown[0])
    else:
        _list(ranked(found))


def _nothing(home: Home, first: date, last: date) -> UserError:
    return UserError(
        f"no bookings from {first} to {last}, so nothing to check",
        where=str(home.root),
        next_step="Give days for which bookings were ingested: inturn ingest SOURCE.",
    )


def _list(found: list[Checkup]) -> None:
    """A line a centre, the most doubtful first."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("centre")
    shown.add_column("verdict")
    for name in ("capacity a day", "released", "let in", "served", "refused", "unanswered"):
        shown.add_column(name, justify="right")
    for one in found:
        able, now, said = one.capacity, one.balance, one.complaints
        shown.add_row(
            escape(safe(one.centre_id)),
            VERDICTS[one.verdict].en,
            f"{number(able.per_day)} ({number(able.low)}–{number(able.high)})" if able else "–",
            number(now.released) if now else "–",
            percent(now.share) if now else "–",
            number(one.days["served"].mean()) if len(one.days) else "–",
            "–" if one.demand.refused is None else number(one.demand.refused),
            f"{said.unanswered} of {said.number}" if said else "–",
        )
    console = Console(highlight=False)
    console.print(shown)
    withheld = sum(one.verdict == "withheld" for one in found)
    plural = "" if len(found) == 1 else "s"
    console.print(f"\n{len(found):,} centre{plural}, {withheld:,} with quota withheld. –: not assessed.")
    console.print(
        "Means a day; let in: slots whose holders come and walk-ins, of capacity; refused: attempts without a slot; "
        "unanswered: complaints."
    )
    bar = percent(LEAST_SHARE)
    console.print(f"Withheld: what is let in lies below {bar} beyond doubt, while people are turned away.")
    for one in found:
        if one.verdict == "not_assessed":
            console.print(f"{escape(safe(one.centre_id))}: {escape(safe(told(one)['findings'][0]['text']))}")
    console.print("A verdict is a reason to look, not a finding of guilt.")
    console.print(
        f"One in full: add --centre {escape(quote(safe(found[0].centre_id)))}; with pictures: --format html -o FILE"
    )


def _tell(one: Checkup) -> None:
    """One centre in full, English and Chinese."""
    console = Console(highlight=False)
    console.print(f"[bold]{escape(safe(one.centre_id))}[/]  {one.from_day} to {one.to_day}")
    said = told(one)
    for finding in said["findings"]:
        console.print(safe(finding["text"]), markup=False)
        console.print(Padding(escape(safe(finding["text_zh"])), (0, 0, 0, 2)))
    for part in said["not_assessed"]:
        console.print(safe(f"{part['part']}: {part['text']}"), markup=False)
    if said["left_out"]:
        days = ", ".join(f"{day['day']} ({day['why']})" for day in said["left_out"])
        console.print(safe(f"Days left out: {days}"), markup=False)
