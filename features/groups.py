"""Numbers for groups of rows: what kernels work with in the place of texts."""

import numpy as np
import pyarrow as pa

from features.lines import Ints


def groups(table: pa.Table, names: list[str], within: Ints | None = None) -> Ints:
    """A number from 0, without gaps, for each combination of values of these columns; null is a value.

    `within`: groups of the same rows that these ones divide.
    """
    codes = np.zeros(table.num_rows, np.int64) if within is None else within
    for name in names:
        words = _numbered(table[name])
        codes = _numbered(pa.chunked_array([pa.array(codes * (words.max(initial=0) + 1) + words)]))
    return codes


def _numbered(values: pa.ChunkedArray) -> Ints:
    found = values.combine_chunks()
    if isinstance(found, pa.ChunkedArray):
        found = pa.concat_arrays(found.chunks) if found.num_chunks else pa.array([], values.type)
    numbers: Ints = found.dictionary_encode(null_encoding="encode").indices.to_numpy().astype(np.int64)
    return numbers
