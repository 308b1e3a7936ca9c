"""What became of earlier bookings of the same citizen, and of those from the same device."""

import ibis.expr.types as ir

from features.declare import feature

NOBODY = "an applicant nobody identified"
NO_REFUSALS = "no centre that they booked at recorded a refusal on the day"


@feature(unit="bookings", needs=(), null=NOBODY)
def applicant_bookings_28d(habits: ir.Table) -> ir.Value:
    """Bookings of this citizen for the 28 days up to the night, this one included."""
    return habits.applicant_id_bookings


@feature(unit="bookings", needs=(), null=NOBODY)
def applicant_never_shown_28d(habits: ir.Table) -> ir.Value:
    """A straw's bookings: no-shows or cancelled less than a day before the slot, in 28 days in which it was not served.

    0 for whoever was served once; bookings that were cancelled in time do not count.
    """
    return habits.applicant_id_missed * (habits.applicant_id_served == 0).cast("int64")


@feature(unit="centres", needs=(), null=f"{NOBODY}, or in all 28 days the log is of one centre")
def applicant_centres_28d(habits: ir.Table) -> ir.Value:
    """Different centres at which this citizen had bookings for the 28 days up to the night."""
    return habits.several_centres.ifelse(habits.applicant_id_centres, None)


@feature(unit="visits", needs=(), null=f"{NOBODY}, or none in a centre of which fewer than seven days before are known")
def other_visits_28d(habits: ir.Table) -> ir.Value:
    """This citizen's other bookings at this centre for the 28 days up to the night with which somebody came.

    Came is who checked in, was called or served.
    """
    return habits.other_visits


@feature(
    unit="share, 0 to 1",
    needs=(),
    null="fewer than three return to its centre that day of whom it can be known, or delivered without columns for "
    "priority classes and missed calls",
    delivered=("priority_class", "missed_at"),
)
def returners_borne_out(habits: ir.Table) -> ir.Value:
    """Of its centre's bookings of the day that claim to return, the share whose citizens came there before.

    As for `other_visits_28d`, in 28 days. Where it is low, first visits are not recorded, or under other names.
    """
    return habits.returners_borne_out


@feature(unit="share, 0 to 1", needs=("device_id",), null="no device delivered, or none of its bookings has ended")
def device_never_served_28d(habits: ir.Table) -> ir.Value:
    """Share of this device's bookings of 28 days that were cancelled or no-shows, of those and the served ones.

    Whoever hoards slots for later clients gives most of them up.
    """
    ended = habits.device_id_unserved + habits.device_id_served
    return habits.device_id_unserved / ended.nullif(0)


@feature(unit="days", needs=(), null=f"{NOBODY}, or {NO_REFUSALS}")
def success_where_refused(habits: ir.Table) -> ir.Value:
    """Days of 28 on which this citizen kept a booking for an item of which the centre turned others away that day."""
    return habits.applicant_id_days_kept


@feature(unit="days", needs=("device_id",), null=f"no device delivered, or {NO_REFUSALS}")
def device_success_where_refused(habits: ir.Table) -> ir.Value:
    """Days of 28 on which this device kept a booking for an item of which the centre turned others away that day."""
    return habits.device_id_days_kept
