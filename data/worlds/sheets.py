"""A world's rows until they are written, and how: as CSV text or as Arrow, made by whoever has them."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.contract import DELIVERED
from data.schema import INSTANT, Column
from data.worlds.clock import iso

Rows = Iterable[Mapping[str, object]]
SECOND = 1_000_000  # us


class Sheet(Protocol):
    """A format: rows become parts, and parts, which can be handed on between processes, become a file."""

    def part(self, table: str, rows: Rows) -> Any:
        """Some rows of a table, all columns of the contract; null stays null."""
        ...

    def write(self, folder: Path, table: str, name: str, parts: list[Any]) -> None:
        """Write parts in their order as FOLDER/TABLE/NAME with the format's ending."""
        ...


class CsvSheet:
    """CSV in UTF-8 with a line of headers; null is an empty cell."""

    def part(self, table: str, rows: Rows) -> str:
        """The lines of these rows."""
        columns = DELIVERED[table].columns
        lines = io.StringIO()
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerows([_text(column, row[column.name]) for column in columns] for row in rows)
        return lines.getvalue()

    def write(self, folder: Path, table: str, name: str, parts: list[str]) -> None:
        """Write the headers and then the lines."""
        headers = ",".join(column.name for column in DELIVERED[table].columns) + "\n"
        _place(folder, table, f"{name}.csv").write_text("".join([headers, *parts]), encoding="utf-8", newline="")


class ParquetSheet:
    """Parquet with the contract's types."""

    def part(self, table: str, rows: Rows) -> pa.Table:
        """These rows, column by column."""
        kept, schema = list(rows), DELIVERED[table].arrow
        return pa.table([_array([row[field.name] for row in kept], field.type) for field in schema], schema=schema)

    def write(self, folder: Path, table: str, name: str, parts: list[pa.Table]) -> None:
        """Write the parts as one file."""
        rows = pa.concat_tables([DELIVERED[table].arrow.empty_table(), *parts])
        pq.write_table(rows, _place(folder, table, f"{name}.parquet"), compression="zstd")


SHEETS: dict[str, Sheet] = {"csv": CsvSheet(), "parquet": ParquetSheet()}


def _text(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "time":
        return iso(value)
    if column.kind == "list":
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if isinstance(value, date) else str(value)


def _array(values: list[object], kind: pa.DataType) -> pa.Array:
    if kind == INSTANT:
        return pc.multiply(pa.array(values, pa.int64()), SECOND).cast(kind)
    return pa.array(values, kind)


def _place(folder: Path, table: str, name: str) -> Path:
    path = folder / table / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
