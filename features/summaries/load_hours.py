"""Who served how many: what a meeting with a clerk is compared with."""

import ibis.expr.types as ir

from features.night import Night
from features.queues.rosters import ROSTERED_BY, rostered
from features.summaries.bonds import BOND_DAYS
from features.summaries.contacts import clock_hour
from features.summary import summary


@summary(days=BOND_DAYS, reads={"bookings": 1, "centres": 1, **ROSTERED_BY})
def load_hours(night: Night) -> ir.Table:
    """Per queue, hour (of the call, 0 to 23, on the centre's clock), roster, clerk and window: the bookings called.

    `clerk_id` or `window_id` null: not delivered; without both there is no row.
    """
    table = rostered(night)
    table = table.filter(table.called_at.notnull() & (table.clerk_id.notnull() | table.window_id.notnull()))
    key = ["service_day", "centre_id", "service_code", "hour", "roster", "clerk_id", "window_id"]
    table = table.mutate(hour=clock_hour(table))
    return table.group_by(key).aggregate(served=table.count()).order_by(key)
