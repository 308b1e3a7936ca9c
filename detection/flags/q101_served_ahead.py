"""Q101: served ahead of people who were waiting."""

import ibis.expr.types as ir

from detection.flag import Innocent, flag


@flag(
    code="Q101",
    family="order",
    side="benefit",
    unit="people",
    at_least=3,
    why="Who is called past several waiting people without a recorded reason has had a turn that was theirs.",
    source="The contract's definition of overtaking; three, because clocks and clerks swap neighbours by themselves.",
    innocent=(
        Innocent("a priority class that may go first, also one that went further than its class usually does", True),
        Innocent("a recall after a missed call", checked=True),
        Innocent("returning with a paper that was missing", checked=True),
        Innocent("those passed were absent when first called", checked=True),
        Innocent("a trainee's miscall or an outage: compare the other calls of that hour", checked=False),
    ),
    text="called past {value} people entitled earlier; {expected} is usual in this queue",
)
def served_ahead(features: ir.Table) -> ir.Value:
    """People entitled earlier and waiting at the same queue whom this booking's call passed unexplained.

    Whom a recorded class passed beyond its credit is a question about that class, not this flag's.
    """
    return features.people_passed - features.people_passed_beyond_credit.fill_null(0)
