"""`inturn airflow`: nights by the scheduler that stands in the home."""

import subprocess
import sys
from datetime import timedelta
from typing import Annotated

import typer

from inturn.airflow import PORT, environment, prepare, run_nights
from inturn.airflow_service import standalone
from inturn.options import FromOption, HomeOption, ToOption, open_home, span

#: what stands behind Airflow's own command is Airflow's, `--help` too
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False}


def add_to(app: typer.Typer) -> None:
    """Mount the commands."""
    group = typer.Typer(no_args_is_help=True, help="Run nights by Airflow, which stands in the home; no set-up needed.")
    group.command("night")(night)
    group.command("serve")(serve)
    group.command("cli", context_settings=PASS_ON)(cli)
    app.add_typer(group, name="airflow")


def night(first: FromOption, last: ToOption = None, home: HomeOption = None) -> None:
    """Run the nightly DAG for these days now, from ingest to the record of the run, without a scheduler.

    Example: inturn airflow night --from 2026-03-27
    """
    last = last or first
    span(first, last)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    run_nights(open_home(home), days, typer.echo)
    typer.echo(f"Next: inturn flags --from {first} --to {last}")


def serve(
    port: Annotated[int, typer.Option(help="Where the UI listens, on this machine only.")] = PORT,
    home: HomeOption = None,
) -> None:
    """Run the scheduler, and Airflow's UI on 127.0.0.1, until Ctrl-C.

    Example: inturn airflow serve --port 8080
    """
    standalone(open_home(home), port=port, say=typer.echo)


def cli(context: typer.Context, home: HomeOption = None) -> None:
    """Airflow's own command line on this home's Airflow.

    Example: inturn airflow cli backfill create --dag-id nightly --from-date 2026-03-02 --to-date 2026-03-28
    """
    opened = open_home(home)
    prepare(opened)
    command = [sys.executable, "-m", "airflow", *context.args]
    raise typer.Exit(subprocess.run(command, env=environment(opened), check=False).returncode)  # noqa: S603
