"""Bookings as the arrays of whole numbers that kernels work on."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.schema import INSTANT
from features.queues.lines import Bools, Ints

SECOND = 1_000_000  # us
MINUTE = 60 * SECOND  # us
HOUR_S = 3600
#: numbers that a row may have room for where it has one: up to there a table of them is faster than hashing
ROOM = 4


def group_codes(table: pa.Table, columns: Sequence[str], within: Ints | None = None) -> Ints:
    """A code from 0 for each combination of values that occurs in these columns; null is a value.

    `within`: codes of the same rows whose groups these columns divide.
    """
    codes = within
    for name in columns:
        words = table[name].combine_chunks().dictionary_encode(null_encoding="encode").indices.to_numpy()
        words = words.astype(np.int64)
        codes = words if codes is None else _closed_up(codes * (int(words.max(initial=0)) + 1) + words)
    return np.zeros(len(table), np.int64) if codes is None else codes


def codes(columns: Sequence[pa.ChunkedArray], within: Ints | None = None) -> Ints:
    """A code from 0 for each combination of values that occurs, in the order of their texts; null is a value.

    `within`: codes of the same rows whose groups these columns divide.
    """
    found = np.zeros(len(columns[0]), np.int64) if within is None else within
    for column in columns:
        words = _places(column.combine_chunks(), pa.string())
        found = _closed_up(found * (words.max(initial=0) + 1) + words)
    return found


def _closed_up(numbers: Ints) -> Ints:
    """The same order in numbers from 0 without gaps."""
    room = int(numbers.max(initial=0)) + 1
    if room > ROOM * numbers.size:
        return _places(pa.array(numbers), pa.int64())
    there = np.zeros(room, np.bool_)
    there[numbers] = True
    places: Ints = (np.cumsum(there) - 1)[numbers]
    return places


def _places(values: pa.Array, compared_as: pa.DataType) -> Ints:
    """The place of each value among those that occur, from 0."""
    words = values.dictionary_encode(null_encoding="encode")
    place = np.argsort(pc.array_sort_indices(words.dictionary.cast(compared_as)).to_numpy())
    places: Ints = place[words.indices.to_numpy()]
    return places


def in_micros(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Microseconds since 1970, int64."""
    return column.cast(INSTANT).cast(pa.int64())


def micros(column: pa.ChunkedArray, missing: int) -> Ints:
    """Microseconds since 1970; `missing` where there is none."""
    values: Ints = pc.fill_null(in_micros(column), missing).to_numpy()
    return values


def clock_hours(instants: pa.ChunkedArray, utc_offsets_s: pa.ChunkedArray) -> pa.ChunkedArray:
    """Hours, 0 to 23, that the centres' clocks show; null without an instant, or where a centre's clock is unknown."""
    seconds = micros(instants, 0) // SECOND + pc.fill_null(utc_offsets_s, 0).to_numpy()
    known = given(instants) & given(utc_offsets_s)
    return pa.chunked_array([pa.array(seconds // HOUR_S % 24, mask=~known)])


def given(column: pa.ChunkedArray) -> Bools:
    """Where there is a value."""
    there: Bools = column.is_valid().to_numpy()
    return there


def each_once(values: Ints) -> Ints:
    """The different values, ascending; of millions in a hundredth of the time of `np.unique`, which hashes in 2.4."""
    ranked = np.sort(values)
    return ranked[starts_of(ranked)]


def starts_of(sorted_codes: Ints) -> Bools:
    """Where in a sorted array another code begins."""
    begins = np.ones(sorted_codes.size, np.bool_)
    begins[1:] = sorted_codes[1:] != sorted_codes[:-1]
    return begins
