"""The bookings as delivered."""

import ibis.expr.types as ir

from features.night import Night


def bookings(night: Night) -> ir.Table:
    """The night's bookings, with their centre's `utc_offset_s`."""
    return night.bookings
