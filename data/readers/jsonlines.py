"""Reads JSON Lines: one object a line, its values as text, through DuckDB's JSON functions.

A row's number is its line's. A value that is a list or an object stays JSON text; whole numbers keep all
their digits. Columns are the keys seen so far in the file, in the order of their first appearance, so a later
chunk can have more columns than an earlier one.
"""

from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from fsspec import AbstractFileSystem

from data.errors import UnreadableFileError
from data.readers.chunk import VALUE_CHARS, Chunk, ReadOptions, Refusal
from data.readers.headers import checked_headers
from data.readers.textstream import BLOCK_BYTES, TextStream, text_stream
from data.readers.values import checked_chunk, without_empty_rows

ENDINGS = (".jsonl",)

#: keys that all lines of a file may have together; more are data that were written as keys
_MAX_COLUMNS = 1_000

# every valid JSON text that begins with a brace is an object
_SORT_OUT = r"""
    select number, line, json_valid(line) and starts_with(ltrim(line, e' \t\r'), '{') as good
    from lines where trim(line, e' \t\r') <> '' order by number
"""

_KEYS = """
    select key, max(repeats) from (
        select unnest(keys) as key, generate_subscripts(keys, 1) as place, first,
               if(len(keys) > len(list_distinct(keys)), first, null) as repeats
        from (select json_keys(line) as keys, min(number) as first from objects group by keys)
    ) group by key order by min(first), min(place)
"""


def read(filesystem: AbstractFileSystem, path: str, options: ReadOptions) -> Iterator[Chunk]:
    """Yield the rows of a JSON Lines file; at least one chunk, if only to carry its refusals.

    Columns are strings, null where a line has no such key, null or an empty string. A line that is no JSON
    object is refused (`not_json`), as is one with spoilt values (see `values.checked_chunk`); blank lines
    are no rows. Raises `UnreadableFileError` for an empty file, a line above `BLOCK_BYTES`, a key repeated in
    one object, more than 1,000 different keys, and whatever `opening.opened` raises.
    """
    with text_stream(filesystem, path, options.encoding) as stream, duckdb.connect() as engine:
        columns: list[str] = []
        for lines in _blocks(stream, path):
            engine.register("lines", lines)
            sorted_out = engine.sql(_SORT_OUT).to_arrow_table().combine_chunks()
            good = sorted_out["good"].combine_chunks() if sorted_out.num_rows else pa.array([], pa.bool_())
            objects, others = sorted_out.filter(good), sorted_out.filter(pc.invert(good))
            refusals = [
                Refusal(number, "not_json", line[:VALUE_CHARS])
                for number, line in zip(others["number"].to_pylist(), others["line"].to_pylist(), strict=True)
            ]
            engine.register("objects", objects)
            columns = _more_columns(columns, engine, path)
            rows, numbers = _extract(objects, columns, engine)
            rows, numbers = without_empty_rows(rows, numbers)
            yield checked_chunk(rows, numbers, refusals=refusals, encoding=stream.detection)


def _blocks(stream: TextStream, path: str) -> Iterator[pa.Table]:
    """Yield the lines of one block after the other, as `number` (int64) and `line`."""
    stream.end_with(b"\n")  # the last line may lack its own
    rest, first = b"", 1
    while block := stream.read(BLOCK_BYTES):
        whole = rest + block
        if first == 1 and whole == b"\n":
            raise UnreadableFileError(
                "the file is empty", where=path, next_step="Ask the source to deliver it again, or remove it."
            )
        end = whole.rfind(b"\n") + 1
        if end == 0 and len(whole) > BLOCK_BYTES:
            raise UnreadableFileError(
                f"line {first} is longer than {BLOCK_BYTES // 2**20} MB",
                where=path,
                next_step="Write one JSON object a line; ask the source to deliver the file so.",
            )
        rest = whole[end:]
        if end:
            lines = _lines(whole[:end], first)
            first += lines.num_rows
            yield lines


def _lines(text: bytes, first: int) -> pa.Table:
    ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("\n")) + 1
    offsets = np.concatenate(([0], ends)).astype(np.int32)
    lines = pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(text))
    lines = pc.utf8_rtrim(lines, "\r\n")
    return pa.table({"number": np.arange(first, first + len(ends), dtype=np.int64), "line": lines})


def _more_columns(columns: list[str], engine: duckdb.DuckDBPyConnection, path: str) -> list[str]:
    """Return `columns` and behind them the keys of `objects` that are new."""
    keys = engine.sql(_KEYS).fetchall()
    if repeating := next((row for _, row in keys if row is not None), None):
        raise UnreadableFileError(
            f"the object in line {repeating} has a key twice",
            where=path,
            next_step="Ask the source to deliver objects with each key once.",
        )
    known = set(columns)
    columns = checked_headers([*columns, *(key for key, _ in keys if key not in known)], path)
    if len(columns) > _MAX_COLUMNS:
        raise UnreadableFileError(
            f"its lines have more than {_MAX_COLUMNS:,} different keys",
            where=path,
            next_step="Ask the source for objects with fixed keys, one object a row.",
        )
    return columns


def _extract(
    objects: pa.Table, columns: list[str], engine: duckdb.DuckDBPyConnection
) -> tuple[pa.RecordBatch, pa.Array]:
    """Return the values of `objects` as string columns, and their line numbers."""
    schema = pa.schema([(column, pa.string()) for column in columns])
    if objects.num_rows == 0 or not columns:
        return pa.RecordBatch.from_pylist([], schema=schema), pa.array([], pa.int64())
    pointers = ["/" + column.replace("~", "~0").replace("/", "~1") for column in columns]
    # one parse of each line for all columns: value lists, end to end
    found = engine.execute("select json_extract_string(line, $1) as found from objects", [pointers])
    values = pa.chunked_array([part.flatten() for part in found.to_arrow_table()["found"].chunks]).combine_chunks()
    values = pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)
    every = np.arange(0, len(values), len(columns))
    texts = [values.take(pa.array(every + place)) for place in range(len(columns))]
    numbers = objects["number"].combine_chunks()
    return pa.RecordBatch.from_arrays(texts, schema=schema), numbers
