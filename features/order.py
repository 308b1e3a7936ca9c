"""The overtake ledger of a service day: who passed whom, by whose call, and what permitted it.

Everything about order is an aggregate of it. The definition is the contract's, the work is that of
`features/queues/overtaking.py`; here bookings become its arrays and its rows become tables.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.contract import TABLES
from data.schema import INSTANT
from features.queues.lines import NEVER, Bools, Calls, Counts, Ints
from features.queues.overtaking import EXCUSED, PAIRS_LISTED, Pairs, count_overtakes, line_up, list_overtakes

#: What orders a line: entitled from max(slot, check-in); check-in alone; ticket number; slot alone.
Discipline = Literal["entitlement", "check_in", "ticket", "slot"]

#: what orders a line of which nothing is said
NO_DISCIPLINE: Discipline = "entitlement"

# The words of `overtakes.reason`. The first two are also classes of `bookings.priority_class`: they excuse
# all passing of their booking. Any other class has a credit: see `ledger`.
RECALL = "recall"  # came back after a missed call
RETURNING = "returning"  # comes back with a paper
PRIORITY = "priority"  # of a class whose credit covers it
ABSENT = "absent"  # the passed one had been called before and was not there

#: reasons by the kernel's codes; returning, which the kernel does not tell from recall, stands last
REASONS = pa.array([None, RECALL, PRIORITY, ABSENT, RETURNING])
RETURNING_CODE = 4

CREDIT = "credit_s"  # column of bookings: the credit of their class

ALL_SERVICES = "*"  # `queue` of a ledger in which all services of a centre form one line
MOST_S = 10**6  # s; no credit is longer than 11 days
MINUTE = 60_000_000  # us
SECOND = 1_000_000  # us

PAIRS = pa.schema(TABLES["overtakes"].arrow)
COUNTS = pa.schema(
    [
        pa.field("centre_id", pa.string(), nullable=False),
        pa.field("booking_id", pa.string(), nullable=False),
        pa.field("people_passed", pa.int64()),
        pa.field("people_passed_explained", pa.int64()),
        pa.field("people_passed_priority", pa.int64()),
        pa.field("people_passed_recall", pa.int64()),
        pa.field("people_passed_absent", pa.int64()),
        pa.field("passed_by", pa.int64()),
        pa.field("passed_by_explained", pa.int64()),
        pa.field("minutes_taken", pa.float64()),
        pa.field("minutes_lost", pa.float64()),
    ]
)
UNLISTED = pa.schema(
    [
        pa.field("centre_id", pa.string(), nullable=False),
        pa.field("queue", pa.string(), nullable=False),
        pa.field("pairs", pa.int64(), nullable=False),
    ]
)


@dataclass(frozen=True)
class Ledger:
    """The ledger of one service day.

    `pairs` is the contract's table `overtakes`, sorted by queue, call time and entitlement. `counts` has one
    row a booking, in the order given: people it passed and by whom it was passed, unexplained and explained, by reason
    (recall and returning together);
    `minutes_taken`, how much earlier those it passed unexplained were entitled, summed; `minutes_lost`, the
    same seen from the passed (both null under `ticket`, whose numbers are not times). A booking that is not
    assessed, never called or without the check-in or the value that its discipline orders by, has nulls. Tickets need
    no check-in: who has a lower number was there before.
    `unlisted` names the queues with too many pairs to list: they are in `counts`, not in `pairs`.
    """

    pairs: pa.Table
    counts: pa.Table
    unlisted: pa.Table


def ledger(
    bookings: pa.Table,
    *,
    queue: Sequence[str] = ("centre_id", "service_code"),
    discipline: Discipline = "entitlement",
) -> Ledger:
    """Who passed whom among the bookings of one service day (any number of centres; contract's columns).

    `queue`: the columns whose values together name one line. Windows' abilities (`shifts.services`) are not
    considered inside it: what one of its windows can call, all can. A pair's reason is the first that holds
    of recall and returning (the passer's, whomever it passed), priority, absent; null: unexplained.

    Any other class goes before ordinary bookings, or with a column `credit_s` only as far as its seconds reach (null:
    without end): it may be called before somebody who was entitled up to that much earlier; between two classes the
    difference counts. Tickets are no seconds: there any credit above 0 is without end.
    """
    bookings = bookings.combine_chunks()
    assessed, known = _assessed(bookings, queue, discipline)
    lines_of = codes([known[name] for name in queue])
    returning, calls = _calls(known, lines_of, discipline)
    lines = line_up(calls)
    counts = count_overtakes(lines)
    pairs, unlisted = list_overtakes(lines, counts, limit=PAIRS_LISTED)
    line_names = _line_names(known, queue)
    return Ledger(
        pairs=_pairs(known, line_names, pairs, returning),
        counts=_counts(bookings, assessed.to_numpy(), counts, calls.excused, timed=discipline != "ticket"),
        unlisted=_unlisted(known, line_names, lines_of, unlisted),
    )


def counted(
    bookings: pa.Table,
    *,
    queue: Sequence[str] = ("centre_id", "service_code"),
    discipline: Discipline = "entitlement",
) -> pa.Table:
    """`Ledger.counts` alone: where nobody asks who passed whom, listing them is most of the work."""
    bookings = bookings.combine_chunks()
    assessed, known = _assessed(bookings, queue, discipline)
    _, calls = _calls(known, codes([known[name] for name in queue]), discipline)
    counts = count_overtakes(line_up(calls))
    return _counts(bookings, assessed.to_numpy(), counts, calls.excused, timed=discipline != "ticket")


def by_discipline(bookings: pa.Table) -> Iterator[tuple[Discipline, pa.Table]]:
    """The bookings of each discipline that their column `discipline` names."""
    for discipline in sorted(pc.unique(bookings["discipline"]).to_pylist()):
        yield discipline, bookings.filter(pc.equal(bookings["discipline"], discipline))


def _assessed(bookings: pa.Table, queue: Sequence[str], discipline: Discipline) -> tuple[pa.ChunkedArray, pa.Table]:
    """Whether each booking is assessed, and what the kernel needs of those that are, with their `rank`."""
    rank = RANKS[discipline](bookings)
    assessed = pc.and_(pc.is_valid(bookings["called_at"]), pc.is_valid(rank))
    if discipline != "ticket":
        assessed = pc.and_(assessed, pc.is_valid(bookings["checked_in_at"]))
    columns = dict.fromkeys([*queue, *_NEEDED])
    if CREDIT in bookings.column_names:
        columns[CREDIT] = None
    return assessed, bookings.select(list(columns)).append_column("rank", rank).filter(assessed).combine_chunks()


_NEEDED = (
    *("service_day", "centre_id", "booking_id", "window_id", "clerk_id"),
    *("checked_in_at", "called_at", "missed_at", "priority_class"),
)

#: what orders the line, int64; null where a booking has nothing to be ordered by
RANKS: dict[Discipline, Callable[[pa.Table], pa.ChunkedArray]] = {
    "entitlement": lambda bookings: pc.max_element_wise(
        micros(bookings["slot_start"]), micros(bookings["checked_in_at"])
    ),
    "check_in": lambda bookings: micros(bookings["checked_in_at"]),
    "ticket": lambda bookings: bookings["ticket_no"].cast(pa.int64()),
    "slot": lambda bookings: micros(bookings["slot_start"]),
}


def micros(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Microseconds since 1970, int64."""
    return column.cast(INSTANT).cast(pa.int64())


def codes(columns: Sequence[pa.ChunkedArray]) -> Ints:
    """A code from 0 for each combination of values that occurs, in their order; null is a value."""
    found = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        words = _places(column.cast(pa.string()).combine_chunks())
        found = _places(pa.array(found * (words.max(initial=0) + 1) + words))
    return found


def _places(values: pa.Array) -> Ints:
    """The place of each value among those that occur, from 0."""
    words = values.dictionary_encode(null_encoding="encode")
    place = np.argsort(pc.array_sort_indices(words.dictionary).to_numpy())
    places: Ints = place[words.indices.to_numpy()]
    return places


def _calls(known: pa.Table, codes: Ints, discipline: Discipline) -> tuple[Bools, Calls]:
    """The kernel's arrays, and for each booking whether its excuse is to be returning rather than recalled."""
    called = micros(known["called_at"]).to_numpy()
    missed = pc.fill_null(micros(known["missed_at"]), NEVER).to_numpy()
    words = known["priority_class"].cast(pa.string())
    recalled = _is(words, RECALL) | (missed <= called)
    returning = _is(words, RETURNING) & ~recalled
    ordinary = pc.is_null(words).to_numpy() | _is(words, RECALL) | _is(words, RETURNING)
    calls = Calls(
        queue=codes,
        rank=known["rank"].to_numpy(),
        present=pc.fill_null(micros(known["checked_in_at"]), -NEVER).to_numpy(),
        called=called,
        missed=missed,
        credit=np.where(ordinary, 0, _credits(known, discipline)),
        excused=recalled | returning,
    )
    return returning, calls


def _credits(known: pa.Table, discipline: Discipline) -> Ints:
    """The credit that each booking would have if its class had one, in the units of its rank."""
    if CREDIT not in known.column_names:
        return np.full(len(known), NEVER)
    seconds = pc.fill_null(known[CREDIT], NEVER).to_numpy()
    if discipline == "ticket":
        return np.where(seconds > 0, NEVER, 0)
    return np.where(seconds < NEVER, np.minimum(seconds, MOST_S) * SECOND, NEVER)


def _is(words: pa.ChunkedArray, word: str) -> Bools:
    same: Bools = pc.fill_null(pc.equal(words, word), False).to_numpy()
    return same


def _line_names(known: pa.Table, queue: Sequence[str]) -> pa.Array:
    """`queue` of each booking: the text of what names its line within the centre."""
    texts = [known[name].cast(pa.string()).combine_chunks() for name in queue if name != "centre_id"]
    if not texts:
        return pa.repeat(ALL_SERVICES, len(known))
    return pc.binary_join_element_wise(*texts, "/", null_handling="replace", null_replacement="")


def _pairs(known: pa.Table, line_names: pa.Array, pairs: Pairs, returning: Bools) -> pa.Table:
    passer, passed = pa.array(pairs.passer), pa.array(pairs.passed)
    reason = np.where((pairs.reason == EXCUSED) & returning[pairs.passer], RETURNING_CODE, pairs.reason)
    columns = {name: known[name].take(passer) for name in PAIRS.names if name in known.column_names}
    columns["queue"] = line_names.take(passer)
    columns["overtaken_id"] = known["booking_id"].take(passed)
    columns["waited_s"] = pc.if_else(known["checked_in_at"].take(passed).is_valid(), pairs.waited // SECOND, None)
    columns["reason"] = REASONS.take(pa.array(reason))
    return pa.table([columns[name] for name in PAIRS.names], names=PAIRS.names).cast(PAIRS)


def _counts(bookings: pa.Table, assessed: Bools, counts: Counts, excused: Bools, *, timed: bool) -> pa.Table:
    """One row a booking, null where not assessed."""
    recall = np.where(excused, counts.passed_explained, 0)
    reasons = (counts.passed_priority, recall, counts.passed_explained - counts.passed_priority - recall)

    def spread(values: npt.NDArray[np.int64 | np.float64], given: Bools = assessed) -> pa.Array:
        everyone = np.zeros(assessed.size, values.dtype)
        everyone[assessed] = values
        return pa.array(everyone, mask=~given)

    people = (counts.passed, counts.passed_explained, *reasons, counts.passed_by, counts.passed_by_explained)
    columns = [bookings["centre_id"], bookings["booking_id"], *map(spread, people)]
    columns += [spread(times / MINUTE, assessed & timed) for times in (counts.taken, counts.lost)]
    return pa.table(columns, names=COUNTS.names).cast(COUNTS)


def _unlisted(known: pa.Table, line_names: pa.Array, codes: Ints, unlisted: dict[int, int]) -> pa.Table:
    """The queues of `unlisted`, each named by one of its bookings."""
    row_of = np.zeros(int(codes.max(initial=0)) + 1, np.int64)
    row_of[codes] = np.arange(codes.size)
    rows = pa.array(row_of[list(unlisted)])
    columns = [known["centre_id"].take(rows), line_names.take(rows), pa.array(unlisted.values(), pa.int64())]
    return pa.table(columns, names=UNLISTED.names).cast(UNLISTED)
