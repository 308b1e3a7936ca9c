"""`inturn console`."""

from typing import Annotated

import typer

from data.errors import HomeError
from inturn.options import HomeOption, open_home

#: where it is found on this machine, unless another port is asked for
PORT = 8000
#: threads that answer; each holds one connection to the database
THREADS = 8


def add_to(app: typer.Typer) -> None:
    """Mount the commands."""
    group = typer.Typer(help="The inspectors' console.", invoke_without_command=True)
    group.callback()(console)
    group.command("verify-audit")(verify_audit)
    app.add_typer(group, name="console")


def console(
    context: typer.Context,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0: any that is free.")] = PORT,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    home: HomeOption = None,
) -> None:
    """The inspectors' web pages, until Ctrl-C: cases with their evidence, verdicts, figures and the audit log.

    Nights that were run and are not in it yet are published first. Its database is a file in the home, or the
    PostgreSQL that DATABASE_URL names. The first person is let in by: inturn init --administrator NAME. For service
    behind a server that does HTTPS, see docs/console.md.

    Example: inturn console --port 8000
    """
    if context.invoked_subcommand:
        return
    from review.serving import serve  # noqa: PLC0415 - Django is loaded only where it is used

    serve(open_home(home), host, port, THREADS)


def verify_audit(home: HomeOption = None) -> None:
    """Read the whole audit log and say whether an entry was changed, added or taken out.

    Exit status 1 and the first entry that does not fit where one was. What is checked: the numbers, the chain, its
    head, and the heads that each night noted in audit-heads.jsonl in the home.

    Example: inturn console verify-audit
    """
    from review.starting import start  # noqa: PLC0415 - Django is loaded only where it is used

    opened = open_home(home)
    start(opened)
    from review.audit import verify  # noqa: PLC0415

    found = verify()
    if found.broken:
        raise HomeError(
            f"the audit log was tampered with: {found.broken}; the {found.entries:,} entries before fit",
            where=str(opened.root),
            next_step="Keep the database as it is, and compare it with its backup.",
        )
    typer.echo(f"The audit log is whole: {found.entries:,} entries, head {found.head or '-'}.")
