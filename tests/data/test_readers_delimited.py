import csv
import gzip
import io

import fsspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers_support import read_bytes, read_packed

from data.errors import BadMappingError, UnreadableFileError
from data.readers.textstream import BLOCK_BYTES

CELLS = st.text(
    st.sampled_from("ab01 ,;|\t\"\n\r'\\") | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=8
)
HEADERS = st.text(st.sampled_from("abc预约号证件 _"), min_size=1, max_size=6).filter(str.strip)


@st.composite
def tables(draw):
    headers = draw(st.lists(HEADERS, min_size=1, max_size=5, unique=True))
    rows = st.lists(CELLS, min_size=len(headers), max_size=len(headers))
    return [headers, *draw(st.lists(rows, max_size=12))]


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    table=tables(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_any_table_comes_back_with_its_row_numbers(table, encoding, delimiter, line_end):
    text = io.StringIO(newline="")
    # the writer quotes only the line breaks of its own line end
    quoting = csv.QUOTE_MINIMAL if line_end == "\r\n" else csv.QUOTE_ALL
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(table)
    content = text.getvalue().encode(encoding)
    read = read_bytes("any.csv", content, encoding=encoding, delimiter=delimiter)
    headers, *rows = table
    expected = {
        number: dict(zip(headers, [cell or None for cell in row], strict=True))
        for number, row in enumerate(rows, start=2)
        if any(row)
    }
    assert read.columns == headers
    assert read.rows == expected
    assert read.refusals == []


@settings(derandomize=True, max_examples=100, deadline=None)
@given(table=tables(), widths=st.lists(st.integers(-1, 1), min_size=12, max_size=12))
def test_every_filled_row_is_read_or_refused_under_its_number(table, widths):
    headers, *rows = table
    ragged = [
        row[:-1] if width < 0 and len(row) > 1 else row + ["y"] * width
        for row, width in zip(rows, widths, strict=False)
    ]
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([headers, *ragged])
    read = read_bytes("ragged.csv", text.getvalue().encode(), delimiter=",")
    wrong = [number for number, row in enumerate(ragged, start=2) if len(row) != len(headers)]
    right = [number for number, row in enumerate(ragged, start=2) if len(row) == len(headers) and any(row)]
    assert read.refused == [(number, "wrong_number_of_cells") for number in wrong]
    assert list(read.rows) == right


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    text = b'\n\na,b\r\n1,2\r\n\r\n3,"x\ny"\r\n4\r\n5,6,7\r\n,\r\n8,9'
    read = read_bytes("blank.csv", text)
    assert read.rows == {4: {"a": "1", "b": "2"}, 6: {"a": "3", "b": "x\ny"}, 10: {"a": "8", "b": "9"}}
    assert read.refused == [(7, "wrong_number_of_cells"), (8, "wrong_number_of_cells")]
    assert [refusal.value for refusal in read.refusals] == ["4", "5,6,7"]


def test_numbers_hold_across_blocks():
    def line(number: int) -> str:
        match number % 1000:
            case 0:
                return f"{number}"
            case 1:
                return ""
            case 2:
                return f'{number},"two\nlines",{"x" * 90}'
            case 3:
                return f"{number},a,b,c"
        return f"{number},a,{'x' * 90}"

    last = 3 * BLOCK_BYTES // 100
    text = "number,a,b\n" + "\n".join(line(number) for number in range(2, last + 1))
    read = read_bytes("long.csv", text.encode())
    assert len(read.chunks) > 2
    assert all(int(row["number"]) == number for number, row in read.rows.items())
    assert len(read.rows) == sum(number % 1000 not in (0, 1, 3) for number in range(2, last + 1))
    assert read.refused == [
        (number, "wrong_number_of_cells") for number in range(2, last + 1) if number % 1000 in (0, 3)
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen_in_the_header(delimiter):
    text = delimiter.join(['"a,;|\tb"', "c", "d"]) + "\n" + delimiter.join("123")
    assert list(read_bytes("found.csv", text.encode()).rows[2].values()) == ["1", "2", "3"]


def test_a_declared_delimiter_wins():
    assert read_bytes("x.csv", b"a;b,c\n1;2,3\n", delimiter=",").rows == {2: {"a;b": "1;2", "c": "3"}}
    with pytest.raises(BadMappingError, match="cannot separate cells"):
        read_bytes("x.csv", b"a,b\n", delimiter=";;")


def test_a_header_alone_is_a_file_without_rows():
    read = read_bytes("header.csv", b"a,b")
    assert read.columns == ["a", "b"]
    assert read.rows == {}


def test_compressed_files_are_read():
    assert read_bytes("packed.CSV.gz", b"a,b\n1,2\n").rows == {2: {"a": "1", "b": "2"}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\n \n\n", "the file is empty"),
        (b"a,a\n1,2\n", "'a' stands over 2 columns"),
        (b"a,,c\n1,2,3\n", "column 2 has no header"),
        (b'"a,b\n1,2\n', "the header does not end"),
        (b"PK\x03\x04\x00\x00\n1\n", "not readable text"),
        (b'a,b\n1,2\n3,"4\n5,6\n', "opened in row 3 and never closed"),
        (b'a,b\n1,2\n3,4\n5,"6', "opened in row 4 and never closed"),
        (b'a,b\n1,2\n"3,4\n5,6\n', "opened in row 3 and never closed"),
        (b'a,b\n1,2\n3,"' + b"long\n" * (BLOCK_BYTES // 2), "a row after row 2 does not come to its end"),
        (b"a,b\n1,2\n3," + b"x" * (3 * BLOCK_BYTES), "a row after row 2 does not come to its end"),
    ],
    ids=lambda value: repr(value[:24]),
)
def test_a_spoilt_file_is_named_with_place_and_next_step(content, message):
    with pytest.raises(UnreadableFileError, match=message) as caught:
        read_bytes("spoilt.csv", content)
    assert caught.value.where == "/readers/spoilt.csv"
    assert caught.value.next_step


def test_a_field_of_10_mb_costs_its_row_only():
    read = read_bytes("huge.csv", b"a,b\n1,2\n3," + b"x" * 10_000_000 + b"\n5,6\n")
    assert list(read.rows) == [2, 4]
    assert [(refusal.row_number, refusal.rule, refusal.column) for refusal in read.refusals] == [
        (3, "field_too_long", "b")
    ]
    assert len(read.refusals[0].value) == 200


def test_spoilt_values_cost_their_rows_only():
    content = "a,b\n1,好\n2,x\0y\n3,".encode() + b"\xff\xfe" + b"\n4,z\n"
    read = read_bytes("values.csv", content, encoding="utf-8")
    assert list(read.rows) == [2, 5]
    assert read.refused == [(3, "control_character"), (4, "bad_encoding")]
    assert read.refusals[1].value.endswith("(read as utf-8)")


@pytest.mark.parametrize("spoil", [lambda packed: packed[:-20], lambda packed: packed[:40]], ids=["end", "early"])
def test_a_truncated_gzip_is_not_half_a_file(spoil):
    packed = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(5000)))
    with pytest.raises(UnreadableFileError, match="ends early") as caught:
        read_packed(fsspec.filesystem("memory"), "cut.csv.gz", spoil(packed))
    assert "deliver it again" in caught.value.next_step


def test_a_damaged_gzip_says_so():
    packed = bytearray(gzip.compress(b"a,b\n" + b"1,2\n" * 5000))
    packed[-6] ^= 0xFF
    with pytest.raises(UnreadableFileError, match="gzip compression is damaged"):
        read_packed(fsspec.filesystem("memory"), "damaged.csv.gz", bytes(packed))
    with pytest.raises(UnreadableFileError, match="gzip compression is damaged"):
        read_packed(fsspec.filesystem("memory"), "plain.csv.gz", b"a,b\n1,2\n")
