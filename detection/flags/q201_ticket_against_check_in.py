"""Q201: the ticket number contradicts the recorded check-in time."""

import ibis.expr.types as ir

from detection.flag import Innocent, flag


@flag(
    code="Q201",
    family="records",
    side="benefit",
    unit="people",
    at_least=5,
    why="Tickets are numbered as they are taken. A check-in that is recorded earlier than those of many lower "
    "numbers was moved back, so that the order of service looks right.",
    source="Hall machines number tickets in sequence; five, because neighbours swap within the clocks' skew.",
    innocent=(
        Innocent("two machines whose clocks differ: then whole stretches of tickets contradict", checked=False),
        Innocent("a ticket replaced after a paper jam", checked=False),
    ),
    text="checked in, on record, before {value} people with lower ticket numbers; {expected} is usual in this queue",
)
def ticket_against_check_in(features: ir.Table) -> ir.Value:
    """People of the centre with a lower ticket number and a later recorded check-in."""
    return features.tickets_contradicted
