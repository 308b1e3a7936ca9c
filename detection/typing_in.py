"""Bookings that an employee types in as good as at the call."""

import ibis.expr.types as ir

#: minutes from entry to call: less than a hall's usual wait (docs/worlds.md, median 13 to 40)
AT_ONCE_MIN = 30


def typed_in_at_once(features: ir.Table) -> ir.BooleanValue:
    """Whether an employee typed it in within half an hour of its call; not so of who booked otherwise."""
    return (features.staff_minutes_before_service <= AT_ONCE_MIN).fill_null(False)
