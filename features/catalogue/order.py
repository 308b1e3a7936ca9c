"""Who passed whom: aggregates of the overtake ledger."""

import ibis.expr.types as ir

from features.declare import feature

CALLED = ("checked_in_at", "called_at")
NOT_CALLED = "never called, or no check-in or call times delivered"
NO_PLACE = "never called, or without what orders its queue: check-in, slot or ticket"
NO_TIMES = f"{NO_PLACE}, or its queue is ordered by ticket numbers, which are no times"


@feature(unit="people", needs=("called_at",), null=NO_PLACE)
def people_passed(order: ir.Table) -> ir.Value:
    """People entitled earlier, waiting at the same queue, whom this booking's call passed unexplained."""
    return order.people_passed


@feature(unit="people", needs=("called_at",), null=NO_PLACE)
def people_passed_explained(order: ir.Table) -> ir.Value:
    """People passed for a recorded reason: a priority class, a recall, returning with a paper, their absence."""
    return order.people_passed_explained


@feature(unit="people", needs=("called_at",), null=NO_PLACE)
def passed_by(order: ir.Table) -> ir.Value:
    """People entitled later who were called, unexplained, while this booking waited."""
    return order.passed_by


@feature(unit="minutes", needs=CALLED, null=NO_TIMES)
def minutes_taken(order: ir.Table) -> ir.Value:
    """How much earlier the people passed unexplained were entitled, summed over them."""
    return order.minutes_taken


@feature(unit="people", needs=("ticket_no", "checked_in_at"), null="no ticket number or no check-in time")
def tickets_contradicted(order: ir.Table) -> ir.Value:
    """People of the centre with a lower ticket number whose recorded check-in is nevertheless later.

    Tickets are numbered as they are taken. A check-in time that was moved back leaves its ticket number behind.
    """
    return order.tickets_contradicted


@feature(unit="minutes", needs=CALLED, null=NOT_CALLED)
def wait_below_queue(order: ir.Table) -> ir.Value:
    """Median wait of the queue's called bookings that day, less this booking's own wait since entitlement."""
    return order.median_wait_minutes - order.wait_minutes
