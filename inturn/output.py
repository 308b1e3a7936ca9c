"""Tables as files: csv, json or parquet, to a file in one step or to standard output."""

import io
import json
import sys
from collections.abc import Collection
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import typer

from data.errors import UserError
from data.home import explain_os_error


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


class FileFormat(StrEnum):
    """How rows are written where there is no table for the terminal."""

    csv = "csv"
    json = "json"
    parquet = "parquet"


FileFormatOption = Annotated[
    FileFormat | None, typer.Option("--format", help="How to write; default: as the file's ending says, else csv.")
]


def file_format(asked: FileFormat | None, output: Path | None) -> Format:
    """The format asked for; else what the file's ending says, else csv."""
    ending = output.suffix.lower().removeprefix(".") if output else ""
    known = FileFormat(ending) if ending in list(FileFormat) else FileFormat.csv
    return Format((asked or known).value)


def write(rows: pa.Table, form: Format, output: Path | None, *, parsed: Collection[str] = ()) -> None:
    """Write rows; columns in `parsed` hold JSON text, which the format json shows as what it says.

    Of a file of which no format is said, its ending says it.
    """
    if form is Format.table:
        form = _of_ending(output)
    content = io.BytesIO()
    if form is Format.csv:
        pyarrow.csv.write_csv(rows, content)
    elif form is Format.parquet:
        pyarrow.parquet.write_table(rows, content)
    else:
        records = [
            {name: json.loads(value) if name in parsed and value else value for name, value in row.items()}
            for row in rows.to_pylist()
        ]
        content.write(json.dumps(records, ensure_ascii=False, indent=1, default=str).encode() + b"\n")
    write_bytes(content.getvalue(), output)
    if output:
        typer.echo(f"{rows.num_rows:,} rows in {output}", err=True)


def _of_ending(output: Path | None) -> Format:
    ending = output.suffix.lower().removeprefix(".") if output else ""
    if ending not in set(Format) - {Format.table}:
        raise typer.BadParameter("a table is for the terminal; a file is csv, json or parquet", param_hint="--format")
    return Format(ending)


def write_bytes(content: bytes, output: Path | None) -> None:
    """Write to a file in one step, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(content)
        return
    if not output.resolve().parent.is_dir():
        raise UserError(
            "there is no such folder to write to",
            where=str(output),
            next_step=f"Make {output.resolve().parent}, or choose another place with -o.",
        )
    try:
        target = output.resolve()  # what a link points to is written, the link stays
        if target.exists() and not target.is_file():  # a device or a pipe is written to, never replaced
            target.write_bytes(content)
        else:
            part = target.with_name(f".{target.name}.part")
            part.write_bytes(content)
            part.replace(target)
    except OSError as error:
        raise explain_os_error(error, output) from error
