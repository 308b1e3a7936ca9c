"""`inturn simulate`."""

from pathlib import Path
from typing import Annotated

import typer

from data.worlds import simulate as make_world
from data.worlds.presets import presets
from inturn.progress import Bars


def add_to(app: typer.Typer) -> None:
    """Mount the command; its help lists the presets there are."""
    listed = "".join(f"\n\n  {one.name}: {one.meaning}" for one in presets().values())
    app.command("simulate", help=f"{simulate.__doc__}\n    Presets:{listed}")(simulate)


def simulate(
    preset: Annotated[str, typer.Argument(help="Which world; one of the presets listed above.")],
    out: Annotated[Path, typer.Argument(help="A new or empty folder; an earlier world in it is replaced.")],
    seed: Annotated[int | None, typer.Option(help="Fixes every byte; default: the preset's own.")] = None,
    centres: Annotated[int | None, typer.Option(help="How many centres; default: the preset's own.")] = None,
    days: Annotated[int | None, typer.Option(help="How many working days; default: the preset's own.")] = None,
) -> None:
    """Make a labelled synthetic world: a source folder in the contract's names, and beside it truth.parquet.

    Example: inturn simulate small world && inturn ingest world
    """
    with Bars() as bars:
        world = make_world(preset, out, seed=seed, centres=centres, days=days, progress=bars)
    halls = "centre" if world.centres == 1 else "centres"
    typer.echo(
        f"{out}: {world.bookings:,} bookings of {world.centres} {halls}, {world.first_day} to {world.last_day} "
        f"(world {world.preset}, seed {world.seed})"
    )
    planted = ", ".join(f"{world.carried_out.get(scheme, 0)} of {n} {scheme}" for scheme, n in world.planted.items())
    if planted:
        typer.echo(f"Planted and carried out: {planted}; which ones they are stands in {out / 'truth.parquet'}")
    else:
        typer.echo("Nothing is planted: whatever is flagged in it is flagged wrongly.")
    typer.echo(f"Next: inturn ingest {out}")
