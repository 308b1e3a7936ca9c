"""The bookings of a night beside the rule that orders their queue and the credit of their class or appointment."""

import ibis
import ibis.expr.types as ir

from features.night import Night
from features.order import APPOINTMENT, MOST_S, NO_DISCIPLINE

#: s; the credit of an appointment that always goes first: as good as without end, and still less than any with more
ALWAYS_S = MOST_S // 2
#: what `ruled` reads, and how many days of each
RULED_BY = {"centres": 1, "disciplines": 1}
QUEUE = ["centre_id", "service_code"]


def ruled(night: Night, rows: ir.Table) -> ir.Table:
    """These bookings of the night with `discipline` and `credit_s`, as the ledger takes them.

    Of no class, who is called once his slot has begun has the credit of appointments, others null. Of a class, such a
    one has both credits together, others their class's alone; null where that has no end. A queue of which nothing is
    known yet has the rule that its centre declares, or else `NO_DISCIPLINE`.
    """
    known = night.table("disciplines")
    rules = known.filter(known.priority_class.isnull()).select(*QUEUE, "rule")
    classes = known.filter(known.credit_s.notnull(), known.priority_class != APPOINTMENT)
    credits = classes.select(*QUEUE, "priority_class", class_credit="credit_s")
    slots = known.filter(known.priority_class == APPOINTMENT)
    slots = slots.select(*QUEUE, slot_credit=slots.credit_s.fill_null(ALWAYS_S))
    centres = night.table("centres").select("centre_id", declared="discipline")
    rows = rows.left_join(rules, QUEUE).drop("centre_id_right", "service_code_right")
    rows = rows.left_join(credits, [*QUEUE, "priority_class"])
    rows = rows.drop("centre_id_right", "service_code_right", "priority_class_right")
    rows = rows.left_join(slots, QUEUE).drop("centre_id_right", "service_code_right")
    by_slot = (rows.slot_start <= rows.called_at).ifelse(rows.slot_credit, None)
    by_class = rows.class_credit + by_slot.fill_null(0)
    credit = rows.priority_class.isnull().ifelse(by_slot, by_class)
    rows = rows.mutate(credit_s=credit).drop("class_credit", "slot_credit")
    rows = rows.left_join(centres, "centre_id").drop("centre_id_right")
    return rows.mutate(discipline=ibis.coalesce(rows.rule, rows.declared, NO_DISCIPLINE)).drop("rule", "declared")
