"""With which telephone numbers people came in parties."""

import ibis
import ibis.expr.types as ir

from features.night import Night
from features.summary import summary

#: days over which a messenger's telephone shows itself, the night's included
PARTY_DAYS = 30

#: people under one number who came within `PARTY_S` of each other, from which they came together: more than a household
PARTY = 6
#: s; as long as it takes to draw tickets for a dozen at the machine and the counter
PARTY_S = 600


@summary(days=PARTY_DAYS, reads={"bookings": 1})
def parties(night: Night) -> ir.Table:
    """Per centre and telephone: how many citizens `came` to the hall that day, and how many of them in a party.

    `phone`: the number of a pseudonym. Who came twice counts once, as the first time; whom nobody identified, as one.
    """
    number, rows = night.engine.number, night.bookings
    rows = rows.mutate(phone=number(rows.phone), who=number(rows.applicant_id), at=rows.checked_in_at.epoch_seconds())
    rows = rows.filter(rows.phone.notnull(), rows["at"].notnull())
    rows = rows.group_by("service_day", "centre_id", "phone", "who").aggregate(at=rows["at"].min())
    near = ibis.range_window(group_by=["centre_id", "phone"], order_by="at", preceding=PARTY_S, following=PARTY_S)
    rows = rows.mutate(near=rows.count().over(near))
    kind = ["service_day", "centre_id", "phone"]
    together = (rows.near >= PARTY).cast("int64").sum()
    return rows.group_by(kind).aggregate(came=rows.count(), together=together).order_by(kind)
