"""With which telephone numbers people came in delegations."""

import ibis
import ibis.expr.types as ir

from features.night import Night
from features.summary import summary

#: days over which a messenger's telephone shows itself, the night's included
DELEGATION_DAYS = 30

#: people under one number who came within `DELEGATION_S` of each other, from which they came together: more than a
#: household
DELEGATION = 6
#: s; as long as it takes to draw tickets for a dozen at the machine and the counter
DELEGATION_S = 600


@summary(days=DELEGATION_DAYS, reads={"bookings": 1})
def delegations(night: Night) -> ir.Table:
    """Per centre and telephone: how many citizens `came` to the hall that day, and how many of them in a delegation.

    `phone`: the number of a pseudonym. Who came twice counts once, as the first time; whom nobody identified, as one.
    """
    number, rows = night.engine.number, night.bookings
    rows = rows.mutate(phone=number(rows.phone), who=number(rows.applicant_id), at=rows.checked_in_at.epoch_seconds())
    rows = rows.filter(rows.phone.notnull(), rows["at"].notnull())
    rows = rows.group_by("service_day", "centre_id", "phone", "who").aggregate(at=rows["at"].min())
    near = ibis.range_window(
        group_by=["centre_id", "phone"], order_by="at", preceding=DELEGATION_S, following=DELEGATION_S
    )
    rows = rows.mutate(near=rows.count().over(near))
    kind = ["service_day", "centre_id", "phone"]
    together = (rows.near >= DELEGATION).cast("int64").sum()
    return rows.group_by(kind).aggregate(came=rows.count(), together=together).order_by(kind)
