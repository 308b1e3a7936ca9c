"""`inturn plant`."""

from pathlib import Path
from typing import Annotated

import typer

from data.home import SETTINGS_FILE
from data.settings import load_settings
from data.truth import TRUTH_FILE
from detection.planting import Planting, Wish, schemes
from detection.planting import plant as plant_in
from detection.planting.hall import LEAST_PASSED
from inturn.options import FromOptional, HomeOption, ToOptional, home_path, span
from inturn.progress import Bars, safe


def add_to(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("plant")(plant)


def plant(
    source: Annotated[str, typer.Argument(help="The log: a folder or an fsspec URL. It is only read.")],
    out: Annotated[Path, typer.Argument(help="A new or empty folder; an earlier planting is replaced.")],
    scheme: Annotated[
        str,
        typer.Option(help=" ".join(f"{one.name}: {one.meaning}." for one in schemes().values())),
    ] = "overtake",
    per_day: Annotated[int, typer.Option(min=1, help="Jumps a day, of all the clerks together.")] = 1,
    clerk: Annotated[
        list[str] | None,
        typer.Option(help="Who calls the clients; may be repeated. Default: one of the busiest, by the seed."),
    ] = None,
    mapping: Annotated[
        str | None, typer.Option(help="A shipped mapping's name or a source.toml; default: the source's own.")
    ] = None,
    first: FromOptional = None,
    last: ToOptional = None,
    seed: Annotated[int, typer.Option(min=0, help="Fixes all that is drawn, and so every byte.")] = 0,
    home: HomeOption = None,
) -> None:
    """Plant queue-jumping in a real log, to measure what is found where the noise is real.

    A client who really waited gets a call that his clerk made while at least three people entitled earlier waited, and
    each of those between is called one place later. OUT is a source in the contract's names with truth.parquet beside
    its tables; days outside --from and --to are carried over unchanged. Identifiers are as readable as in SOURCE.

    Example: inturn plant calls planted --mapping bank_calls --scheme overtake --per-day 2 --clerk SHARON
    """
    span(first, last)
    wish = Wish(scheme, per_day, tuple(clerk or ()), first, last, seed)
    zone = load_settings(home_path(home) / SETTINGS_FILE).timezone  # of a source that names none, as at ingest
    with Bars() as bars:
        done = plant_in(source, out, wish, zone=zone, mapping=mapping, progress=bars)
    _show(done, out)


def _show(done: Planting, out: Path) -> None:
    say = typer.echo
    say(f"{out}: {done.bookings:,} bookings of {done.source}, read with {done.mapping}")
    if done.refused:
        refused = ", ".join(f"{rows:,} × {rule}" for rule, rows in done.refused.items())
        say(safe(f"Not carried over: {sum(done.refused.values()):,} rows that an ingest would refuse ({refused})"))
    if done.repeated or done.left_out:
        say(f"Not carried over: {done.repeated:,} replaced by a row of the same key, {done.left_out:,} left out")
    say(
        safe(f"Planted {done.planted:,} × {done.scheme} by {', '.join(done.clerks)} (seed {done.seed}): ")
        + f"{done.passed:,} people passed more than before, {done.moved:,} calls with somebody else; "
        f"which bookings they are stands in {out / TRUTH_FILE}"
    )
    if done.planted < done.wished:
        say(
            f"That is fewer than the {done.wished:,} wished: on {done.days_short} of {done.days} days these clerks "
            f"made too few calls at which {LEAST_PASSED} people or more could be passed"
        )
    say(f"Next: inturn ingest {out}")
