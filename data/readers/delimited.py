"""Reads CSV: streamed through Arrow's parser, every column as text.

Rows are numbered as a spreadsheet numbers them: the header is row 1 (blank lines before it count), a quoted
line break does not start a row, blank lines count but are no rows.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.csv
from fsspec import AbstractFileSystem

from data.errors import BadMappingError, UnreadableFileError
from data.readers.chunk import CHUNK_ROWS, VALUE_CHARS, Chunk, ReadOptions, Refusal
from data.readers.headers import checked_headers
from data.readers.textstream import BLOCK_BYTES, TextStream, text_stream
from data.readers.values import checked_chunk, without_empty_rows

ENDINGS = (".csv", ".csv.gz")

#: what separates cells in the files seen; the one most frequent in the header is taken, the earlier on a tie
_DELIMITERS = (",", ";", "\t", "|")

#: bytes handed to the parser at a time
_STEP_BYTES = 2 * 2**20

#: bytes; a header longer than this is no header
_HEADER_BYTES = 2**20

# possessive, so that an open quotation mark costs one pass and not many
_RECORD = re.compile(rb'(?:[^"\r\n]++|"[^"]*+")*+(?:\r\n|\n|\r|\Z)')
_QUOTED = re.compile(r'"[^"]*"')

#: put behind the last byte as a row of its own: it comes out as one unless an open quotation mark swallows it
_END = "\x1einturn end of file\x1e"


def read(filesystem: AbstractFileSystem, path: str, options: ReadOptions) -> Iterator[Chunk]:
    """Yield the rows of a CSV file; at least one chunk, if only to carry the headers.

    Columns are strings, null for an empty cell. Refused one by one: rows with more or fewer cells than the
    header (`wrong_number_of_cells`) and rows with spoilt values (see `values.checked_chunk`). Raises
    `UnreadableFileError` for an empty file, a header with a blank or repeated name, a quotation mark that is
    never closed, a row that does not end within `BLOCK_BYTES`, and whatever `opening.opened` raises.
    """
    with text_stream(filesystem, path, options.encoding) as stream:
        header_row, text = _take_header(stream, path)
        delimiter = _delimiter(text, options)
        headers = checked_headers(_split(text, delimiter, path), path)
        rows = _Numbering(path, first_row=header_row + 1)
        # one cell is wrong wherever there are more columns, two where there is one
        ending = _END if len(headers) > 1 else delimiter.join((_END, _END))
        stream.end_with(f"\n{ending}".encode())
        waiting = True
        for batch in _batches(stream, headers, delimiter, rows):
            numbers = rows.number(batch.num_rows)
            filled, numbers = without_empty_rows(batch, numbers)
            refusals = rows.take_refusals()
            if filled.num_rows or refusals:
                waiting = False
                yield checked_chunk(filled, numbers, refusals=refusals, encoding=stream.detection)
        rows.check_end()
        refusals = rows.take_refusals()
        if waiting or refusals:
            empty = pa.RecordBatch.from_pylist([], schema=_schema(headers))
            none = pa.array([], pa.int64())
            yield checked_chunk(empty, none, refusals=refusals, encoding=stream.detection)


@dataclass
class _Numbering:
    """Puts numbers on the rows that the parser hands out without, from the numbers of those it refuses."""

    path: str
    first_row: int
    ended: bool = False
    _next: int = field(init=False)
    _refused: list[int] = field(default_factory=list)
    _refusals: list[Refusal] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._next = self.first_row

    def refuse(self, row: pa.csv.InvalidRow) -> str:
        """Take note of a row with the wrong number of cells; called by the parser, in order."""
        number = self.first_row - 1 + row.number
        self._refused.append(number)
        if row.text.startswith(_END):
            self.ended = True
        else:
            self._refusals.append(Refusal(number, "wrong_number_of_cells", row.text[:VALUE_CHARS]))
        return "skip"

    def number(self, count: int) -> pa.Array:
        """Return the row numbers of the next `count` rows that were not refused."""
        refused = np.array(self._refused, dtype=np.int64)
        # how many good rows stand before each refused one
        good_before = refused - self._next - np.arange(len(refused))
        good = np.arange(count, dtype=np.int64)
        numbers = self._next + good + np.searchsorted(good_before, good, side="right")
        passed = int(np.searchsorted(good_before, count, side="right"))
        self._next += count + passed
        del self._refused[:passed]
        return pa.array(numbers)

    def take_refusals(self) -> list[Refusal]:
        """Return the refusals not yet handed over."""
        taken, self._refusals = self._refusals, []
        return taken

    def check_end(self) -> None:
        """Raise unless the parser saw the end of the file as a row of its own."""
        if not self.ended:
            last = self._refusals[-1].row_number if self._refusals else self._next - 1
            raise UnreadableFileError(
                f"a quotation mark is opened in row {last} and never closed",
                where=self.path,
                next_step="Close it, or ask the source to deliver the file again, whole.",
            )

    def broken(self, error: pa.ArrowInvalid) -> UnreadableFileError:
        """Describe what stopped the parser behind the last row numbered."""
        if "straddl" in str(error):
            what = "does not come to its end; probably a quotation mark is opened and never closed"
        else:
            what = f"is no CSV ({error})"
        return UnreadableFileError(
            f"a row after row {self._next - 1} {what}",
            where=self.path,
            next_step="Look at the quotation marks there, or ask the source to deliver the file again.",
        )


def _take_header(stream: TextStream, path: str) -> tuple[int, str]:
    """Return the header's row number and text, and leave the stream behind it."""
    head = stream.read(_HEADER_BYTES)
    position, row = 0, 1
    while position < len(head):
        record = _RECORD.match(head, position)
        if record is None or (record.end() == len(head) and len(head) == _HEADER_BYTES):
            raise UnreadableFileError(
                "the header does not end: a quotation mark in it is never closed, or this is no text file",
                where=path,
                next_step="Open the file in an editor and mend its first row.",
            )
        text = record.group().decode()
        position = record.end()
        if text.strip():
            stream.unread(head[position:])
            return row, text
        row += 1
    raise UnreadableFileError(
        "the file is empty", where=path, next_step="Ask the source to deliver it again, or remove it."
    )


def _delimiter(header: str, options: ReadOptions) -> str:
    if options.delimiter is not None:
        if len(options.delimiter) != 1 or not options.delimiter.isascii() or options.delimiter in '"\r\n':
            raise BadMappingError(
                f"{options.delimiter!r} cannot separate cells",
                where="source.toml",
                next_step='Write one character such as "," or ";", or leave it out to have it found.',
            )
        return options.delimiter
    seen = Counter(_QUOTED.sub("", header))
    return max(_DELIMITERS, key=lambda delimiter: seen[delimiter])


def _split(header: str, delimiter: str, path: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(header, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFileError(
            f"the header is not CSV ({error})",
            where=path,
            next_step="Open the file in an editor and mend its first row.",
        ) from error


def _schema(headers: list[str]) -> pa.Schema:
    return pa.schema([(header, pa.string()) for header in headers])


def _batches(stream: TextStream, headers: list[str], delimiter: str, rows: _Numbering) -> Iterator[pa.RecordBatch]:
    """Yield the rows that have the right number of cells, the parser's small batches put together."""
    small: list[pa.RecordBatch] = []
    try:
        for batch in _parser(stream, headers, delimiter, rows):
            small.append(batch)
            if sum(part.num_rows for part in small) >= CHUNK_ROWS // 2:
                yield pa.concat_batches(small)
                small = []
    except pa.ArrowInvalid as error:
        rows.number(sum(part.num_rows for part in small))
        raise rows.broken(error) from error
    if small:
        yield pa.concat_batches(small)


def _parser(stream: TextStream, headers: list[str], delimiter: str, rows: _Numbering) -> pyarrow.csv.CSVStreamingReader:
    return pyarrow.csv.open_csv(
        pa.PythonFile(_Blocks(stream), mode="r"),
        # numbers of refused rows exist only without threads
        read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES, column_names=headers),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,  # else their numbers would be lost
            invalid_row_handler=rows.refuse,
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=_schema(headers),
            null_values=[""],
            strings_can_be_null=True,
            check_utf8=False,  # the stream has seen to it
        ),
    )


class _Blocks:
    """Feeds the parser small blocks, as it reads 32 of them ahead, but large ones where a row is long.

    The parser gives up on a row that does not end in the block after the one it began in.
    """

    closed = False

    def __init__(self, stream: TextStream) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        """Return `_STEP_BYTES`, or more up to `size` until there is a line break among them."""
        block = self._stream.read(min(_STEP_BYTES, size))
        while b"\n" not in block and b"\r" not in block and len(block) < size:
            more = self._stream.read(min(_STEP_BYTES, size - len(block)))
            if not more:
                break
            block += more
        return block

    def close(self) -> None:
        """Leave the closing to whoever opened the file."""
