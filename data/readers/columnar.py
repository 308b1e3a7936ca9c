"""Reads Parquet, keeping its own types; rows count from 1, as there is no header row."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from fsspec import AbstractFileSystem

from data.errors import UnreadableFileError
from data.readers.chunk import CHUNK_ROWS, Chunk, ReadOptions
from data.readers.headers import checked_headers
from data.readers.opening import AGAIN, opened
from data.readers.values import checked_chunk

ENDINGS = (".parquet",)


def read(filesystem: AbstractFileSystem, path: str, options: ReadOptions) -> Iterator[Chunk]:
    """Yield the rows of a Parquet file; at least one chunk, if only to carry the columns.

    Dictionary columns come out as their values; nested ones stay as they are, their texts unchecked. Raises
    `UnreadableFileError` for a file that is no Parquet, is cut short or damaged, or repeats a column name.
    """
    del options  # the format says it all itself
    with opened(filesystem, path) as raw:
        first = 1
        for batch in _batches(raw, path):
            numbers = pa.array(np.arange(first, first + batch.num_rows, dtype=np.int64))
            first += batch.num_rows
            yield checked_chunk(batch, numbers)


def _batches(raw: Any, path: str) -> Iterator[pa.RecordBatch]:
    try:
        file = pyarrow.parquet.ParquetFile(raw)
        schema = file.schema_arrow
        checked_headers(schema.names, path)
        plain = pa.schema([(column.name, _plain_type(column.type)) for column in schema])
        empty = True
        for batch in file.iter_batches(batch_size=CHUNK_ROWS, use_threads=True):
            empty = False
            decoded = batch.cast(plain) if plain != schema else batch
            decoded.validate(full=True)  # a writer's word for UTF-8 is not enough
            yield decoded
        if empty:
            yield pa.RecordBatch.from_pylist([], schema=plain)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFileError(
            f"it is no Parquet file, or only a part of one ({_first_line(error)})",
            where=path,
            next_step=f"{AGAIN}, whole.",
        ) from error


def _plain_type(kind: pa.DataType) -> pa.DataType:
    """Return the type without dictionary or view encoding."""
    if pa.types.is_dictionary(kind):
        return _plain_type(kind.value_type)
    return pa.string() if pa.types.is_string_view(kind) else kind


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0].rstrip(".")[:160] if str(error) else type(error).__name__
