import contextlib
import datetime as dt
import io

import pytest
import xlsxwriter
from readers_support import read_bytes

from data.errors import BadMappingError, UnreadableFileError
from data.readers.spreadsheet import _ROWS

#: the beginning of every OLE file, which a password-protected workbook is, and nothing of a workbook
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504)


def workbook(fill) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    fill(book)
    book.close()
    return content.getvalue()


def sheet_of(*rows, top=0, left=0, name="Hall"):
    def fill(book):
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            sheet.write_row(top + place, left, row)

    return fill


def test_cells_come_as_text():
    def fill(book):
        sheet = book.add_worksheet()
        headers = ["id", "count", "share", "paid", "at", "day", "clock", "lasted", "none"]
        sheet.write_row(0, 0, headers)
        sheet.write_row(1, 0, ["0012", 101, 0.00001234, True])
        for column, (value, style) in enumerate(
            [
                (dt.datetime.fromisoformat("2026-03-01T08:30:15"), "yyyy-mm-dd hh:mm:ss"),
                (dt.date(2026, 3, 1), "yyyy/m/d"),
                (dt.time(8, 30), "hh:mm"),
                (dt.timedelta(hours=26, seconds=5), "[h]:mm:ss"),
            ],
            start=4,
        ):
            sheet.write_datetime(1, column, value, book.add_format({"num_format": style}))
        midnight = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_datetime(2, 4, dt.datetime.fromisoformat("2026-03-02"), midnight)

    read = read_bytes("x.xlsx", workbook(fill))
    assert read.rows[2] == {
        "id": "0012",
        "count": "101",
        "share": "0.00001234",
        "paid": "true",
        "at": "2026-03-01T08:30:15",
        "day": "2026-03-01",
        "clock": "08:30:00",
        "lasted": "26:00:05",
        "none": None,
    }
    assert read.rows[3]["at"] == "2026-03-02T00:00:00"


@pytest.mark.parametrize(("top", "left"), [(0, 0), (3, 0), (0, 2), (4, 3)])
def test_rows_are_numbered_as_in_the_sheet(top, left):
    rows = [["编号", "b"], [1, 2], [], [3, 4], [5, 6, None, "far"]]
    read = read_bytes("x.xlsx", workbook(sheet_of(*rows, top=top, left=left)))
    assert read.rows == {2 + top: {"编号": "1", "b": "2"}, 4 + top: {"编号": "3", "b": "4"}}
    assert read.refused == [(5 + top, "wrong_number_of_cells")]


def test_long_sheets_come_in_chunks():
    count = _ROWS + 5
    read = read_bytes("x.xlsx", workbook(sheet_of(["n"], *([n] for n in range(2, count + 2)))))
    assert len(read.chunks) == 2
    assert all(row["n"] == str(number) for number, row in read.rows.items())
    assert len(read.rows) == count


def test_the_first_sheet_is_read_or_the_one_named():
    def fill(book):
        sheet_of(["a"], [1], name="One")(book)
        sheet_of(["b"], [2], name="二")(book)

    content = workbook(fill)
    assert read_bytes("x.xlsx", content).rows == {2: {"a": "1"}}
    assert read_bytes("x.xlsx", content, sheet="二").rows == {2: {"b": "2"}}
    with pytest.raises(BadMappingError, match="has no sheet 'Three', but 'One', '二'"):
        read_bytes("x.xlsx", content, sheet="Three")


def test_a_header_alone_is_a_file_without_rows():
    read = read_bytes("x.xlsx", workbook(sheet_of(["a", "b"])))
    assert (read.columns, read.rows) == (["a", "b"], {})


def test_merged_cells_are_named():
    def fill(book):
        sheet = book.add_worksheet("Hall")
        sheet.write_row(0, 0, ["window", "clerk"])
        sheet.merge_range("AA2:AB3", "W1")
        sheet.write_column(1, 1, ["k1", "k2"])

    with pytest.raises(UnreadableFileError, match="sheet 'Hall' has merged cells at AA2:AB3") as caught:
        read_bytes("x.xlsx", workbook(fill))
    assert caught.value.next_step == "Unmerge them and repeat the value in each cell."


GOOD = workbook(sheet_of(["a"], [1]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (GOOD[: len(GOOD) // 2], "no XLSX spreadsheet, or a damaged one"),
        (b"a,b\n1,2\n", "no XLSX spreadsheet, or a damaged one"),
        (OLE, "no XLSX spreadsheet, or a damaged one|protected by a password"),
        (workbook(lambda book: book.add_worksheet("Hall")), "sheet 'Hall' is empty"),
        (workbook(sheet_of(["a", "a"], [1, 2])), "'a' stands over 2 columns"),
        (workbook(sheet_of(["a", None, "c"], [1, 2, 3])), "column 2 has no header"),
    ],
    ids=["half", "csv", "ole", "empty", "repeated", "blank"],
)
def test_spoilt_files_are_named(content, message):
    with pytest.raises(UnreadableFileError, match=message):
        read_bytes("x.xlsx", content)


@pytest.mark.parametrize("place", range(0, len(GOOD), 97))
def test_no_damaged_byte_gives_a_traceback(place):
    damaged = bytearray(GOOD)
    damaged[place] ^= 0xFF
    with contextlib.suppress(UnreadableFileError):
        read_bytes("x.xlsx", bytes(damaged))
