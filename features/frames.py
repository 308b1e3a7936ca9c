"""The frames that features are columns of: Ibis tables with one row a booking of the night, and its own columns.

A frame is a function of the night's `Inputs`; its name is what a feature's argument is called.
"""

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from data.pseudonyms import UNIDENTIFIED

KEY = ["centre_id", "booking_id"]

#: days over which identifiers link bookings, the night's included
LINK_DAYS = 30

#: identifiers that different citizens may share
IDENTIFIERS = ("phone", "device_id", "ip")


@dataclass(frozen=True)
class Inputs:
    """What a night's features are made of.

    `bookings`, the bookings of the night's service day; `order`, their counts from the ledger; `events`, the
    bookings created in the `LINK_DAYS` days up to the night, whatever day they are for.
    """

    bookings: ir.Table
    order: ir.Table
    events: ir.Table


def bookings(inputs: Inputs) -> ir.Table:
    """The bookings as delivered."""
    return inputs.bookings


def order(inputs: Inputs) -> ir.Table:
    """The bookings with the ledger's counts, their wait since entitlement and their queue's median wait (minutes).

    Without a check-in nobody knows whether a booking waited: it has no wait and no part in the median.
    """
    table = inputs.bookings.left_join(inputs.order.drop("service_day"), KEY, rname="order_{name}")
    entitled = ibis.greatest(table.slot_start.fill_null(table.checked_in_at), table.checked_in_at)
    waited = (table.called_at.epoch_seconds() - entitled.epoch_seconds()) / 60.0
    table = table.mutate(wait_minutes=table.checked_in_at.notnull().ifelse(waited, None))
    queue = ibis.window(group_by=["centre_id", "service_code"])
    return table.mutate(median_wait_minutes=table.wait_minutes.median().over(queue))


def links(inputs: Inputs) -> ir.Table:
    """The bookings with the number of different citizens on each of their identifiers, `applicants_on_<identifier>`.

    Only identifiers of the night are counted, so the work follows the night; a citizen whom nobody identified
    counts as nobody. Zero: everybody who booked with it is unidentified, or booked before the window.
    """
    table = inputs.bookings
    known = inputs.events.filter(~inputs.events.applicant_id.startswith(UNIDENTIFIED))
    for name in IDENTIFIERS:
        counted = (
            known.filter(known[name].notnull())
            .semi_join(inputs.bookings, name)
            .group_by(name)
            .aggregate(applicants=known.applicant_id.nunique())
        )
        table = table.left_join(counted, name, rname="again_{name}").drop(f"again_{name}")
        table = table.mutate(applicants=table.applicants.fill_null(0)).rename({f"applicants_on_{name}": "applicants"})
    return table


FRAMES: dict[str, Callable[[Inputs], ir.Table]] = {frame.__name__: frame for frame in (bookings, order, links)}
