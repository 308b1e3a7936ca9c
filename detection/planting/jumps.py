"""Which calls of a log could have been somebody else's: the queues as sequences of calls, and the jumps in them.

A queue is that of the ledger: one item of business at one centre on one day, in the order its discipline gives. A
jump gives a clerk's call to a client who came later, and each of those between the next call of the queue.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.schema import INSTANT
from features.order import RANKS, Discipline
from features.queues.lines import NEVER, Bools, Ints, compiled

#: what belongs to a call rather than to whom it serves. The time of service stays with the call as well, so that a
#: window still serves one person at a time; those who change places came for the same item
OF_THE_CALL = ("called_at", "served_from", "served_to", "window_id", "clerk_id")

NOWHERE = -1

_QUEUE = ("service_day", "centre_id", "service_code")


class Queues(NamedTuple):
    """The assessed calls of a log, queue by queue in the order of the calls; all arrays of one length.

    `row`: of the bookings; `start`, `end`: the queue's first place, and the one behind its last; `rank`, `present`,
    `called`, `missed`: as in the ledger (microseconds); `served`: it ended in a service, so that it can change hands;
    `client`: ordinary, and called once, so that nothing on record explains that it passes somebody.
    """

    row: Ints
    start: Ints
    end: Ints
    rank: Ints
    present: Ints
    called: Ints
    missed: Ints
    served: Bools
    client: Bools


class Jumps(NamedTuple):
    """Jumps, each a client's place and the earlier place it is called at; all arrays of one length.

    `passed`: people whom the client passes more than before; `earliest`: when the first of them checked in
    (microseconds).
    """

    place: Ints
    to: Ints
    passed: Ints
    earliest: Ints

    def only(self, which: Bools | Ints) -> "Jumps":
        """Some of them."""
        return Jumps(*(column[which] for column in self))


def queues(bookings: pa.Table, discipline: Discipline) -> Queues:
    """The queues of a log; bookings never called, or without what orders them, are in none."""
    rank = RANKS[discipline](bookings)
    called_in = pc.and_(pc.is_valid(bookings["checked_in_at"]), pc.is_valid(bookings["called_at"]))
    assessed = pc.and_(called_in, pc.is_valid(rank))
    named = bookings.select([*_QUEUE, "called_at", "booking_id"]).append_column("row", _numbers(bookings.num_rows))
    named = named.filter(assessed).sort_by([(name, "ascending") for name in (*_QUEUE, "called_at", "booking_id")])
    row = named["row"].to_numpy()
    start, end = _bounds(named)
    called = _micros(bookings["called_at"])[row]
    missed = _micros(bookings["missed_at"], NEVER)[row]
    ordinary = pc.is_null(bookings["priority_class"]).to_numpy()[row]
    served = pc.equal(bookings["status"], "served").to_numpy()[row]
    return Queues(
        row,
        start,
        end,
        pc.fill_null(rank, 0).to_numpy()[row],
        _micros(bookings["checked_in_at"])[row],
        called,
        missed,
        served,
        served & ordinary & (missed == NEVER),
    )


def jumps(line: Queues, own: Bools) -> Jumps:
    """For each client the first call at a place in `own` that was made while he waited, if that passes anybody."""
    place = np.arange(line.row.size)
    to, passed, earliest = (np.full(place.size, NOWHERE) for _ in range(3))
    _find(line, own, to, passed, earliest)
    return Jumps(place, to, passed, earliest).only(passed > 0)


def moved(bookings: pa.Table, line: Queues, done: Jumps) -> pa.Table:
    """The bookings after jumps of which no two share a place: same calls, other people."""
    call = np.arange(line.row.size)
    for place, to in zip(done.place, done.to, strict=True):
        call[to:place] = np.arange(to + 1, place + 1)
        call[place] = to
    source = np.arange(bookings.num_rows)
    source[line.row] = line.row[call]
    for name in OF_THE_CALL:
        field = bookings.schema.field(name)
        bookings = bookings.set_column(bookings.schema.get_field_index(name), field, bookings[name].take(source))
    return bookings


@compiled
def _find(line: Queues, own: Bools, to: Ints, passed: Ints, earliest: Ints) -> None:
    for place in range(line.row.size):
        if not line.client[place]:
            continue
        before = place - 1  # back over the calls that were made while the client waited
        while before >= line.start[place] and line.called[before] >= line.present[place] and line.served[before]:
            if own[before]:
                to[place] = before
            before -= 1
        if to[place] >= 0:
            passed[place], earliest[place] = _gain(line, place, to[place])


@compiled
def _gain(line: Queues, place: int, to: int) -> tuple[int, int]:
    """People passed more than before, and the earliest check-in among those that are passed now."""
    then, now, rank = line.called[to], line.called[place], line.rank[place]
    gain, earliest = 0, NEVER
    for other in range(to, place):
        waiting = line.present[other] <= then and line.missed[other] > then
        if line.rank[other] < rank and waiting and line.called[other + 1] > then:
            gain += 1
            earliest = min(earliest, line.present[other])
    for other in range(place + 1, line.end[place]):  # whom the client passed when called in turn, and no more
        waiting = then < line.present[other] <= now and line.missed[other] > now
        if line.rank[other] < rank and waiting and line.called[other] > now:
            gain -= 1
    return gain, earliest


def _bounds(named: pa.Table) -> tuple[Ints, Ints]:
    """First place, and the one behind the last, of the queue that each sorted row is in."""
    size = named.num_rows
    fresh = np.zeros(size + 1, np.bool_)
    fresh[[0, size]] = True
    for name in _QUEUE:
        values = named[name].combine_chunks()
        fresh[1:size] |= pc.not_equal(values[1:], values[:-1]).to_numpy(zero_copy_only=False)
    edges = np.flatnonzero(fresh)
    length = np.diff(edges)
    return np.repeat(edges[:-1], length), np.repeat(edges[1:], length)


def _micros(column: pa.ChunkedArray, unknown: int = 0) -> Ints:
    micros: Ints = pc.fill_null(column.cast(INSTANT).cast(pa.int64()), unknown).to_numpy()
    return micros


def _numbers(size: int) -> pa.Array:
    return pa.array(np.arange(size))
