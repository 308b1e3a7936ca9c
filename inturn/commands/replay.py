"""`inturn replay`."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from data.engine import engine
from data.errors import UserError
from data.home import Home
from data.lake import Lake
from detection.evidence.comparing import Difference
from detection.replay import Replayed, replay
from inturn.commands.cases import unknown_case
from inturn.options import HomeOption, NightOption, open_home
from inturn.progress import Bars, safe

FACTS = {"code_version": "code", "config_hash": "settings", "model_version": "model"}


def add_to(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("replay")(replay_case)


def replay_case(
    case: Annotated[str, typer.Argument(metavar="CASE_ID", help="The case, as inturn cases names it.")],
    night: NightOption = None,
    home: HomeOption = None,
) -> None:
    """Compute a case again from the tables as they stood when it was sealed: the same numbers, or what differs.

    Every night of the case, or one: first the seals are checked, then the night is run anew in a corner of the home
    and held against what was sealed, value for value. Nothing that is stored changes. Exit status 0: the same numbers;
    1: something differs, was altered, or cannot be computed again (docs/cases.md).

    Example: inturn replay C0123456789ab --night 2026-03-11
    """
    opened = open_home(home)
    reference = _evidence(opened, case)
    console = Console(highlight=False, soft_wrap=True)
    with Bars() as bars:
        nights = list(replay(opened, case, reference, night, bars))
    for found in nights:
        _tell(console, found)
    apart = [found for found in nights if not found.same]
    plural = "" if len(nights) == 1 else "s"
    if apart:
        console.print(f"Not the same: {len(apart)} of {len(nights)} night{plural} of case {case}.")
        raise typer.Exit(1)
    console.print(f"The same numbers: {len(nights)} night{plural} of case {case}, every file as it was sealed.")


def _evidence(home: Home, case: str) -> str:
    """The reference of a case's evidence."""
    with engine(home) as connection:
        found = connection.execute(
            f"SELECT evidence_ref FROM {Lake.of(home).sql('cases')} WHERE case_id = ?", [case]
        ).fetchone()
    if found is None:
        raise unknown_case(home, case)
    if found[0] is None:
        raise UserError(
            f"nothing was sealed of case {case!r}",
            where=str(home.root),
            next_step="Run its last night again (inturn cases --show says which), then this.",
        )
    return str(found[0])


def _tell(console: Console, night: Replayed) -> None:
    """What was computed otherwise first, since it may explain what follows."""
    verdict = "the same numbers" if night.same else "[bold red]not the same[/]"
    compared = f", {night.values:,} values compared" if night.values else ""
    console.print(f"[bold]{night.day}[/]  {verdict}{compared}  {escape(night.folder)}")
    lines = [
        f"other {FACTS[name]}: sealed with {sealed}, replayed with {now}" + _so(night)
        for name, (sealed, now) in night.facts.items()
    ]
    lines += [f"altered since it was sealed, or lost: {name}" for name in night.altered]
    lines += [f"cannot be computed again: {night.failed}"] if night.failed else []
    lines += map(_said, night.differences)
    for line in lines:
        console.print(f"    {escape(safe(line))}")


def _so(night: Replayed) -> str:
    return ", which may explain what differs" if night.differences else ""


def _said(found: Difference) -> str:
    more = f" and {found.count - 1:,} more" if found.count > 1 else ""
    place = f" of {found.place}" if found.place else ""
    return f"{found.file} {found.column}{place}{more}: sealed {found.sealed}, now {found.now}"
