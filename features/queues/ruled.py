"""The bookings of a night beside the rule that orders their queue and the credit of their class."""

import ibis
import ibis.expr.types as ir

from features.night import Night
from features.order import NO_DISCIPLINE

#: what `ruled` reads, and how many days of each
RULED_BY = {"centres": 1, "disciplines": 1}
QUEUE = ["centre_id", "service_code"]


def ruled(night: Night, rows: ir.Table) -> ir.Table:
    """These bookings of the night with `discipline`, and `credit_s` where that of their class is not absolute.

    A queue of which nothing is known yet has the rule that its centre declares, or else `NO_DISCIPLINE`.
    """
    known = night.table("disciplines")
    rules = known.filter(known.priority_class.isnull()).select(*QUEUE, "rule")
    credits = known.filter(known.credit_s.notnull()).select(*QUEUE, "priority_class", "credit_s")
    centres = night.table("centres").select("centre_id", declared="discipline")
    rows = rows.left_join(rules, QUEUE).drop("centre_id_right", "service_code_right")
    rows = rows.left_join(credits, [*QUEUE, "priority_class"])
    rows = rows.drop("centre_id_right", "service_code_right", "priority_class_right")
    rows = rows.left_join(centres, "centre_id").drop("centre_id_right")
    return rows.mutate(discipline=ibis.coalesce(rows.rule, rows.declared, NO_DISCIPLINE)).drop("rule", "declared")
