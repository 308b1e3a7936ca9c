"""What became of the bookings of each citizen and of each device."""

import ibis
import ibis.expr.types as ir

from features.night import Night
from features.summary import summary

#: days over which habits are looked at, the night's included
HABIT_DAYS = 28

#: hours before the slot from which a cancellation is late: nobody else can arrange to come by then. A day's notice is
#: what clinics customarily ask for
LATE_H = 24

#: whose habits, by column of `bookings`
WHOSE = ("applicant_id", "device_id")


@summary(days=HABIT_DAYS, reads={"bookings": 1, "centres": 1, "refusals": 1})
def habits(night: Night) -> ir.Table:
    """Per citizen, and per device, and centre: the day's bookings and what became of them.

    `kind`: which of `WHOSE`; `who`: the number of the pseudonym, so that whom nobody identified is left out; `served`;
    `unserved`: cancelled or no-show; `missed`: those of them that were no-shows or cancelled less than `LATE_H` before
    the slot; `came`: checked in, called or served; `kept`: not cancelled, of an item for which the centre turned others
    away that day, null where it recorded no refusal at all.
    """
    table = night.bookings.left_join(_refused(night), "centre_id").drop("centre_id_right")
    short = table.every_item | table.items.contains(table.service_code)
    cancelled, no_show = table.status == "cancelled", table.status == "no_show"
    notice = table.slot_start.epoch_seconds() - table.cancelled_at.epoch_seconds()
    late = cancelled & (notice < LATE_H * 3600).fill_null(False)
    rows = table.mutate(
        served=_one(table.status == "served"),
        unserved=_one(cancelled | no_show),
        came=_one(came(table)),
        missed=_one(late | no_show),
        kept=table.items.notnull().ifelse(_one(short & ~cancelled), None),
    )
    parts = []
    for kind in WHOSE:
        known = rows.mutate(who=night.engine.number(rows[kind]))
        known = known.filter(known.who.notnull())
        counts = {name: known[name].sum() for name in ("served", "unserved", "came", "missed", "kept")}
        found = known.group_by("service_day", "who", "centre_id").aggregate(bookings=known.count(), **counts)
        parts.append(found.mutate(kind=ibis.literal(kind)))
    return ibis.union(*parts).order_by("kind", "who", "centre_id")


def came(bookings: ir.Table) -> ir.BooleanValue:
    """Whether somebody was there: a check-in, a call or a service is recorded."""
    return bookings.checked_in_at.notnull() | bookings.called_at.notnull() | (bookings.status == "served")


def _one(condition: ir.BooleanValue) -> ir.IntegerValue:
    return condition.cast("int64")


def _refused(night: Night) -> ir.Table:
    """Per centre that turned anybody away: the items of which it did, and whether any refusal names no item."""
    refusals = night.table("refusals")
    return refusals.group_by("centre_id").aggregate(
        items=refusals.service_code.fill_null("").collect(distinct=True),
        every_item=refusals.service_code.isnull().any(),
    )
