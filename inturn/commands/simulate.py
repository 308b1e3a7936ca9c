"""`inturn simulate`."""

from pathlib import Path
from typing import Annotated

import typer

from data.worlds import simulate as make_world


def add_to(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("simulate")(simulate)


def simulate(
    preset: Annotated[str, typer.Argument(help="Which world: small.")],
    out: Annotated[Path, typer.Argument(help="A new or empty folder; an earlier world of the same kind is replaced.")],
    seed: Annotated[int | None, typer.Option(help="Fixes every byte; default: the preset's.")] = None,
) -> None:
    """Make a labelled synthetic world: a source folder in the contract's names, and beside it truth.parquet.

    Example: inturn simulate small world && inturn ingest world
    """
    world = make_world(preset, out, seed=seed)
    planted = ", ".join(f"{world.carried_out.get(scheme, 0)} of {n} {scheme}" for scheme, n in world.planted.items())
    typer.echo(
        f"{out}: {world.bookings:,} bookings of {world.centres} centres, {world.first_day} to {world.last_day} "
        f"(world {world.preset}, seed {world.seed})"
    )
    typer.echo(f"Planted and carried out: {planted}; which ones they are stands in {out / 'truth.parquet'}")
    typer.echo(f"Next: inturn ingest {out}")
