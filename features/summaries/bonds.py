"""What ties citizens together: the day's contacts on identifiers that several citizens share."""

import ibis.expr.types as ir

from features.night import Night
from features.summary import summary

#: days within which citizens on one identifier belong together, the night's included
BOND_DAYS = 30

#: identifiers that tie. An address does not: behind one stand a carrier's, an office's or a library's strangers
TYING = ("phone", "device_id", "agent_id")


@summary(days=BOND_DAYS, reads={"contacts": BOND_DAYS})
def bonds(night: Night) -> ir.Table:
    """The day's `contacts` on identifiers that two or more citizens used within the window, with `seen_day`.

    An identifier that only now came to be shared brings the earlier rows of its sole citizen with it. So the distinct
    rows of `BOND_DAYS` days are all contacts of all identifiers shared within them (and a few of others), each stored
    about once, and no day depends on another's having been made before.
    """
    past = night.table("contacts", BOND_DAYS)
    past = past.filter(past.kind.isin(TYING))
    key = ["kind", "identifier"]
    past = past.semi_join(past.filter(past.service_day == night.today), key)
    earlier = past.service_day < night.today
    users = past.group_by(key).aggregate(
        least=past.applicant.min(),
        most=past.applicant.max(),
        least_before=past.applicant.min(where=earlier),
        most_before=past.applicant.max(where=earlier),
    )
    users = users.filter(users.least < users.most)
    rows = past.inner_join(users, key)
    already_shared = (rows.least_before < rows.most_before).fill_null(False)
    rows = rows.filter((rows.service_day == night.today) | ~already_shared)
    rows = rows.rename(seen_day="service_day").mutate(service_day=night.today)
    return rows.order_by(*key, "seen_day", "applicant", "centre_id", "service_code", "hour", "clerk_id", "window_id")
