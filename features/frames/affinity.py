"""The bookings beside how their ring, agent or shared identifier has met their clerk and window."""

import ibis.expr.types as ir

from features.night import KEY, Night


def affinity(night: Night) -> ir.Table:
    """The bookings with the columns of the table `affinity`, null where there is nothing to compare."""
    found = night.table("affinity").drop("service_day", "ring_id")
    return night.bookings.left_join(found, KEY, rname="{name}_found")
