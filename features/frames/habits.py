"""The bookings beside what became of earlier ones of the same citizen and of the same device."""

import ibis.expr.types as ir

from features.night import Night
from features.summaries.habits import HABIT_DAYS, WHOSE

#: what is known of each of `WHOSE`
KNOWN = ("bookings", "served", "unserved", "missed", "centres", "days_kept")


def habits(night: Night) -> ir.Table:
    """The bookings with the columns `<whose>_<known>`, for each of `WHOSE` and `KNOWN`, over `HABIT_DAYS` days.

    The sums of the summary `habits`; `centres`: different ones; `days_kept`: days on which a booking was kept where
    others were turned away, null where no centre that they booked at turned anybody away. Only citizens and devices
    of the night are looked up, so the work follows the night.
    """
    past = night.table("habits", HABIT_DAYS)
    tonight = past.filter(past.service_day == night.day).select("kind", "who").distinct()
    past = past.semi_join(tonight, ["kind", "who"])
    sums = {name: past[name].sum() for name in ("bookings", "served", "unserved", "missed")}
    found = night.engine.kept(
        past.group_by("kind", "who").aggregate(
            **sums,
            centres=past.centre_id.nunique(),
            days_kept=past.kept.max().notnull().ifelse(past.service_day.nunique(where=past.kept > 0), None),
        )
    )
    table = night.bookings
    for kind in WHOSE:
        mine = found.filter(found.kind == kind).rename({f"{kind}_{name}": name for name in KNOWN})
        table = table.mutate(who=night.engine.number(table[kind])).left_join(mine.drop("kind"), "who")
        table = table.drop("who", "who_right")
    return table
