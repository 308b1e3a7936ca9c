"""`inturn run`."""

from datetime import date, timedelta

import typer
from rich.console import Console
from rich.table import Column, Table

from data.lake import Lake
from detection.flag import all_flags
from detection.outcomes import KINDS, Outcomes, together
from inturn.held import days_held
from inturn.night import Night, run_nights
from inturn.options import FromOption, HomeOption, ToOption, open_home, span
from inturn.progress import Bars, errors


def add_to(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("run")(run)


def run(first: FromOption, last: ToOption = None, home: HomeOption = None) -> None:
    """Features, flags and scores for these days from what was ingested, without a scheduler.

    Each day is replaced as a whole; running a day again changes nothing but the record of the run. Where it is
    interrupted, it says from which day on the rest is to be run.

    Example: inturn run --from 2026-03-02 --to 2026-03-27
    """
    last = last or first
    span(first, last)
    opened = open_home(home)
    nights: list[Night] = []
    try:
        with Bars() as bars:
            nights.extend(run_nights(opened, first, last, bars))
    except KeyboardInterrupt:
        _say_where_to_go_on(nights, first, last)
        raise
    empty = [night.day for night in nights if not night.bookings]
    bookings, flagged = sum(night.bookings for night in nights), sum(night.flagged for night in nights)
    plural = "" if len(nights) == 1 else "s"
    typer.echo(f"{len(nights)} night{plural}, {bookings:,} bookings, {flagged:,} flagged.")
    outcomes = together(night.outcomes for night in nights) if bookings else {}
    if outcomes:
        console = Console()
        console.print(_table(outcomes, console.width))
    if common := [code for code, counts in outcomes.items() if counts["too_common"]]:
        typer.echo(
            f"! fires on more than it states of innocent ones: {', '.join(common)}. One busy ring may be behind it, or "
            f"a flag that does not fit this hall: inturn flags --explain {common[0]}, docs/operations.md"
        )
    for night in nights:
        if night.drifted:
            typer.echo(
                f"{night.day} is unlike the training of the model in service: {', '.join(night.drifted[:5])}"
                f"{', …' if len(night.drifted) > 5 else ''} ({len(night.drifted)} in all; table drift)."
            )
    if empty:
        typer.echo(f"Without any booking, so not assessed: {', '.join(map(str, empty))}. {days_held(Lake.of(opened))}")
    if bookings:
        typer.echo(f"Next: inturn flags --from {first} --to {last}")


#: columns of characters that codes, figures and the space between them take in the table of outcomes
FIGURES_WIDTH = 54


def _table(outcomes: Outcomes, width: int) -> Table:
    """What became of each flag: on how many bookings it fired, and on which share of those that it could assess."""
    heads = (Column(head, justify="right", no_wrap=True) for head in ("fired", "passed", "not assessed", "share"))
    name = Column("", no_wrap=True, max_width=max(width - FIGURES_WIDTH, 8))
    states = Column("states", justify="right", no_wrap=True)
    table = Table(Column("flag", no_wrap=True), name, *heads, states, box=None, pad_edge=False)
    for code, counts in outcomes.items():
        share = "–" if counts["share"] is None else f"{counts['share']:.2%}{' !' if counts['too_common'] else '  '}"
        shown = (f"{counts[kind]:,}" for kind in KINDS)
        table.add_row(code, all_flags()[code].name.en, *shown, share, f"{counts['stated']:.2%}")
    return table


def _say_where_to_go_on(judged: list[Night], first: date, last: date) -> None:
    """The days that an interrupted run has not come to; it would begin with the first day again."""
    begin = first + timedelta(days=len(judged))
    left = f" Go on with: inturn run --from {begin} --to {last}" if begin <= last else ""
    errors.print(f"{len(judged)} of {(last - first).days + 1} nights are judged and stay.{left}", soft_wrap=True)
