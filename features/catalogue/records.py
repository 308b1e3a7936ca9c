"""What is missing from the hall's records of a booking, or contradicts them."""

import ibis
import ibis.expr.types as ir

from features.declare import feature

NO_TICKET = "no ticket number"


@feature(unit="seconds", needs=("checked_in_at", "called_at"), null="never called, or no check-in or call delivered")
def called_before_check_in(bookings: ir.Table) -> ir.Value:
    """Seconds by which the call precedes the check-in; 0: in order. More than the clocks may differ is refused before.

    Ingest rejects what a source's `clock_skew_s` does not cover; this is what is left within it.
    """
    early = bookings.checked_in_at.epoch_seconds() - bookings.called_at.epoch_seconds()
    return ibis.greatest(early, 0)


@feature(unit="0 or 1", needs=(), null="not served, or its centre recorded no calls that day")
def served_without_call(records: ir.Table) -> ir.Value:
    """Whether it was served, on record, without having been called."""
    return records.served_without_call


@feature(unit="0 or 1", needs=(), null="not served, or its centre recorded no step of anybody that day")
def served_without_steps(records: ir.Table) -> ir.Value:
    """Whether it was served, on record, without check-in, call or time of service: nobody may have come."""
    return records.served_without_steps


@feature(unit="ordinal", needs=("ticket_no",), null=f"{NO_TICKET}, or an applicant nobody identified")
def second_ticket(records: ir.Table) -> ir.Value:
    """Which of its applicant's tickets at this centre that day it is: 1 the first, 2 the second, by number."""
    return records.second_ticket


@feature(unit="tickets", needs=("ticket_no",), null=f"{NO_TICKET}, or the lowest of its centre's day")
def ticket_gap(records: ir.Table) -> ir.Value:
    """Numbers that nobody of the centre has, just before this ticket: taken, and struck from the records."""
    return records.ticket_gap


@feature(unit="bookings", needs=("ticket_no",), null=NO_TICKET)
def ticket_repeated(records: ir.Table) -> ir.Value:
    """Other bookings of the centre's day with the same ticket number."""
    return records.ticket_repeated


@feature(unit="minutes", needs=(), null="neither called nor served, or no shifts delivered for its centre's day")
def outside_opening_minutes(records: ir.Table) -> ir.Value:
    """Minutes from the nearest time at which a window of its centre was on shift to the beginning of its service.

    0: while one was. A break for all windows is closed, too. Of a booking without a time of service the call counts.
    """
    return records.outside_opening_minutes


@feature(
    unit="minutes",
    needs=(),
    null="neither called nor served, no check-in, or no shifts delivered for its centre's day",
)
def outside_hours_minutes(records: ir.Table) -> ir.Value:
    """The same of who also checked in while the centre was closed; 0 for who came while it was open.

    Whoever came in time and is served when the windows close late waited like everybody.
    """
    return records.outside_hours_minutes


@feature(
    unit="people",
    needs=("window_id", "served_from", "served_to"),
    null="no window, or no beginning or end of service",
)
def served_in_one_turn(records: ir.Table) -> ir.Value:
    """People whom its clerk served in its turn at its window, itself included; 1: alone (`features/queues/turns.py`).

    Served at one time at most, or one after another within eight seconds at a centre whose clerks otherwise pause.
    """
    return records.served_in_one_turn
