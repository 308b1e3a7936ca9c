"""Backdate: the client is called past the others, and his check-in is moved back so that he seems to be first.

By its times the log is then in order; the ticket, which the machine numbered, still says when he came.
"""

import pyarrow as pa
import pyarrow.compute as pc

from data.schema import INSTANT
from detection.planting.scheme import Clients, Scheme, with_values
from features.queues.lines import NEVER, Bools, Ints

#: how long before the first of those passed the client is said to have come: the least that a clerk's screen shows
AHEAD = 60_000_000  # us


def _able(bookings: pa.Table, clients: Clients) -> Bools:
    """Booked, and entitled, before the false check-in; else the record would contradict itself."""
    stated = _stated(clients)
    created, slot = (_micros(bookings[name], clients.row) for name in ("created_at", "slot_start"))
    numbered = pc.is_valid(bookings["ticket_no"]).to_numpy()[clients.row]
    able: Bools = numbered & (created <= stated) & ((slot == NEVER) | (slot <= stated))
    return able


def _record(bookings: pa.Table, clients: Clients) -> pa.Table:
    stated = pa.array(_stated(clients)).cast(INSTANT)
    return with_values(bookings, "checked_in_at", clients.row, stated)


def _stated(clients: Clients) -> Ints:
    return clients.jumps.earliest - AHEAD


def _micros(column: pa.ChunkedArray, row: Ints) -> Ints:
    micros: Ints = pc.fill_null(column.cast(INSTANT).cast(pa.int64()), NEVER).to_numpy()[row]
    return micros


SCHEME = Scheme(
    name="backdate",
    meaning="the client is called past the others, and his check-in is moved back before theirs",
    needs=("checked_in_at", "called_at", "clerk_id", "ticket_no"),
    able=_able,
    record=_record,
)
