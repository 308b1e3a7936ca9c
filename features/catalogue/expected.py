"""Passing set against chance: what calls of the same kind pass by themselves."""

import ibis.expr.types as ir

from features.catalogue.order import CALLED, NO_PLACE
from features.declare import feature

FEW_CALLS = f"{NO_PLACE}, or fewer than five other calls of its centre in 28 days"


@feature(unit="people", needs=CALLED, null=FEW_CALLS)
def expected_people_passed(expected: ir.Table) -> ir.Value:
    """People whom a call of the same stratum passes unexplained by chance, over the 28 days up to the night.

    The stratum is the queue, whether a recorded reason lets the booking pass, the hour, the people waiting and the
    windows open. The call itself is left out, and a stratum with few calls leans on its queue's hour, that on the
    queue, that on the centre. Of one call no more than 100 people count.
    """
    return expected.expected_people_passed


@feature(unit="people", needs=CALLED, null=FEW_CALLS)
def excess_people_passed(expected: ir.Table) -> ir.Value:
    """People passed unexplained beyond `expected_people_passed`; below 0: fewer than expected."""
    return expected.people_passed - expected.expected_people_passed


@feature(unit="probability", needs=CALLED, null=FEW_CALLS)
def people_passed_p(expected: ir.Table) -> ir.Value:
    """Share of the calls of the stratum, this one included, that pass as many people or more.

    A p-value by rank: no lower than one over the calls compared with, and 1 for a call that passed nobody. Strata lean
    on larger groups as for `expected_people_passed`.
    """
    return expected.people_passed_p
