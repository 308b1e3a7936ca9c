"""Lists as CSV and XLSX, safe to open in a spreadsheet: what a log has written is never run as a formula there."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

#: how a text begins that a spreadsheet takes for a formula, in Chinese also full-width (OWASP, CSV injection)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: before such a text in a csv file: it shows as text, without the apostrophe
DEFUSED = "'"
#: a spreadsheet's own limits; a longer text is cut, and the cut shows
CELL, ROWS, SHEET = 32_767, 1_048_576, 31
#: characters that a sheet's name may not have
UNFIT = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
#: a number beyond this is written as text: the sheet would round it
EXACT = 2**53
WIDEST, NARROWEST = 60, 6  # characters of a column


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The list as UTF-8 with a byte order mark, by which Excel tells it from GBK; numbers as they are, null empty."""
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow([_defused(column) for column in columns])
    writer.writerows([_defused(cell) for cell in row] for row in rows)
    return content.getvalue().encode("utf-8-sig")


def xlsx_of(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The list as one sheet with a header that stays in view; texts are texts, numbers numbers, days days.

    `ValueError` where a sheet has no room for so many rows.
    """
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet(title.translate(UNFIT).strip()[:SHEET] or "list")
        head = book.add_format({"bold": True, "bottom": 1})
        dates: dict[type, object] = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        widths = [len(column) for column in columns]
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, head)
        for number, row in enumerate(rows, 1):
            if number >= ROWS:
                raise ValueError(f"a sheet has room for {ROWS - 1:,} rows")
            for place, cell in enumerate(row):
                _write(sheet, number, place, cell, dates)
                widths[place] = max(widths[place], len(str(cell)) if cell is not None else 0)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, min(max(width + 2, NARROWEST), WIDEST))
        sheet.freeze_panes(1, 0)
    return content.getvalue()


def _defused(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return DEFUSED + cell
    return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell


def _write(sheet: Worksheet, row: int, column: int, cell: object, dates: dict[type, object]) -> None:
    match cell:
        case None:
            pass
        case bool():
            sheet.write_boolean(row, column, cell)
        case int() | float() | Decimal() if -EXACT <= cell <= EXACT:  # which no "not a number" is
            sheet.write_number(row, column, float(cell))
        case datetime():
            sheet.write_datetime(row, column, cell.replace(tzinfo=None), dates[datetime])
        case date():
            sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), dates[date])  # noqa: DTZ001
        case _:
            text = str(cell)
            sheet.write_string(row, column, text if len(text) <= CELL else text[: CELL - 1] + "…")
