"""`inturn evaluate`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from detection.evaluate import BUDGET
from detection.evaluate import evaluate as judge
from detection.evaluation.groups import Group
from detection.evaluation.report import Report
from detection.evaluation.wording import UNKNOWN, calibrated, figure, fraction, of_flagged, percent, verdict
from inturn.options import FromOption, HomeOption, OutputOption, ToOption, open_home, span
from inturn.output import write_bytes
from inturn.progress import Bars, safe


class Format(StrEnum):
    """How a report is printed."""

    table = "table"
    json = "json"
    html = "html"


def add_to(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("evaluate")(evaluate)


def evaluate(
    truth: Annotated[
        Path, typer.Option("--truth", help="What was planted: the truth.parquet of a world or a planting, or a CSV.")
    ],
    first: FromOption,
    last: ToOption = None,
    budget: Annotated[int, typer.Option(min=1, help="Bookings that can be looked at in a night.")] = BUDGET,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.table,
    output: OutputOption = None,
    home: HomeOption = None,
) -> None:
    """How much of a known truth these nights found, how much they flagged wrongly, and what other means find.

    Positives are planted bookings that were carried out; those that were not are left out and counted. Whatever the
    home holds no result for is not assessed.

    Example: inturn evaluate --truth world/truth.parquet --from 2026-03-16 --to 2026-03-27 --format html -o judged.html
    """
    last = last or first
    span(first, last)
    if form is Format.table and output:
        raise typer.BadParameter(
            "a table is for the terminal; add --format json or html to write a file", param_hint="-o"
        )
    opened = open_home(home)
    with Bars() as bars:
        report = judge(opened, truth, first, last, budget=budget, progress=bars)
    if form is Format.table:
        _print(report)
    else:
        write_bytes(_content(report, form).encode(), output)


def _content(report: Report, form: Format) -> str:
    if form is Format.json:
        return report.as_json()
    from detection.evaluation.page import page  # noqa: PLC0415 # plots are slow to import

    return page(report)


def _print(report: Report) -> None:
    console = Console(highlight=False)
    console.print(f"[bold]{escape(verdict(report))}[/]")
    if report.undecided or report.outside:
        console.print(
            f"Planted but not carried out, and left out: {report.undecided:,}. "
            f"Planted, but outside these nights or not scored: {report.outside:,}."
        )
    if report.not_assessed:
        console.print(f"Not assessed, and ranked last: {report.not_assessed:,} bookings.")
    console.print("In brackets: counts, and the 95 % interval.")
    tables = [_figures(report), _rankings(report)]
    for title, groups in (("scheme", report.schemes), ("ring", report.rings), ("centre", report.by_centre)):
        if groups:
            tables.append(_groups(title, groups, report))
    tables.append(_ages(report))
    for table in tables:
        console.print()
        console.print(table)
    console.print()
    if report.calibration:
        console.print(
            f"Brier score {report.calibration.brier:.4f}; the base rate alone reaches "
            f"{report.calibration.base_brier:.4f}. A score is no probability where the first is larger."
        )


def _figures(report: Report) -> Table:
    table = Table("what was found", "", show_edge=False)
    flagged, ranking = report.flagged, report.ranking
    table.add_row("flagged rightly", of_flagged(report, flagged.precision))
    table.add_row("found by flags", fraction(flagged.recall))
    table.add_row("false-discovery share", of_flagged(report, flagged.false_discovery))
    table.add_row("wrongly flagged in 100 centre-months", figure(report.false_per_100_centre_months))
    table.add_row(f"rightly among the first {ranking.budget} a night", fraction(ranking.precision_at_budget))
    table.add_row(f"found by the first {ranking.budget} a night", fraction(ranking.recall_at_budget))
    cases, checkups = report.cases, report.checkups
    table.add_row("cases: purity", figure(cases.purity if cases else None))
    table.add_row("cases: completeness", figure(cases.completeness if cases else None))
    table.add_row("false cases in 100 centre-months", figure(cases.false_per_100_centre_months if cases else None))
    table.add_row("capacity: median error", figure(checkups.error if checkups else None))
    table.add_row("capacity: intervals that hold it", fraction(checkups.coverage if checkups else None))
    table.add_row("withholding centres found", fraction(checkups.found if checkups else None))
    table.add_row("other centres accused", fraction(checkups.accused if checkups else None))
    return table


def _rankings(report: Report) -> Table:
    heads = ("average precision", f"found by the first {report.ranking.budget}", "flagged rightly", "found by flags")
    table = Table(Column("ranked by", no_wrap=True), *heads, show_edge=False)
    own = ("inturn", report.ranking, report.flagged)
    for name, ranking, flagged in (own, *((peer.name, peer.ranking, peer.flagged) for peer in report.peers)):
        said = (percent(flagged.precision), percent(flagged.recall)) if flagged else ()
        table.add_row(name, figure(ranking.average_precision), percent(ranking.recall_at_budget), *said)
    table.add_row("a random order", figure(report.ranking.base_rate, 4) if report.ranking.positives else UNKNOWN)
    return table


def _ages(report: Report) -> Table:
    heads = ("bookings", "flagged wrongly", "flagged rightly", "mean score for the true share", "Brier score")
    table = Table(Column("age", no_wrap=True), *heads, show_edge=False)
    for group in report.ages:
        shares = (f"{found.part:,} of {found.whole:,}" if found else "" for found in (group.false_alarms, group.recall))
        table.add_row(group.ages, f"{group.bookings:,}", *shares, calibrated(group), figure(group.brier, 4))
    return table


def _groups(title: str, groups: list[Group], report: Report) -> Table:
    firsts = {first.ring: first for first in report.first_flags}
    within = f"by the first {report.ranking.budget}"
    extra = {"ring": ("first flagged", f"first {within}"), "centre": ("flagged rightly",)}.get(title, ())
    table = Table(title, "manipulated", "found by flags", within, "average precision", show_edge=False)
    for name in extra:
        table.add_column(name)
    for group in groups:
        ranking, flagged = group.ranking, group.flagged
        row = [safe(group.name), f"{ranking.positives:,}", percent(flagged.recall), percent(ranking.recall_at_budget)]
        row.append(figure(ranking.average_precision))
        if title == "ring":
            first = firsts[group.name]
            never = f"never in {first.working_days} working days"
            row.append(never if first.after is None else f"working day {first.after} of {first.working_days}")
            row.append("never" if first.listed is None else f"working day {first.listed}")
        elif title == "centre":
            right = flagged.precision
            row.append(f"{right.part:,} of {right.whole:,}" if right else "none flagged")
        table.add_row(*map(escape, row))
    return table
