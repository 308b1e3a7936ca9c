"""How the booking came to be."""

import ibis.expr.types as ir

from features.declare import feature


@feature(unit="hours", needs=(), null="neither slot nor check-in")
def lead_hours(bookings: ir.Table) -> ir.Value:
    """Hours from the booking's creation to its slot, or to its check-in where it has no slot."""
    start = bookings.slot_start.fill_null(bookings.checked_in_at)
    return (start.epoch_seconds() - bookings.created_at.epoch_seconds()) / 3600.0


@feature(unit="0 or 1", needs=(), null="never null")
def typed_in_by_staff(bookings: ir.Table) -> ir.Value:
    """Whether an employee typed the booking in."""
    return (bookings.channel == "staff").ifelse(1, 0)
