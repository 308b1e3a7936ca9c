"""The command line: one module a command in `inturn/commands/`, found by itself; errors a user can mend end here."""

import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

import inturn.commands
from data.errors import UserError
from data.version import code_version
from inturn.options import HOME_VARIABLE
from inturn.progress import errors, safe

EPILOG = """
A first walk: inturn simulate small world · inturn ingest world · inturn run --from 2026-03-02 --to 2026-03-27 ·
inturn flags --from 2026-03-02 --to 2026-03-27. Exit status: 0 done; 1 failed, with what to do; 2 bad usage;
3 done, but rows were rejected; 130 interrupted; 141 whoever was to read the output is gone.
"""

#: exit status of a command that Ctrl-C ended
INTERRUPTED = 130
#: exit status of a command whose output nobody reads any more, as behind `| head`: what a shell says of SIGPIPE
UNREAD = 141


def _version(asked: bool) -> None:
    if asked:
        typer.echo(code_version())
        raise typer.Exit


def _options(
    home: Annotated[Path | None, typer.Option("--home", help="The home; each command takes it too.")] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Find queue-jumping in booking logs: who was passed, by whose hand, through which intermediary."""
    if home:
        os.environ[HOME_VARIABLE] = str(home)


def program(arguments: Sequence[str] = ()) -> typer.Typer:
    """The program with the commands that are named, or with all where none is: they load seconds of libraries."""
    made = typer.Typer(
        name="inturn",
        no_args_is_help=True,
        pretty_exceptions_show_locals=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog=EPILOG,
    )
    made.callback()(_options)
    names = sorted(found.name for found in pkgutil.iter_modules(inturn.commands.__path__))
    for name in [name for name in names if name in arguments] or names:
        importlib.import_module(f"inturn.commands.{name}").add_to(made)
    return made


def run() -> None:
    """Run the program; what a user can mend is one sentence on the error stream, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that cannot show a character shows its code
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            program(sys.argv[1:])()
        finally:
            sys.stdout.flush()  # after the end of the program nobody could catch what that raises
    except UserError as error:
        _say(str(error))
        sys.exit(1)
    except OSError as error:  # standard output is full, or nobody reads it any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left would be tried again at the end
        if isinstance(error, BrokenPipeError):
            sys.exit(UNREAD)
        _say(f"cannot write: {error.strerror or error}")
        sys.exit(1)
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # typer and rich end with 1
            sys.exit(UNREAD)
        if ended.code == INTERRUPTED:
            _say_stopped()
        raise
    except KeyboardInterrupt:  # before the command had begun, while its libraries were loading
        _say_stopped()
        sys.exit(INTERRUPTED)


def _say_stopped() -> None:
    errors.print("Stopped. Nothing is half written; the same command may be run again.")


def _say(sentence: str) -> None:
    errors.print("[bold red]Error[/] ", end="")
    errors.print(safe(sentence), markup=False, soft_wrap=True)
