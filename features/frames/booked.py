"""The bookings beside how they were made: against the release, their slot's other holders, their peers, bots."""

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from data.schema import INSTANT
from data.stored.table import DAY
from features.arrays import given, group_codes, micros
from features.making.bursts import RUSH, rush
from features.making.handovers import handovers
from features.making.peers import share_below
from features.making.releases import against_release
from features.night import KEY, Night

#: days before the night over which the pace of a device or address is looked at, the night's included: it reads the
#: bookings made on them, and systems that release slots earlier than a month ahead are not known to us
PACE_DAYS = 31

#: into how many parts identifiers are dealt, so that engines with many workers can share them
PARTS = 64

#: the identifiers whose pace is looked at: people of one phone number may book from several devices at once
PACED = ("device_id", "ip")

MADE = pa.schema(
    [
        pa.field("centre_id", pa.string()),
        pa.field("booking_id", pa.string()),
        pa.field("device_id", pa.string()),
        pa.field("ip", pa.string()),
        pa.field("slot_id", pa.string()),
        pa.field("slot_start", INSTANT),
        pa.field("seconds_after_release", pa.float64()),
        pa.field("beyond_quota", pa.int64()),
        pa.field("handover_seconds", pa.float64()),
        pa.field("handed_over", pa.float64()),
        pa.field("slot_bookings", pa.int64()),
        pa.field("handover_gap_seconds", pa.float64()),
        pa.field("slot_held_hours", pa.float64()),
        pa.field("slot_grabbed_seconds", pa.float64()),
        pa.field("handed_within_phone", pa.float64()),
        pa.field("lead_percentile", pa.float64()),
    ]
)


def booked(night: Night) -> ir.Table:
    """The bookings' columns of `MADE`: keys, what its features need, what they say; and the pace they came at.

    `bookings_a_minute_<identifier>` and `seconds_since_<identifier>`, of each of `PACED`: see
    `features/making/bursts.py`; null for bookings made outside the `PACE_DAYS` days.
    """
    table = night.engine.by_centre(_day(night), _made, MADE)
    paces = night.engine.by_centre(_events(night), rush, RUSH)
    for kind in PACED:
        pace = paces.filter(paces.kind == kind).drop("kind")
        pace = pace.rename({f"{name}_{kind}": name for name in ("bookings_a_minute", "seconds_since")})
        table = table.left_join(pace, KEY).drop("centre_id_right", "booking_id_right")
    return table


def _day(night: Night) -> ir.Table:
    """The day's bookings and, without a `booking_id`, its releases (`created_at`: when released)."""
    made, quotas = night.bookings, night.table("quotas")
    names = [*PACED, "phone", "service_code", "channel", "slot_id"]
    names += ["created_at", "cancelled_at", "slot_start", "checked_in_at"]
    bookings = made.select(
        *KEY, *names, applicant=night.engine.number(made.applicant_id), released_slots=ibis.null("int64")
    )
    missing = {name: ibis.null(kind) for name, kind in bookings.schema().items() if name not in quotas.columns}
    releases = quotas.mutate(**missing).drop("created_at").rename(created_at="released_at")
    return bookings.union(releases.select(bookings.columns))


def _made(rows: pa.Table) -> pa.Table:
    rows = rows.combine_chunks()
    is_booking = rows["booking_id"].is_valid()
    bookings, quotas = rows.filter(is_booking), rows.filter(pc.invert(is_booking))
    start = pc.coalesce(bookings["slot_start"], bookings["checked_in_at"])
    lead = micros(start, 0) - micros(bookings["created_at"], 0)
    peers = group_codes(bookings, ["centre_id", "service_code", "channel"])
    since, beyond = against_release(bookings, quotas)
    columns = {
        **{name: bookings[name] for name in (*KEY, *PACED, "slot_id", "slot_start")},
        "seconds_after_release": since,
        "beyond_quota": beyond,
        **handovers(bookings, since),
        "lead_percentile": share_below(peers, lead, given(start)),
    }
    return pa.table(columns, schema=MADE)


def _events(night: Night) -> ir.Table:
    """What was booked on one day from a device or address from which that day was also booked for the night.

    Dealt into parts in place of centres, which share identifiers.
    """
    near = night.engine.kept(_beside(night))
    parts = []
    for kind in PACED:
        identifier = night.engine.number(near[kind])
        parts.append(
            near.filter(near[f"{kind}_tonight"]).select(
                "created_day",
                kind=ibis.literal(kind),
                identifier=identifier,
                applicant=night.engine.number(near.applicant_id),
                created_at=near.created_at,
                at_centre=near.centre_id,
                booking_id=(near[DAY] == night.today).ifelse(near.booking_id, None),
                centre_id=(identifier % PARTS).cast("string"),
            )
        )
    return ibis.union(*parts)


def _beside(night: Night) -> ir.Table:
    """The bookings of `PACE_DAYS` days, and by `<identifier>_tonight` whether the night has one made with it that day.

    Only those of which one holds: weeks of logs are read once, and not for each identifier.
    """
    events = near = night.table("booking_events", PACE_DAYS)
    tonight = night.engine.kept(events.filter(events[DAY] == night.today).select(*PACED, "created_day"))
    for kind in PACED:
        mine = tonight.filter(tonight[kind].notnull()).select(kind, "created_day", **{f"{kind}_tonight": True})
        near = near.left_join(mine.distinct(), [kind, "created_day"]).drop(f"{kind}_right", "created_day_right")
    return near.filter(near[f"{PACED[0]}_tonight"] | near[f"{PACED[1]}_tonight"])
