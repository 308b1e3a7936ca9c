"""The bookings beside what the ledger says of them."""

import ibis
import ibis.expr.types as ir

from features.night import KEY, Night
from features.queues.ruled import ruled


def order(night: Night) -> ir.Table:
    """The bookings with the ledger's counts, their wait since entitlement and their queue's median wait (minutes).

    Without a check-in nobody knows whether a booking waited: it has no wait and no part in the median. `discipline`
    and `credit_s`: what `features/queues/ruled.py` says of them.
    """
    counts = night.table("order").drop("service_day")
    table = ruled(night, night.bookings).left_join(counts, KEY, rname="order_{name}")
    entitled = ibis.greatest(table.slot_start.fill_null(table.checked_in_at), table.checked_in_at)
    waited = (table.called_at.epoch_seconds() - entitled.epoch_seconds()) / 60.0
    table = table.mutate(entitled_wait_minutes=table.checked_in_at.notnull().ifelse(waited, None))
    queue = ibis.window(group_by=["centre_id", "service_code"])
    return table.mutate(median_wait_minutes=table.entitled_wait_minutes.median().over(queue))
