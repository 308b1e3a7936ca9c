"""Options that several commands share."""

import os
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from data.columns import FIRST_YEAR, LAST_YEAR
from data.home import Home

DEFAULT_HOME = Path("var")
HOME_VARIABLE = "INTURN_HOME"


def _day(text: str | date) -> date:
    if isinstance(text, date):
        return text
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day; days are YYYY-MM-DD, e.g. 2026-03-02") from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise typer.BadParameter(f"{text} lies outside the years that a log can be of, {FIRST_YEAR} to {LAST_YEAR}")
    return day


HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="The home, which holds everything a run writes; else INTURN_HOME, else ./var."),
]
FromOption = Annotated[date, typer.Option("--from", parser=_day, metavar="DAY", help="First day, YYYY-MM-DD.")]
ToOption = Annotated[
    date | None, typer.Option("--to", parser=_day, metavar="DAY", help="Last day, inclusive; default: the first.")
]
FromOptional = Annotated[
    date | None, typer.Option("--from", parser=_day, metavar="DAY", help="Only from this day on, YYYY-MM-DD.")
]
ToOptional = Annotated[
    date | None, typer.Option("--to", parser=_day, metavar="DAY", help="Only up to this day, inclusive.")
]
NightOption = Annotated[
    date | None, typer.Option("--night", parser=_day, metavar="DAY", help="Only this night, YYYY-MM-DD; default: all.")
]
AsOfOption = Annotated[
    date | None,
    typer.Option(
        "--as-of", parser=_day, metavar="DAY", help="With what was known at the end of this day; default: today."
    ),
]
OutputOption = Annotated[
    Path | None, typer.Option("-o", "--output", help="Write to this file instead of the terminal.", dir_okay=False)
]


def home_path(given: Path | None) -> Path:
    """The home asked for: by `--home`, by INTURN_HOME (which `--home` before the command sets), or ./var."""
    return given or Path(os.environ.get(HOME_VARIABLE) or DEFAULT_HOME)


def open_home(given: Path | None) -> Home:
    """The home asked for, which must exist."""
    return Home.open(home_path(given))


def today(home: Home) -> date:
    """The day it is in the home's time zone."""
    return datetime.now(ZoneInfo(home.settings.timezone)).date()


def span(first: date | None, last: date | None) -> None:
    """Refuse a span that ends before it begins."""
    if first and last and last < first:
        raise typer.BadParameter(f"--to {last} lies before --from {first}", param_hint="--to")
