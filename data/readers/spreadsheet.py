"""Reads XLSX: the first sheet, or the one that `source.toml` names, as text.

The first filled row is the header; rows are numbered as the sheet numbers them. Whole numbers come out
without a decimal point, other numbers as plain decimals, dates and times in ISO 8601, durations as h:mm:ss.
A number of more than 15 digits, such as an identity number typed in as one, was already rounded by the
spreadsheet.
"""

import datetime as dt
import io
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pyarrow as pa
from fsspec import AbstractFileSystem
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from data.errors import BadMappingError, UnreadableFileError
from data.readers.chunk import VALUE_CHARS, Chunk, ReadOptions, Refusal
from data.readers.headers import checked_headers
from data.readers.opening import AGAIN, opened
from data.readers.values import checked_chunk, without_empty_rows

ENDINGS = (".xlsx",)

#: rows a chunk; cells are Python objects on the way, about 50 bytes each
_ROWS = 32_768

_Cell = int | float | str | bool | dt.datetime | dt.date | dt.time | dt.timedelta


def read(filesystem: AbstractFileSystem, path: str, options: ReadOptions) -> Iterator[Chunk]:
    """Yield the rows of a sheet; at least one chunk, if only to carry the headers.

    Refused: rows with a cell outside the headers (`wrong_number_of_cells`) and rows with spoilt values (see
    `values.checked_chunk`). Raises `UnreadableFileError` for a damaged or protected file, an empty sheet,
    merged cells, blank or repeated headers; `BadMappingError` for a sheet that is not there.
    """
    with opened(filesystem, path) as raw:
        content = io.BytesIO(raw.read())
    sheet = _sheet(content, path, options.sheet)
    _refuse_merged_cells(sheet, path)
    start = sheet.start
    if start is None:
        raise UnreadableFileError(
            f"sheet {sheet.name!r} is empty",
            where=path,
            next_step="Name the sheet with the rows in source.toml, or remove the file.",
        )
    top = start[0]
    # the sheet hands out its rows from row 1 on, each from the first filled column on
    rows = islice(sheet.iter_rows(), top, None)
    headers = _headers(rows, path)
    number = first = top + 2
    while cells := list(islice(rows, _ROWS)):
        yield _chunk(cells, headers, number)
        number += len(cells)
    if number == first:
        yield _chunk([], headers, number)


def filled_sheets(path: Path) -> list[str]:
    """The sheets of a workbook that hold anything; none where it is no workbook, which `read` tells."""
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        return [name for name in workbook.sheet_names if workbook.get_sheet_by_name(name).start is not None]
    except (CalamineError, PasswordError, OSError):
        return []


def _sheet(content: io.BytesIO, path: str, name: str | None) -> CalamineSheet:
    try:
        workbook = CalamineWorkbook.from_filelike(content)
        names = workbook.sheet_names
        if name is not None and name not in names:
            raise BadMappingError(
                f"{path} has no sheet {name!r}, but {', '.join(map(repr, names))}",
                where="source.toml",
                next_step="Write one of these, or leave the sheet out to take the first.",
            )
        return workbook.get_sheet_by_name(name) if name is not None else workbook.get_sheet_by_index(0)
    except PasswordError as error:
        raise UnreadableFileError(
            "it is protected by a password", where=path, next_step="Save it without one."
        ) from error
    except CalamineError as error:
        raise UnreadableFileError(
            f"it is no XLSX spreadsheet, or a damaged one ({error})", where=path, next_step=f"{AGAIN}."
        ) from error


def _refuse_merged_cells(sheet: CalamineSheet, path: str) -> None:
    """A merged cell says its value once for many rows or columns, and for which is a guess."""
    end = sheet.end
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if end is not None and top <= end[0] and left <= end[1]:
            cells = f"{_column_letters(left)}{top + 1}:{_column_letters(right)}{bottom + 1}"
            raise UnreadableFileError(
                f"sheet {sheet.name!r} has merged cells at {cells}",
                where=path,
                next_step="Unmerge them and repeat the value in each cell.",
            )


def _column_letters(column: int) -> str:
    """Name a column as the sheet does: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def _headers(rows: Iterator[list[_Cell]], path: str) -> list[str]:
    """Return the first row's names; blank ones at its right end are outside the table."""
    names = [_text(cell) or "" for cell in next(rows)]
    while names and not names[-1].strip():
        names.pop()
    return checked_headers(names, path)


def _chunk(cells: list[list[_Cell]], headers: list[str], first: int) -> Chunk:
    width = len(headers)
    refusals = [
        Refusal(number, "wrong_number_of_cells", str([_text(cell) for cell in row])[:VALUE_CHARS])
        for number, row in enumerate(cells, start=first)
        if any(cell != "" for cell in row[width:])
    ]
    refused = {refusal.row_number for refusal in refusals}
    numbers = [number for number in range(first, first + len(cells)) if number not in refused]
    kept = [cells[number - first] for number in numbers]
    texts = [_texts([row[place] for row in kept]) for place in range(width)]
    batch = pa.RecordBatch.from_arrays(texts, schema=pa.schema([(name, pa.string()) for name in headers]))
    batch, row_numbers = without_empty_rows(batch, pa.array(numbers, pa.int64()))
    return checked_chunk(batch, row_numbers, refusals=refusals)


def _texts(cells: list[_Cell]) -> pa.Array:
    """Return a column's cells as text, null where empty."""
    # midnight comes as a bare date: among times of the same column it is a time too
    if any(isinstance(cell, dt.datetime) for cell in cells):
        cells = [dt.datetime.combine(cell, dt.time()) if type(cell) is dt.date else cell for cell in cells]
    return pa.array([_text(cell) for cell in cells], pa.string())


def _text(cell: _Cell) -> str | None:
    """Return a cell as text, null if it is empty."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else format(Decimal(repr(cell)), "f")
    if isinstance(cell, dt.timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    if isinstance(cell, dt.datetime | dt.date | dt.time):
        return cell.isoformat()
    return str(cell) or None
