"""What every reader hands over: a few thousand rows as they stand in the file, nothing interpreted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa
from fsspec import AbstractFileSystem

from data.readers.encoding import Detection

#: rows a chunk aims at: large enough for vectorised work, small enough for flat memory
CHUNK_ROWS = 131_072

#: characters of a refused value that are kept: enough to find it again, also in a field of many megabytes
VALUE_CHARS = 200


@dataclass(frozen=True)
class Refusal:
    """One row that the file's format itself spoils.

    `row_number` counts as a person counts in the opened file (the header is row 1 where there is one),
    `rule` is a short snake_case name, `value` the raw text, cut to its first `VALUE_CHARS` characters (the
    caller masks it), `column` the header it stands under (None: the row as a whole).
    """

    row_number: int
    rule: str
    value: str
    column: str | None = None


@dataclass(frozen=True)
class Chunk:
    """Rows of one file.

    `rows` has the file's own headers; text formats give string columns with null for an empty cell, Parquet
    its own types. `row_numbers` (int64, as long as `rows`) counts like `Refusal.row_number`. `refusals` are
    the rows between them that could not be read. In text formats a row without a single filled cell counts
    in the numbering but is no row. `encoding` says what a text file is read as; None: the format itself says.
    """

    rows: pa.Table
    row_numbers: pa.Array
    refusals: list[Refusal] = field(default_factory=list)
    encoding: Detection | None = None


class Reader(Protocol):
    """Reads one file, chunk by chunk, in bounded memory."""

    def __call__(self, filesystem: AbstractFileSystem, path: str, options: "ReadOptions") -> Iterator[Chunk]:
        """Yield the file's rows in order; raise `UnreadableFileError` where it cannot be read to its end."""
        ...


@dataclass(frozen=True)
class ReadOptions:
    """What a `source.toml` may say about its files; None: found out from the file itself."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
