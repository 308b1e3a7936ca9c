"""Who booked with what, and who served it: the edges between identifiers, applicants and clerks."""

import ibis
import ibis.expr.types as ir

from features.night import Night
from features.summary import summary

#: what different citizens may share
IDENTIFIERS = ("phone", "device_id", "ip", "agent_id")

#: days over which identifiers link bookings, the night's included
LINK_DAYS = 90

HOUR_S = 3600


@summary(days=LINK_DAYS, reads={"bookings": 1, "centres": 1})
def contacts(night: Night) -> ir.Table:
    """Per identifier, citizen, queue, clerk, window and hour: the day's bookings, whatever became of them.

    `identifier` and `applicant`: numbers of pseudonyms (of the MD5 of an agent's id); `applicant` is null for a
    citizen nobody identified; `clerk_id`, `window_id` and `hour` (0 to 23, of the call, on the centre's clock) are
    null where nobody served.
    """
    table, number = night.bookings, night.engine.number
    hour = ((table.called_at.epoch_seconds() + table.utc_offset_s) // HOUR_S % 24).cast("int64")
    parts = [
        table.filter(table[kind].notnull()).select(
            "service_day",
            kind=ibis.literal(kind),
            identifier=number(table[kind].hexdigest("md5") if kind == "agent_id" else table[kind]),
            applicant=number(table.applicant_id),
            centre_id=table.centre_id,
            service_code=table.service_code,
            clerk_id=table.clerk_id,
            window_id=table.window_id,
            hour=hour,
        )
        for kind in IDENTIFIERS
    ]
    edges = ibis.union(*parts)
    return edges.group_by(edges.columns).aggregate(bookings=edges.count()).order_by(edges.columns)
