"""The bookings beside others that share an identifier with them."""

import ibis.expr.types as ir

from features.night import Night
from features.summaries.contacts import IDENTIFIERS


def links(night: Night) -> ir.Table:
    """The bookings with the number of different citizens on each identifier, `applicants_on_<identifier>`.

    Only identifiers of the night are counted, so the work follows the night; a citizen whom nobody identified
    counts as nobody.
    """
    past = night.table("contacts", 30)
    past = past.filter(past.applicant.notnull())
    table = night.bookings
    for name in IDENTIFIERS:
        table = table.mutate(identifier=night.engine.number(table[name]))
        counted = (
            past.filter(past.kind == name)
            .semi_join(table, "identifier")
            .group_by("identifier")
            .aggregate(applicants=past.applicant.nunique())
        )
        table = table.left_join(counted, "identifier").drop("identifier", "identifier_right")
        table = table.mutate(applicants=table.applicants.fill_null(0)).rename({f"applicants_on_{name}": "applicants"})
    return table
