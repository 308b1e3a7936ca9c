"""Who passed whom: aggregates of the overtake ledger."""

import ibis.expr.types as ir

from features.declare import feature

CALLED = ("checked_in_at", "called_at")
NOT_CALLED = "never called, or no check-in or call times delivered"
NO_PLACE = "never called, or without what orders its queue: check-in, slot or ticket"
NO_CLASSES = f"{NO_PLACE}, or delivered without a column for priority classes"
NO_MISSED = f"{NO_PLACE}, or delivered without a column for missed calls"
NO_REASONS = f"{NO_PLACE}, or delivered without columns for priority classes and missed calls"
NO_TIMES = f"{NO_PLACE}, or its queue is ordered by ticket numbers, which are no times"


@feature(unit="people", needs=("called_at",), null=NO_PLACE, monotone=1)
def people_passed(order: ir.Table) -> ir.Value:
    """People entitled earlier, waiting at the same queue, whom this booking's call passed unexplained.

    By the rule that the queue obeys (table `disciplines`); where check-in times are missing, ticket numbers serve.
    """
    return order.people_passed


@feature(unit="people", needs=("called_at",), null=NO_REASONS, delivered=("priority_class", "missed_at"))
def people_passed_explained(order: ir.Table) -> ir.Value:
    """People passed for a reason: the credit of a class or an appointment, a recall, returning, their absence."""
    return order.people_passed_explained


@feature(unit="people", needs=("called_at",), null=NO_CLASSES, delivered=("priority_class",))
def people_passed_priority(order: ir.Table) -> ir.Value:
    """People passed because of a priority class, within what its preference or learnt credit covers.

    Where appointments go first in its queue and its slot has begun, their credit counts as its class's.
    """
    return order.priority_class.notnull().ifelse(order.people_passed_priority, order.people_passed_priority * 0)


@feature(unit="people", needs=("called_at",), null=NO_CLASSES, monotone=1, delivered=("priority_class",))
def people_passed_beyond_credit(order: ir.Table) -> ir.Value:
    """Of the people passed unexplained, those whom a class with a learnt credit passed: it went further than usual."""
    beyond = order.priority_class.notnull() & order.credit_s.notnull()
    return beyond.ifelse(order.people_passed, order.people_passed * 0)


@feature(unit="0 or 1", needs=(), null="never null")
def ordered_by_ticket(order: ir.Table) -> ir.Value:
    """Whether ticket numbers order its line: by its centre's or its queue's rule, or because check-ins lack times."""
    return (order.discipline == "ticket").ifelse(1, 0)


@feature(unit="people", needs=("called_at",), null=NO_MISSED, delivered=("missed_at",))
def people_passed_recall(order: ir.Table) -> ir.Value:
    """People passed on being called again after a missed call, or on returning with a paper."""
    return order.people_passed_recall


@feature(
    unit="people",
    needs=("called_at",),
    null=f"{NO_MISSED}, or checked in after its missed call",
    monotone=1,
    delivered=("missed_at",),
)
def people_passed_since_missed(order: ir.Table) -> ir.Value:
    """People passed on a recall who stood in front already as the missed call was made; 0 of who missed none.

    Such a call was itself out of turn, so that the recall gave what it should only have given back.
    """
    return order.people_passed_since_missed


@feature(unit="people", needs=("called_at",), null=NO_MISSED, delivered=("missed_at",))
def people_passed_absent(order: ir.Table) -> ir.Value:
    """People passed who had been called before and were not there."""
    return order.people_passed_absent


@feature(unit="people", needs=("called_at",), null=NO_MISSED, monotone=1, delivered=("missed_at",))
def people_struck_off(order: ir.Table) -> ir.Value:
    """People passed as absent whose missed call was made too shortly before its own for anybody to answer, and who were
    called again later: they were there, and their turn had come.
    """
    return order.people_struck_off


@feature(unit="people", needs=("called_at",), null=NO_PLACE)
def passed_by(order: ir.Table) -> ir.Value:
    """People entitled later who were called, unexplained, while this booking waited."""
    return order.passed_by


@feature(unit="places", needs=("called_at",), null=NO_PLACE)
def rank_shift(order: ir.Table) -> ir.Value:
    """Places by which a booking moved forward in its queue without a reason: people passed less those it was passed by.

    Below 0 it moved back.
    """
    return order.people_passed - order.passed_by


@feature(unit="minutes", needs=CALLED, null=NO_TIMES, monotone=1)
def minutes_taken(order: ir.Table) -> ir.Value:
    """How much earlier the people passed unexplained were entitled, summed over them."""
    return order.minutes_taken


@feature(unit="minutes", needs=CALLED, null=NO_TIMES)
def minutes_lost(order: ir.Table) -> ir.Value:
    """How much earlier this booking was entitled than those that passed it unexplained, summed over them."""
    return order.minutes_lost


@feature(unit="people", needs=("ticket_no", "checked_in_at"), null="no ticket number or no check-in time", monotone=1)
def tickets_contradicted(order: ir.Table) -> ir.Value:
    """People of the centre with a lower ticket number whose recorded check-in is nevertheless later.

    Tickets are numbered as they are taken. A check-in time that was moved back leaves its ticket number behind.
    """
    return order.tickets_contradicted


@feature(unit="people", needs=("ticket_no", "checked_in_at"), null="no ticket number or no check-in time", monotone=1)
def tickets_predated(order: ir.Table) -> ir.Value:
    """People of the centre with a higher ticket number whose recorded check-in is nevertheless earlier.

    Where tickets are numbered as people come, this one was taken before its holder came.
    """
    return order.tickets_predated


@feature(unit="minutes", needs=CALLED, null=NOT_CALLED)
def wait_minutes(bookings: ir.Table) -> ir.Value:
    """Minutes from check-in to call, however early the booking came; negative: within what clocks may differ."""
    return (bookings.called_at.epoch_seconds() - bookings.checked_in_at.epoch_seconds()) / 60.0


@feature(unit="minutes", needs=CALLED, null=NOT_CALLED)
def wait_below_queue(order: ir.Table) -> ir.Value:
    """Median wait of the queue's called bookings that day, less this booking's own wait since entitlement."""
    return order.median_wait_minutes - order.entitled_wait_minutes


@feature(unit="share, 0 to 1", needs=CALLED, null=f"{NOT_CALLED}, or alone in its queue and hour")
def waited_less_in_hour(order: ir.Table) -> ir.Value:
    """Share of the queue's other called bookings, entitled in the same hour, that waited less than this one.

    Waits count from entitlement. Close to 0 nearly all who came at that hour waited at least as long.
    """
    return order.waited_less


@feature(unit="share, 0 to 1", needs=CALLED, null=f"{NOT_CALLED}, or the first of its queue")
def earlier_waited_longer(order: ir.Table) -> ir.Value:
    """Share of those entitled earlier in the queue that day who waited longer than this booking, since entitlement.

    As a queue dissolves late comers wait less than early ones; a high share says more the fuller the hall.
    """
    return order.earlier_waited_longer
