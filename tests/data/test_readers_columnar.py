import datetime as dt
import io

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from readers_support import read_all, read_bytes

from data.errors import UnreadableFileError
from data.readers.chunk import CHUNK_ROWS


def parquet(table: pa.Table) -> bytes:
    content = io.BytesIO()
    pq.write_table(table, content)
    return content.getvalue()


def test_parquet_keeps_its_types():
    at = pa.array([dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC), None], pa.timestamp("us", "Asia/Shanghai"))
    table = pa.table(
        {
            "id": ["a", "b"],
            "at": at,
            "services": pa.array([["x", "y"], None], pa.list_(pa.string())),
            "channel": pa.array(["online", None]).dictionary_encode(),
            "view": pa.array(["v", ""], pa.string_view()),
        }
    )
    read = read_bytes("x.parquet", parquet(table))
    assert read.chunks[0].rows.schema.types[1:] == [at.type, pa.list_(pa.string()), pa.string(), pa.string()]
    assert list(read.rows) == [1, 2]
    assert read.rows[1]["services"] == ["x", "y"]
    assert read.rows[2] == {"id": "b", "at": None, "services": None, "channel": None, "view": ""}


def test_row_numbers_go_on_through_chunks():
    count = 2 * CHUNK_ROWS + 10
    read = read_bytes("x.parquet", parquet(pa.table({"n": range(1, count + 1)})))
    assert len(read.chunks) > 2
    assert all(row["n"] == number for number, row in read.rows.items())
    assert len(read.rows) == count


def test_a_file_without_rows_still_has_columns():
    assert read_bytes("x.parquet", parquet(pa.table({"a": pa.array([], pa.int32())}))).columns == ["a"]


def test_spoilt_values_cost_their_rows_only():
    read = read_bytes("x.parquet", parquet(pa.table({"a": ["fine", "n\0", "\ufffd", None, "x" * 1_000_001]})))
    assert list(read.rows) == [1, 4]
    assert read.refused == [(2, "control_character"), (3, "bad_encoding"), (5, "field_too_long")]


WHOLE = parquet(pa.table({"a": [str(n) for n in range(5000)]}))
NOT_UTF8 = pa.StringArray.from_buffers(1, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe"))


@pytest.mark.parametrize(
    "content",
    [
        WHOLE[: len(WHOLE) // 2],
        WHOLE[:-1],
        b"PAR1" + WHOLE[len(WHOLE) // 2 :],
        b"a,b\n1,2\n",
        parquet(pa.table({"a": NOT_UTF8})),
    ],
    ids=["half", "last byte", "second half", "csv", "not utf-8"],
)
def test_damaged_files_are_named_with_a_next_step(content):
    with pytest.raises(UnreadableFileError, match="only a part of one") as caught:
        read_bytes("x.parquet", content)
    assert "deliver it again" in caught.value.next_step


def test_repeated_columns_are_refused():
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    with pytest.raises(UnreadableFileError, match="'a' stands over 2 columns"):
        read_bytes("x.parquet", parquet(table))


def test_local_files_are_read(tmp_path):
    (tmp_path / "x.parquet").write_bytes(WHOLE)
    assert len(read_all(fsspec.filesystem("file"), str(tmp_path / "x.parquet")).rows) == 5000
