"""Jumps planted in the bookings of a log: the changed bookings, and the truth about them."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import UserError
from data.truth import TRUTH
from detection.planting.draw import drawn
from detection.planting.jumps import jumps, moved, queues
from detection.planting.scheme import Clients
from detection.planting.wish import Wish
from features.order import Discipline

#: people whom a planted jump passes more than before, at least: from here on Q101 speaks of it
LEAST_PASSED = 3  # people


@dataclass(frozen=True)
class Planted:
    """The bookings with the planted jumps, in the order in which they came, and the truth.

    `clerks`: who called the clients; `days`: wished days with bookings; `days_short`: those of them on which fewer
    jumps were possible than wished; `passed`: people passed more than before, one figure a jump; `moved`: calls that
    serve somebody else now.
    """

    bookings: pa.Table
    truth: pa.Table
    clerks: tuple[str, ...]
    days: int
    days_short: int
    passed: list[int]
    moved: int


def planted(bookings: pa.Table, wish: Wish, *, discipline: Discipline) -> Planted:
    """Plant what was wished in `bookings` (contract's columns, any days), of which `discipline` orders the queues.

    Raises `UserError` where the wish does not fit the log, or not one jump is possible.
    """
    scheme = wish.plan()
    wish.require_columns(bookings)
    inside = wish.days(bookings)
    line = queues(bookings, discipline)
    clerks = wish.whose(bookings, line, inside)
    own = pc.is_in(bookings["clerk_id"], pa.array(clerks)).to_numpy()[line.row] & line.served
    possible = jumps(line, own & inside[line.row])
    possible = possible.only(possible.passed >= LEAST_PASSED)
    possible = possible.only(scheme.able(bookings, Clients(line.row[possible.place], possible)))
    day = bookings["service_day"].cast(pa.int32()).to_numpy()
    done = drawn(possible, day[line.row[possible.place]], line.row.size, per_day=wish.per_day, seed=wish.seed)
    if not done.place.size:
        raise _nothing(wish, clerks)
    clients = Clients(line.row[done.place], done)
    changed = scheme.record(moved(bookings, line, done), clients)
    days = np.unique(day[inside])
    _, jumps_of_day = np.unique(np.concatenate([days, day[clients.row]]), return_counts=True)
    return Planted(
        bookings=changed,
        truth=_truth(changed, wish.scheme, clients),
        clerks=clerks,
        days=days.size,
        days_short=int((jumps_of_day - 1 < wish.per_day).sum()),
        passed=done.passed.tolist(),
        moved=int((done.place - done.to + 1).sum()),
    )


def _truth(bookings: pa.Table, scheme: str, clients: Clients) -> pa.Table:
    """A row a client, by key; the clerk of a client is the one whose call it got."""
    of = bookings.select(["centre_id", "booking_id", "clerk_id"]).take(pa.array(clients.row))
    rows = of.num_rows
    columns = {
        "centre_id": of["centre_id"],
        "booking_id": of["booking_id"],
        "scheme": pa.repeat(scheme, rows),
        "ring": pc.binary_join_element_wise("planted", of["clerk_id"], "-"),
        "clerk_id": of["clerk_id"],
        "carried_out": pa.repeat(True, rows),
        "capacity_per_day": pa.nulls(rows, pa.float64()),
    }
    return pa.table(columns).cast(TRUTH).sort_by([("centre_id", "ascending"), ("booking_id", "ascending")])


def _nothing(wish: Wish, clerks: tuple[str, ...]) -> UserError:
    return UserError(
        f"no client of {', '.join(clerks)} could be called past {LEAST_PASSED} people or more by {wish.scheme}",
        where="bookings",
        next_step="Choose more days or another --clerk; in a hall without queues there is nothing to jump.",
    )
