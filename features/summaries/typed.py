"""Which employee typed in bookings with which telephone number."""

import ibis.expr.types as ir

from features.night import Night
from features.summary import summary

#: days over which a hall's own telephone shows itself, the night's included
TYPED_DAYS = 30


@summary(days=TYPED_DAYS, reads={"bookings": 1})
def typed(night: Night) -> ir.Table:
    """Per centre, employee and telephone: the day's bookings that were typed in; null, where none was recorded.

    `phone`: the number of a pseudonym.
    """
    rows = night.bookings.filter(night.bookings.channel == "staff")
    rows = rows.mutate(phone=night.engine.number(rows.phone))
    kind = ["service_day", "centre_id", "created_by", "phone"]
    return rows.group_by(kind).aggregate(bookings=rows.count()).order_by(kind)
