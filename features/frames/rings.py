"""The bookings beside the ring that they are of."""

import ibis.expr.types as ir

from features.night import KEY, Night


def rings(night: Night) -> ir.Table:
    """The bookings with the columns of their ring, all null where they are of none, and whether that is `assessed`.

    A booking that names neither telephone nor agent may be a ring's all the same: only where it is known to be one's
    is it assessed.
    """
    found = night.table("rings").drop("service_day", "kind", "identifier", "applicants").distinct()
    affinity = night.table("affinity").drop("service_day")
    table = night.bookings.left_join(affinity, KEY, rname="{name}_tied").left_join(
        found, "ring_id", rname="{name}_found"
    )
    known = table.ring_id.notnull() | table.phone.notnull() | table.agent_id.notnull()
    return table.mutate(assessed=known)
