"""`inturn source`: getting to know a new source."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from data.errors import UserError
from data.home import explain_os_error
from data.suggesting.draft import Draft, draft
from data.suggesting.matching import ENOUGH
from data.suggesting.render import render
from inturn.options import OutputOption
from inturn.progress import errors

source = typer.Typer(no_args_is_help=True, help="Getting to know a new source: suggest.")


def add_to(app: typer.Typer) -> None:
    """Mount the commands."""
    app.add_typer(source, name="source")


@source.command()
def suggest(
    file: Annotated[str, typer.Argument(help="One file of a vendor's log, or an fsspec URL of one.")],
    output: OutputOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the output file if it exists.")] = False,
) -> None:
    """Propose a source.toml for a vendor's file: from its headers, its words and the look of its values.

    The text goes to standard output or to a file, the reasons to the terminal. Read it line by line before use: what
    is unsure or missing stands in it as a comment.

    Example: inturn source suggest hall/2026-03.csv -o hall/source.toml && inturn ingest hall
    """
    if output and output.exists() and not force:
        raise _exists(output)
    found = draft(file)
    text = render(found)
    _show(found)
    if output:
        _write(output, text, force=force)
        errors.print("Next: settle what stands behind # in it, and ingest the folder that it lies in.")
    else:
        typer.echo(text, nl=False)
        errors.print("Next: settle what stands behind #, put it into the source's folder as source.toml, ingest that.")


def _exists(output: Path) -> UserError:
    return UserError("this file exists", where=str(output), next_step="Choose another name, or --force to replace it.")


def _write(output: Path, text: str, *, force: bool) -> None:
    try:
        with output.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise _exists(output) from error
    except OSError as error:
        raise explain_os_error(error, output) from error
    errors.print(f"Written: {output}", markup=False)


def _show(found: Draft) -> None:
    """What was recognised and why, on the error stream, so that the text itself can be piped."""
    table = Table("header", "column", "confidence", "why", title=escape(f"{found.path}: table {found.table.name}"))
    shown = [(match.header, match.column, match.confidence, match.why) for match in found.fit.matches]
    shown += [
        ("(formula)", formula.column, formula.confidence, formula.why)
        for formula in found.formulas
        if found.fit.of(formula.column) is None and formula.sure
    ]
    for header, column, confidence, why in shown:
        note = why if confidence >= ENOUGH else f"unsure, so only a comment: {why}"
        table.add_row(Text(header), column, f"{confidence:.2f}", Text(note))
    for header in found.unknown:
        table.add_row(Text(header), "-", "", "not recognised")
    for header in found.personal:
        table.add_row(Text(header), "-", "", "personal and of no use here")
    errors.print(table)
    unknown = [vocabulary.column for vocabulary in found.vocabularies if vocabulary.unknown]
    if found.missing:
        errors.print(f"Still to be written, as no header was found: {', '.join(found.missing)}.", markup=False)
    if unknown:
        errors.print(f"Words still to be given a meaning: those behind # under {', '.join(unknown)}.", markup=False)
    if not found.missing and not unknown:
        errors.print("Nothing required is missing.")
