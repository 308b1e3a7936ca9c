"""Passing set against chance: what calls of the same kind pass by themselves."""

import ibis.expr.types as ir

from features.catalogue.order import NO_PLACE
from features.declare import feature

FEW_CALLS = f"{NO_PLACE}, or fewer than five other calls of its centre in 28 days"


@feature(unit="people", needs=("called_at",), null=FEW_CALLS)
def expected_people_passed(expected: ir.Table) -> ir.Value:
    """People whom a call of the same stratum passes unexplained by chance, over the 28 days up to the night.

    The stratum is the queue, whether a class or a missed call lets the booking pass, the hour, the people waiting, the
    windows open and the weekday. The call itself is left out, and a stratum with few calls leans on the other weekdays,
    those on their queue's hour, that on the queue, that on the centre. Of one call no more than 100 people count.
    """
    return expected.expected_people_passed


@feature(unit="people", needs=("called_at",), null=FEW_CALLS)
def excess_people_passed(expected: ir.Table) -> ir.Value:
    """People passed unexplained beyond `expected_people_passed`; below 0: fewer than expected."""
    return expected.excess_people_passed


@feature(unit="probability", needs=("called_at",), null=FEW_CALLS)
def people_passed_p(expected: ir.Table) -> ir.Value:
    """Share of the calls of the stratum, this one included, that pass as many people or more.

    A p-value by rank: no lower than one over the calls compared with, and 1 for a call that passed nobody. Strata lean
    on larger groups as for `expected_people_passed`.
    """
    return expected.people_passed_p


FEW_OF_CLERK = "no clerk, or fewer than ten calls of the clerk in 28 days while colleagues called in the same queue"
FEW_OF_WINDOW = "no window, or fewer than ten calls of the window in 28 days while others called in the same queue"
FEW_OF_CLASS = f"no priority class, {FEW_OF_CLERK} and the class was called there"
FEW_TYPED = (
    "no priority class, not typed in by a known employee, or fewer than ten calls in 28 days of what that one typed in "
    "while others' was called in the same queue and the class with it"
)


@feature(unit="calls", needs=("clerk_id",), null=FEW_OF_CLERK)
def clerk_excess_calls(expected: ir.Table) -> ir.Value:
    """Calls of the booking's clerk that passed somebody unexplained, beyond what colleagues' calls would have.

    Ordinary calls over the 28 days up to the night, each hour of a queue and shift compared with itself: an outage or a
    crowd meets everybody who calls in it. The clerk's own calls are not in what is expected.
    """
    return expected.clerk_excess


@feature(unit="probability", needs=("clerk_id",), null=FEW_OF_CLERK)
def clerk_excess_p(expected: ir.Table) -> ir.Value:
    """How likely chance deals the clerk as many calls that pass somebody, or more: exact, given each hour's number."""
    return expected.clerk_p


@feature(unit="calls", needs=("window_id",), null=FEW_OF_WINDOW)
def window_excess_calls(expected: ir.Table) -> ir.Value:
    """The same as `clerk_excess_calls` for the booking's window, whoever sat at it."""
    return expected.window_excess


@feature(unit="probability", needs=("window_id",), null=FEW_OF_WINDOW)
def window_excess_p(expected: ir.Table) -> ir.Value:
    """How likely chance deals the window as many calls that pass somebody, or more."""
    return expected.window_p


@feature(unit="calls", needs=("clerk_id", "priority_class"), null=FEW_OF_CLASS)
def clerk_class_excess(expected: ir.Table) -> ir.Value:
    """Calls of the booking's priority class by its clerk, beyond what colleagues' calls would have been of it.

    Over the 28 days up to the night, each hour of a queue and shift compared with itself. A window kept for the
    class, and who sat at it, is a lawful explanation.
    """
    return expected.class_excess


@feature(unit="probability", needs=("clerk_id", "priority_class"), null=FEW_OF_CLASS)
def clerk_class_excess_p(expected: ir.Table) -> ir.Value:
    """How likely chance deals the clerk as many calls of the booking's priority class, or more."""
    return expected.class_p


@feature(unit="calls", needs=("created_by", "priority_class"), null=FEW_TYPED)
def typist_class_excess(expected: ir.Table) -> ir.Value:
    """Of what the booking's typist typed in, calls of its class beyond what colleagues' would have been of it.

    As `clerk_class_excess`: over 28 days, each hour of a queue and shift compared with itself. Who types in all who
    come with a card of that class is a lawful explanation.
    """
    return expected.typist_excess


@feature(unit="probability", needs=("created_by", "priority_class"), null=FEW_TYPED)
def typist_class_excess_p(expected: ir.Table) -> ir.Value:
    """How likely chance deals the typist as many calls of the booking's priority class, or more."""
    return expected.typist_p
