"""Who is let past as somebody who was at a window before."""

import ibis.expr.types as ir

from features.order import RECALL, RETURNING


def returns(bookings: ir.Table) -> ir.BooleanValue:
    """Whether the recorded class says that it was at a window before, and no missed call of its own shows why."""
    return bookings.priority_class.isin((RETURNING, RECALL)).fill_null(False) & bookings.missed_at.isnull()
