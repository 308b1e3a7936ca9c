"""Which columns a booking was delivered with: whether an empty one says "none", or nothing at all.

A day without missed calls looks like a log that does not record them. What tells them apart is the file that a row
came from: it has a column for them, or it has none. That is kept with each row (`COLUMNS_DELIVERED`) and not with its
source, so that what was delivered for other days, before or after, changes nothing of what a night says.
"""

from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

BETWEEN = " "


def brought(columns: Collection[str]) -> str:
    """The text of `COLUMNS_DELIVERED` for a row whose file has these columns."""
    return BETWEEN.join(sorted(columns))


def has_brought(texts: pa.ChunkedArray, needed: Collection[str]) -> pa.Array:
    """Whether rows with these texts came with all of the columns needed; no text: with none that is known of."""
    coded = texts.combine_chunks().dictionary_encode()  # one text a file
    there = [set(needed) <= set(text.split(BETWEEN)) for text in coded.dictionary.to_pylist()]
    return pc.fill_null(pa.array(there, pa.bool_()).take(coded.indices), False)
