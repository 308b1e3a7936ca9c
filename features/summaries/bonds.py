"""What ties citizens together: the day's contacts on identifiers that several citizens share."""

import ibis.expr.types as ir

from features.night import Night
from features.summary import summary

#: days within which citizens on one identifier belong together, the night's included
BOND_DAYS = 30

#: identifiers that tie. An address does not: behind one stand a carrier's, an office's or a library's strangers
TYING = ("phone", "device_id", "agent_id")
KEY = ["kind", "identifier"]


@summary(days=BOND_DAYS, reads={"contacts": BOND_DAYS})
def bonds(night: Night) -> ir.Table:
    """The day's `contacts` on identifiers that two or more citizens used within the window, with `seen_day`.

    An identifier that only now came to be shared brings the earlier rows of its sole citizen with it. So the distinct
    rows of `BOND_DAYS` days are all contacts of all identifiers shared within them (and a few of others), each stored
    about once, and no day depends on another's having been made before.
    """
    past, today = (_tying(night.table("contacts", days)) for days in (BOND_DAYS, 1))
    shared = night.engine.kept(_shared(night, past.semi_join(today.select(KEY).distinct(), KEY)))
    newly = shared.filter(~shared.already)
    earlier = past.filter(past.service_day < night.today).semi_join(newly, KEY)
    rows = today.semi_join(shared, KEY).union(earlier)
    rows = rows.rename(seen_day="service_day").mutate(service_day=night.today)
    order = ("seen_day", "applicant", "centre_id", "service_code", "hour", "roster", "clerk_id", "window_id")
    return rows.order_by(*KEY, *order)


def _tying(contacts: ir.Table) -> ir.Table:
    return contacts.filter(contacts.kind.isin(TYING))


def _shared(night: Night, past: ir.Table) -> ir.Table:
    """The identifiers of several citizens, and whether they were theirs `already` before the night."""
    before = past.service_day < night.today
    users = past.group_by(KEY).aggregate(
        least=past.applicant.min(),
        most=past.applicant.max(),
        least_before=past.applicant.min(where=before),
        most_before=past.applicant.max(where=before),
    )
    users = users.filter(users.least < users.most)
    return users.select(*KEY, already=(users.least_before < users.most_before).fill_null(False))
