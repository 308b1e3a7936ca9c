"""How many attempts to book a centre has turned away for each day."""

import ibis.expr.types as ir

from features.night import Night
from features.summary import summary

#: days in which a refusal shows that a centre delivers them, the night's included
REFUSED_DAYS = 28


@summary(days=REFUSED_DAYS, reads={"refusals": 1})
def refused(night: Night) -> ir.Table:
    """Per centre: the attempts to book for the day that found no slot. Without any, a centre has no row."""
    rows = night.table("refusals")
    return rows.group_by("service_day", "centre_id").aggregate(refusals=rows.count()).order_by("centre_id")
