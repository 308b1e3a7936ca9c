"""How the booking came to be."""

import ibis.expr.types as ir

from features.declare import feature

NO_SLOT_NAME = "its slot has no name (slot_id)"
NOBODY_KNOWN = f"{NO_SLOT_NAME}, or nobody identified who booked"
NO_CHANGE = f"{NO_SLOT_NAME}, or it did not pass from one identified applicant to another"
NO_PACE = "booked more than a month before the night, or after it"


@feature(unit="hours", needs=(), null="neither slot nor check-in")
def lead_hours(bookings: ir.Table) -> ir.Value:
    """Hours from the booking's creation to its slot, or to its check-in where it has no slot."""
    start = bookings.slot_start.fill_null(bookings.checked_in_at)
    return (start.epoch_seconds() - bookings.created_at.epoch_seconds()) / 3600.0


@feature(unit="share, 0 to 1", needs=(), null="neither slot nor check-in, or nobody to compare with")
def lead_percentile(booked: ir.Table) -> ir.Value:
    """Share of the queue's other bookings of this channel that were made later before their slot or check-in."""
    return booked.lead_percentile


@feature(unit="minutes", needs=("called_at",), null="never called")
def minutes_before_service(bookings: ir.Table) -> ir.Value:
    """Minutes from the booking's creation to its call; negative: typed in after the call."""
    return (bookings.called_at.epoch_seconds() - bookings.created_at.epoch_seconds()) / 60.0


@feature(unit="0 or 1", needs=(), null="never null")
def typed_in_by_staff(bookings: ir.Table) -> ir.Value:
    """Whether an employee typed the booking in."""
    return (bookings.channel == "staff").ifelse(1, 0)


@feature(unit="minutes", needs=("called_at",), null="never called, or not typed in by an employee")
def staff_minutes_before_service(bookings: ir.Table) -> ir.Value:
    """Minutes from an employee's typing the booking in to its call; negative: typed in after the call."""
    return (bookings.channel == "staff").ifelse(minutes_before_service(bookings), None)


@feature(
    unit="minutes",
    needs=("slot_start", "checked_in_at"),
    null="a walk-in, nobody checked in, or not booked online or by telephone",
)
def minutes_from_booking_to_coming(bookings: ir.Table) -> ir.Value:
    """Minutes from a citizen's booking a slot from afar to the check-in; negative: booked after the check-in."""
    minutes = (bookings.checked_in_at.epoch_seconds() - bookings.created_at.epoch_seconds()) / 60.0
    return bookings.channel.isin(("online", "phone")).ifelse(minutes, None)


@feature(
    unit="seconds",
    needs=("slot_start",),
    null="a walk-in, or no quota with a time of release delivered for its centre, day and item",
)
def seconds_after_release(booked: ir.Table) -> ir.Value:
    """Seconds from the latest release of slots that the booking can have taken to its creation.

    Negative: made before the first release. Where a centre releases all items together, that release counts.
    """
    return booked.seconds_after_release


@feature(
    unit="bookings",
    needs=("slot_start",),
    null="a walk-in, or no quota delivered for its centre, day and item",
    monotone=1,
)
def beyond_quota(booked: ir.Table) -> ir.Value:
    """By how many the bookings that held slots, with this one, exceeded the slots released when it was made; 0: none.

    A cancelled booking frees its slot from then on; bookings of the same instant do not count against each other.
    """
    return booked.beyond_quota


@feature(unit="bookings", needs=("device_id",), null=f"no device delivered, or {NO_PACE}")
def bookings_a_minute_device(booked: ir.Table) -> ir.Value:
    """Most bookings made from this device, at all centres, in any 60 seconds that contain this booking."""
    return booked.bookings_a_minute_device_id


@feature(unit="bookings", needs=("ip",), null=f"no address delivered, or {NO_PACE}")
def bookings_a_minute_address(booked: ir.Table) -> ir.Value:
    """Most bookings made from this network address, at all centres, in any 60 seconds that contain this booking."""
    return booked.bookings_a_minute_ip


@feature(
    unit="seconds", needs=("device_id",), null=f"its device booked for nobody else before on that day, or {NO_PACE}"
)
def seconds_since_device_booking(booked: ir.Table) -> ir.Value:
    """Seconds since this device booked for another identified applicant last, that day; at once is 0 for both.

    Human speed: an identity number and a mobile number are 29 characters, which the fastest of 37,000 people who
    typed on telephones enters in 4 s and the average one in 10 s (docs/sources.md, constants). Less is a program's.
    """
    return booked.seconds_since_device_id


@feature(unit="seconds", needs=("ip",), null=f"its address booked for nobody else before on that day, or {NO_PACE}")
def seconds_since_address_booking(booked: ir.Table) -> ir.Value:
    """Seconds since this network address booked for another identified applicant last, that day.

    An office, a library or a carrier gives one address to many, so it says less than a device.
    """
    return booked.seconds_since_ip


@feature(unit="seconds", needs=("slot_id",), null=f"{NO_SLOT_NAME}, or nobody else gave it up before")
def handover_seconds(booked: ir.Table) -> ir.Value:
    """Seconds from another applicant's cancellation of the same slot to this booking, which took it."""
    return booked.handover_seconds


@feature(
    unit="0 or 1",
    needs=("slot_id",),
    null=f"{NOBODY_KNOWN}, or delivered without a column for cancellations",
    delivered=("cancelled_at",),
)
def handed_over(booked: ir.Table) -> ir.Value:
    """Whether its slot, when cancelled, was taken by another applicant within 20 s (`features/making/handovers.py`)."""
    return booked.handed_over


@feature(unit="applicants", needs=("slot_id",), null=NOBODY_KNOWN)
def slot_bookings(booked: ir.Table) -> ir.Value:
    """Different identified applicants who booked its slot, one after another."""
    return booked.slot_bookings


@feature(unit="seconds", needs=("slot_id",), null=NO_CHANGE)
def handover_gap_seconds(booked: ir.Table) -> ir.Value:
    """Seconds from the giving-up of its slot to the taking by another applicant, of the one's booking and the other's.

    Of a slot that passed on several times, the change in which the booking took it; of the first holder's booking the
    one in which it gave it up.
    """
    return booked.handover_gap_seconds


@feature(unit="hours", needs=("slot_id",), null=NO_CHANGE)
def slot_held_hours(booked: ir.Table) -> ir.Value:
    """Hours for which the earlier of the two held the slot, in the same change of hands; of both bookings."""
    return booked.slot_held_hours


@feature(unit="seconds", needs=("slot_id",), null=f"{NO_CHANGE}, or no release with a time delivered")
def slot_grabbed_seconds(booked: ir.Table) -> ir.Value:
    """Seconds from the release to the earlier one's booking, in the same change of hands; of both bookings.

    Negative: booked before the release.
    """
    return booked.slot_grabbed_seconds


@feature(unit="0 or 1", needs=("slot_id",), null=f"{NO_CHANGE}, or one of the two names no telephone")
def handed_within_phone(booked: ir.Table) -> ir.Value:
    """Whether both bookings name the same telephone, in the same change of hands: a household's, if few share it."""
    return booked.handed_within_phone


@feature(
    unit="0 or 1", needs=("created_by", "clerk_id", "called_at"), null="not typed in by an employee, or never called"
)
def served_by_typist(bookings: ir.Table) -> ir.Value:
    """Whether the employee who typed the booking in is the clerk who called it."""
    return (bookings.channel == "staff").ifelse((bookings.created_by == bookings.clerk_id).ifelse(1, 0), None)


@feature(unit="minutes", needs=("cancelled_at", "slot_start"), null="not cancelled, or a walk-in")
def cancelled_minutes_before_slot(bookings: ir.Table) -> ir.Value:
    """Minutes from the booking's cancellation to the start of its slot; negative: cancelled afterwards."""
    return (bookings.slot_start.epoch_seconds() - bookings.cancelled_at.epoch_seconds()) / 60.0
