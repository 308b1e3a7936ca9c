"""`inturn models`: what was learnt, what serves, and back again."""

import getpass
import json
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from data.home import Home
from data.lake import Lake
from detection.learning.registry import (
    PROMOTE,
    ROLLBACK,
    Service,
    before,
    cards,
    faults,
    in_service,
    load,
    put_in_service,
    read_card,
    schedule,
)
from inturn.model_card import print_card
from inturn.options import HomeOption, open_home, today
from inturn.progress import safe


class CardFormat(StrEnum):
    """How a card is printed."""

    table = "table"
    json = "json"


models = typer.Typer(no_args_is_help=True, help="What was learnt from verdicts: list, show, promote, rollback.")

VersionArgument = Annotated[str, typer.Argument(help="A version, as inturn models list shows it.")]
#: of a table's column (characters): a version that was cut could not be given to the other commands
VERSION_WIDTH = len("learned-0123456789ab")

BecauseOption = Annotated[str, typer.Option("--because", help="Why; it stands in the schedule.")]


def add_to(app: typer.Typer) -> None:
    """Mount the commands."""
    app.add_typer(models, name="models")


@models.command("list")
def list_(home: HomeOption = None) -> None:
    """Every model that was trained here, with its verdicts and what became of it, and which will score the next night.

    Example: inturn models list
    """
    opened = open_home(home)
    day = _next(opened)
    serving, kept = in_service(opened, day), cards(opened)
    table = Table(
        Column("model", no_wrap=True, min_width=VERSION_WIDTH),
        "as of",
        "manipulated",
        "lawful",
        "share",
        "state",
        show_edge=False,
    )
    for card in kept:
        decision = card.get("decision") or {}
        state = "in service" if card["version"] == serving else decision.get("reason", "not evaluated")
        counts = (f"{card['labels'][kind]:,}" for kind in ("manipulated", "lawful"))
        table.add_row(card["version"], card["as_of"], *counts, f"{card['blend']['share']:.0%}", escape(safe(state)))
    console = Console(highlight=False)
    if kept:
        console.print(table)
        console.print()
    for fault in faults(opened, serving):
        console.print(safe(str(fault)), markup=False, soft_wrap=True)
    how = f"will be scored with {serving}" if serving else "will be scored without a model"
    if serving and serving not in {card["version"] for card in kept}:
        how = f"cannot be scored: {serving} is in service"
    console.print(safe(f"The next night, that of {day}, {how}."), markup=False)
    if not kept:
        console.print("Nothing was learnt yet. Next: inturn labels import FILE, then inturn train", markup=False)


@models.command()
def show(
    version: VersionArgument,
    form: Annotated[
        CardFormat, typer.Option("--format", help="How to print it; json has all of it.")
    ] = CardFormat.table,
    home: HomeOption = None,
) -> None:
    """The card of a model: window, verdicts, figures on the nights that followed, and why it serves or does not.

    Example: inturn models show learned-0123456789ab
    """
    opened = open_home(home)
    card = read_card(opened, version)
    served = [entry for entry in schedule(opened) if entry.version == version]
    if form is CardFormat.table:
        print_card(Console(highlight=False), card, served)
        return
    shown: dict[str, Any] = {name: value for name, value in card.items() if name != "profile"}
    shown["schedule"] = [asdict(entry) for entry in served]
    typer.echo(safe(json.dumps(shown, ensure_ascii=False, indent=1)))


@models.command()
def promote(version: VersionArgument, because: BecauseOption = "by hand", home: HomeOption = None) -> None:
    """Put a kept model in service, from the night after the last scored one on.

    Example: inturn models promote learned-0123456789ab --because "the audit of March"
    """
    _serve(open_home(home), version, PROMOTE, because)


@models.command()
def rollback(because: BecauseOption = "by hand", home: HomeOption = None) -> None:
    """Take the model out of service, from the next night on; the one before it serves again, or none.

    Example: inturn models rollback --because "C03 complains"
    """
    opened = open_home(home)
    _serve(opened, before(opened, _next(opened)), ROLLBACK, because)


def _serve(home: Home, version: str | None, action: str, because: str) -> None:
    with home.writing(f"models {action}"):
        day = _next(home)
        if action == PROMOTE and version is not None and in_service(home, day) == version:
            load(home, version)
            typer.echo(f"{version} is in service already; nothing was changed.")
            return
        now = datetime.now(UTC).isoformat(timespec="seconds")
        put_in_service(home, Service(str(day), version, action, because, now, getpass.getuser()))
    typer.echo(f"From {day} on nights will be scored {'with ' + version if version else 'without a model'}.")


def _next(home: Home) -> date:
    """The night after the last scored one; before any, tonight's."""
    scored = Lake.of(home).days("scores")
    return max(scored) + timedelta(days=1) if scored else today(home)
