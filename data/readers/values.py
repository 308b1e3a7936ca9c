"""Checks that every text value must pass, whatever format it came in, and the chunk they leave."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.readers.chunk import VALUE_CHARS, Chunk, Refusal
from data.readers.encoding import Detection

#: characters in one field; a complaint of several pages has 10,000
MAX_FIELD_CHARS = 1_000_000

_REPLACEMENT = "\ufffd"


def checked_chunk(
    rows: pa.RecordBatch,
    row_numbers: pa.Array,
    *,
    refusals: list[Refusal] | None = None,
    encoding: Detection | None = None,
) -> Chunk:
    """Make a chunk of `rows`, moving those with a spoilt text value to its refusals, one for each row.

    Rules, by the first column that breaks one: `control_character` (NUL), `bad_encoding` (U+FFFD: bytes that
    the encoding does not know), `field_too_long` (more than `MAX_FIELD_CHARS`).
    """
    found: dict[int, Refusal] = {}
    for column, name in zip(rows.columns, rows.schema.names, strict=True):
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            continue
        for rule, spoilt in _spoilt_rows(column):
            for row in np.flatnonzero(spoilt).tolist():
                if row not in found:
                    value = _shown(column[row].as_py(), rule, encoding)
                    found[row] = Refusal(row_numbers[row].as_py(), rule, value, name)
    if found:
        keep = np.ones(rows.num_rows, dtype=bool)
        keep[list(found)] = False
        rows, row_numbers = rows.filter(pa.array(keep)), row_numbers.filter(pa.array(keep))
    everything = sorted([*(refusals or []), *found.values()], key=lambda refusal: refusal.row_number)
    return Chunk(pa.Table.from_batches([rows]), row_numbers, everything, encoding)


def without_empty_rows(rows: pa.RecordBatch, row_numbers: pa.Array) -> tuple[pa.RecordBatch, pa.Array]:
    """Drop rows in which every cell is null: blank lines are no rows."""
    filled: pa.Array | None = None
    for column in rows.columns:
        if column.null_count == 0:
            return rows, row_numbers
        filled = column.is_valid() if filled is None else pc.or_(filled, column.is_valid())
    if filled is None:
        return rows, row_numbers
    return rows.filter(filled), row_numbers.filter(filled)


def _spoilt_rows(column: pa.Array) -> Iterator[tuple[str, np.ndarray]]:
    """Yield each broken rule with a mask of its rows; a cheap look first, as nearly all text is clean."""
    text = text_of(column)
    if b"\0" in text:
        yield "control_character", _mask(pc.match_substring(column, "\0"))
    if not text.isascii() and _REPLACEMENT.encode() in text:  # the first is seen at a glance
        yield "bad_encoding", _mask(pc.match_substring(column, _REPLACEMENT))
    longest = pc.max(pc.binary_length(column)).as_py() or 0
    if longest > MAX_FIELD_CHARS:
        yield "field_too_long", _mask(pc.greater(pc.utf8_length(column), MAX_FIELD_CHARS))


def text_of(column: pa.Array) -> bytes:
    """Return the text of all values end to end."""
    data = column.buffers()[2]
    if data is None or len(column) == 0:
        return b""
    offsets = np.frombuffer(column.buffers()[1], dtype=np.int64 if pa.types.is_large_string(column.type) else np.int32)
    start, end = int(offsets[column.offset]), int(offsets[column.offset + len(column)])
    return bytes(data.slice(start, end - start).to_pybytes())


def _mask(matches: pa.Array) -> np.ndarray:
    return np.asarray(pc.fill_null(matches, False).to_numpy(zero_copy_only=False), dtype=bool)


def _shown(value: str, rule: str, encoding: Detection | None) -> str:
    shown = value[:VALUE_CHARS]
    if rule == "bad_encoding" and encoding is not None:
        return f"{shown} (read as {encoding.encoding})"
    return shown
