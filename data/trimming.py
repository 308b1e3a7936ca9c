"""Blanks around a value are no part of it: a space in front of a name must not make another person."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.readers.values import text_of

#: in UTF-8 a blank is a byte up to here, or a longer character, whose bytes are all from `LONGER` on
BLANK, LONGER = 0x20, 0x80


def trimmed(rows: pa.Table) -> pa.Table:
    """The cells without blanks around them; typed columns as they are."""
    for place, column in enumerate(rows.columns):
        text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        if text and any(_may_hold_blanks(part) for part in column.chunks):
            rows = rows.set_column(place, rows.field(place), pc.utf8_trim_whitespace(column))
    return rows


def _may_hold_blanks(column: pa.Array) -> bool:
    """A cheap look at all bytes, as most columns have no blank anywhere."""
    text = np.frombuffer(text_of(column), np.uint8)
    return bool(text.size) and bool(text.min() <= BLANK or text.max() >= LONGER)
