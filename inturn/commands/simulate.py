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
    typer.echo(str(make_world(preset, out, seed=seed)))
