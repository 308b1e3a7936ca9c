"""What the hall was like: a crowd, an outage or a trainee explains what would else look arranged."""

import ibis.expr.types as ir

from features.catalogue.order import CALLED, NO_PLACE
from features.declare import feature

NO_CLERK = "no clerk"


@feature(unit="people", needs=CALLED, null=f"{NO_PLACE}; or no check-in")
def load(context: ir.Table) -> ir.Value:
    """People of the same queue who had checked in as this booking was called, and were called later."""
    return context.load


@feature(unit="people per window", needs=("checked_in_at",), null="no check-in, or no window called in that hour")
def people_per_window(context: ir.Table) -> ir.Value:
    """People of all queues who waited in the centre as this booking checked in, over its open windows.

    Open is a window that calls somebody within the hour of the check-in. Who is never called is not among the people.
    """
    return context.people_per_window


@feature(
    unit="share", needs=(), null="no quota delivered for the day, or fewer than five days of service in 28 to judge by"
)
def released_share(context: ir.Table) -> ir.Value:
    """Slots that the centre released for the day, over what it serves on its best days.

    The best days are its own: the 90th percentile of people served, over the days with service among the 28 up to the
    night. Below 1 slots are withheld or walk-ins expected.
    """
    return context.released_share


@feature(unit="attempts", needs=(), null="the centre delivered no refusal for the 28 days up to the night")
def refused_that_day(context: ir.Table) -> ir.Value:
    """Attempts to book for this day at this centre that found no slot."""
    return context.refused_that_day


@feature(
    unit="share",
    needs=(),
    null="fewer than two clerks call, or fewer than two calls pass somebody unexplained, that day",
)
def disorder_spread(context: ir.Table) -> ir.Value:
    """How evenly the centre's calls that pass somebody are spread over its clerks that day.

    Shannon's entropy (1948) of the clerks' shares, over the largest that so many clerks and calls can have: 1, all
    alike, as in an outage; 0, all are one clerk's.
    """
    return context.disorder_spread


@feature(unit="minutes", needs=(), null="nobody of the centre checked in and was called that day")
def outage_minutes(context: ir.Table) -> ir.Value:
    """The centre's longest time that day without any call while somebody waited and a window was open.

    Windows are open as the shifts say; without shifts, from the first call to the last, so that a break at noon counts.
    """
    return context.outage_minutes


@feature(
    unit="days", needs=("clerk_id",), null=f"{NO_CLERK}, or a log of the centre that reaches back less than 14 days"
)
def clerk_days_known(context: ir.Table) -> ir.Value:
    """Days since the booking's clerk first called or served anybody at the centre, of the last 27: few, a trainee."""
    return context.clerk_days_known


@feature(unit="ratio", needs=("clerk_id",), null=f"{NO_CLERK}, or no colleague served in the clerk's queues that day")
def clerk_service_pace(context: ir.Table) -> ir.Value:
    """How long the booking's clerk takes over a service, over what colleagues take in the same queue on the same day.

    Typical times over the 28 days up to the night: geometric means, which are medians where times are lognormal, as
    Brown et al. (2005, JASA 100, 36) found a bank's to be. 2: twice as long.
    """
    return context.clerk_service_pace
