"""`inturn run`."""

from datetime import date, timedelta

import typer

from data.lake import Lake
from detection.flag import all_flags
from detection.outcomes import KINDS, Outcomes, together
from inturn.held import none_on
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
        _show(outcomes)
    for night in nights:
        if night.drifted:
            typer.echo(
                f"{night.day} is unlike the training of the model in service: {', '.join(night.drifted[:5])}"
                f"{', …' if len(night.drifted) > 5 else ''} ({len(night.drifted)} in all; table drift)."
            )
    if empty:
        typer.echo(none_on(", ".join(map(str, empty)), Lake.of(opened)))
    if bookings:
        typer.echo(f"Next: inturn flags --from {first} --to {last}")


def _show(outcomes: Outcomes) -> None:
    """What became of each flag: on how many bookings it fired, and on which share of those that it could assess.

    Names stand last, so that only they break where lines are short.
    """
    rows: list[tuple[str, ...]] = [("flag", *KINDS, "share", "", "states", "")]
    for code, counts in outcomes.items():
        share = "–" if counts["share"] is None else f"{counts['share']:.2%}"
        mark = "!" if counts["too_common"] else ""
        figures = (f"{counts[kind]:,}" for kind in KINDS)
        rows.append((code, *figures, share, mark, f"{counts['stated']:.2%}", all_flags()[code].name.en))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for *cells, name in rows:
        shown = (cell.replace("_", " ").rjust(width) for cell, width in zip(cells, widths, strict=False))
        typer.echo(f"{'  '.join(shown)}  {name}".rstrip())
    if common := [code for code, counts in outcomes.items() if counts["too_common"]]:
        typer.echo(
            "share: of the bookings that it could assess; states: of innocent ones at most. ! fires on clearly more: "
            f"{', '.join(common)}. One busy ring may be behind it, or a flag that does not fit this hall: inturn flags "
            f"--explain {common[0]}, docs/operations.md"
        )


def _say_where_to_go_on(judged: list[Night], first: date, last: date) -> None:
    """The days that an interrupted run has not come to; it would begin with the first day again."""
    begin = first + timedelta(days=len(judged))
    left = f" Go on with: inturn run --from {begin} --to {last}" if begin <= last else ""
    errors.print(f"{len(judged)} of {(last - first).days + 1} nights are judged and stay.{left}", soft_wrap=True)
