"""The day that a zone's calendar showed at an instant."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

#: every offset in use since 1980 is a multiple of this (IANA time zone database), so no day begins in between
QUARTER = timedelta(minutes=15)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def local_days(instants: pa.ChunkedArray, zone: str) -> pa.Array:
    """The local days (date32) of instants (us, UTC, not null); the calendar is asked once a quarter of an hour."""
    quarters = instants.cast(pa.timestamp("us", "UTC")).to_numpy().astype(np.int64) // (QUARTER // timedelta.resolution)
    different, places = np.unique(quarters, return_inverse=True)
    clock = ZoneInfo(zone)
    days = [(EPOCH + number * QUARTER).astimezone(clock).date() for number in different.tolist()]
    return pa.array(days, pa.date32()).take(pa.array(places))
