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


def group_codes(table: pa.Table, columns: Sequence[str], within: Ints | None = None) -> Ints:
    """A code from 0 for each combination of values that occurs in these columns; null is a value.

    `within`: codes of the same rows whose groups these columns divide.
    """
    codes = np.zeros(len(table), np.int64) if within is None else within
    for name in columns:
        words = table[name].combine_chunks().dictionary_encode(null_encoding="encode").indices.to_numpy()
        codes = codes * (int(words.max(initial=0)) + 1) + words
        codes = pa.array(codes).dictionary_encode().indices.to_numpy().astype(np.int64)
    return codes


def micros(column: pa.ChunkedArray, missing: int) -> Ints:
    """Microseconds since 1970; `missing` where there is none."""
    values: Ints = pc.fill_null(column.cast(INSTANT).cast(pa.int64()), missing).to_numpy()
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


def starts_of(sorted_codes: Ints) -> Bools:
    """Where in a sorted array another code begins."""
    begins = np.ones(sorted_codes.size, np.bool_)
    begins[1:] = sorted_codes[1:] != sorted_codes[:-1]
    return begins
