"""The overtake ledger of a service day: who passed whom, by whose call, and what permitted it.

Everything about order is an aggregate of it. The definition is the contract's, the work is that of
`features/queues/overtaking.py`; here bookings become its arrays and its rows become tables.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.contract import TABLES
from features.arrays import MINUTE, SECOND, codes, given, in_micros, micros
from features.queues.lines import NEVER, Bools, Calls, Counts, Ints
from features.queues.missed_calls import passed_since_missed_call, struck_off
from features.queues.overtaking import EXCUSED, PAIRS_LISTED, Pairs, count_overtakes, line_up, list_overtakes

#: What orders a line: entitled from max(slot, check-in); check-in alone; ticket number; slot alone.
Discipline = Literal["entitlement", "check_in", "ticket", "slot"]

#: what orders a line of which nothing is said
NO_DISCIPLINE: Discipline = "entitlement"

# The words of `overtakes.reason`. The first two are also classes of `bookings.priority_class`: they excuse
# all passing of their booking. Any other class has a credit: see `ledger`.
RECALL = "recall"  # came back after a missed call
RETURNING = "returning"  # comes back with a paper
PRIORITY = "priority"  # the credit of its class or appointment covers it
ABSENT = "absent"  # the passed one had been called before and was not there
#: in place of a class in what is learnt: of none, with a slot
APPOINTMENT = "(appointment)"

#: reasons by the kernel's codes; returning, which the kernel does not tell from recall, stands last
REASONS = pa.array([None, RECALL, PRIORITY, ABSENT, RETURNING])
RETURNING_CODE = 4

CREDIT = "credit_s"  # column of bookings: the credit of their class or appointment

ALL_SERVICES = "*"  # `queue` of a ledger in which all services of a centre form one line
MOST_S = 10**6  # s; no credit is longer than 11 days
#: of the columns of a pair, those of the passer's booking
_NAMED = ("service_day", "centre_id", "booking_id", "window_id", "clerk_id")

#: of those passed on a recall, who were in front already as the missed call was made
SINCE_MISSED = "people_passed_since_missed"
#: of those passed as absent, who had been called too shortly before to answer
STRUCK_OFF = "people_struck_off"

PAIRS = pa.schema(TABLES["overtakes"].arrow)
#: what the kernel counts of each booking
COUNTED = pa.schema(
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
#: and what the listed pairs tell
COUNTS = pa.schema([*COUNTED, *(pa.field(name, pa.int64()) for name in (SINCE_MISSED, STRUCK_OFF))])
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
    (recall and returning together); `minutes_taken`, how much earlier those it passed unexplained were entitled,
    summed; `minutes_lost`, the same seen from the passed (both null under `ticket`, whose numbers are not times);
    `people_passed_since_missed`, of those passed on a recall, who were in front already as the missed call was made
    (null too where it checked in after that, and in the `unlisted`); `people_struck_off`, of those passed as absent,
    who had been called too shortly before to answer (null too in the `unlisted`). A booking that is not assessed, never
    called or without the check-in or the value that its discipline orders by, has nulls. Tickets need no check-in: who
    has a lower number was there before.
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
    without end): it may be called before somebody who was entitled up to that much earlier; between two credits the
    difference counts. Of no class, who has a slot goes first as far as its `credit_s` (null: not at all), others never.
    Tickets are no seconds: there any credit above 0 is without end.
    """
    bookings = bookings.combine_chunks()
    known, assessed = _known(bookings, queue, discipline)
    returning, calls = _calls(known, discipline)
    lines = line_up(calls)
    counts = count_overtakes(lines)
    with ThreadPoolExecutor(1) as beside:
        counting = beside.submit(_counts, bookings, assessed, counts, calls.excused, timed=discipline != "ticket")
        pairs, unlisted = list_overtakes(lines, counts, limit=PAIRS_LISTED)
        names = _names(known)
        listed = _pairs(known, names, pairs, returning & (calls.missed > calls.called))
        since = _told(known, assessed, passed_since_missed_call(calls, pairs, unlisted, returning))
        struck = _told(known, assessed, struck_off(calls, pairs, unlisted))
        told = counting.result().append_column(SINCE_MISSED, since).append_column(STRUCK_OFF, struck)
        return Ledger(pairs=listed, counts=told, unlisted=_unlisted(names, unlisted))


def counted(
    bookings: pa.Table,
    *,
    queue: Sequence[str] = ("centre_id", "service_code"),
    discipline: Discipline = "entitlement",
) -> pa.Table:
    """`Ledger.counts` alone: where nobody asks who passed whom, listing them is most of the work."""
    bookings = bookings.combine_chunks()
    known, assessed = _known(bookings, queue, discipline)
    _, calls = _calls(known, discipline)
    counts = count_overtakes(line_up(calls))
    return _counts(bookings, assessed, counts, calls.excused, timed=discipline != "ticket")


def by_discipline(bookings: pa.Table) -> Iterator[tuple[Discipline, pa.Table]]:
    """The bookings of each discipline that their column `discipline` names."""
    found = sorted(pc.unique(bookings["discipline"]).to_pylist())
    for discipline in found:
        alone = len(found) == 1  # then nothing is copied
        yield discipline, bookings if alone else bookings.filter(pc.equal(bookings["discipline"], discipline))


class _Known(NamedTuple):
    """The bookings that are assessed: their `rows` in `bookings`, and of each the code of its `line` and its `rank`."""

    bookings: pa.Table
    queue: Sequence[str]
    rows: Ints
    line: Ints
    rank: Ints

    def micros(self, name: str, missing: int) -> Ints:
        """Of each an instant, as microseconds since 1970; `missing` where there is none."""
        found: Ints = micros(self.bookings[name], missing)[self.rows]
        return found


def _known(bookings: pa.Table, queue: Sequence[str], discipline: Discipline) -> tuple[_Known, Bools]:
    """The assessed bookings, and whether each booking is one.

    Only their numbers are picked out: copying the texts of all, of which a few stand in a pair, would cost more than
    finding the pairs.
    """
    rank = RANKS[discipline](bookings)
    assessed = given(bookings["called_at"]) & given(rank)
    if discipline != "ticket":
        assessed &= given(bookings["checked_in_at"])
    rows = np.flatnonzero(assessed)
    lines = codes([bookings[name] for name in queue])
    return _Known(bookings, queue, rows, lines[rows], pc.fill_null(rank, 0).to_numpy()[rows]), assessed


#: what orders the line, int64; null where a booking has nothing to be ordered by
RANKS: dict[Discipline, Callable[[pa.Table], pa.ChunkedArray]] = {
    "entitlement": lambda bookings: pc.max_element_wise(
        in_micros(bookings["slot_start"]), in_micros(bookings["checked_in_at"])
    ),
    "check_in": lambda bookings: in_micros(bookings["checked_in_at"]),
    "ticket": lambda bookings: bookings["ticket_no"].cast(pa.int64()),
    "slot": lambda bookings: in_micros(bookings["slot_start"]),
}


def _calls(known: _Known, discipline: Discipline) -> tuple[Bools, Calls]:
    """The kernel's arrays, and for each booking whether its class says that it is returning."""
    called, missed = known.micros("called_at", 0), known.micros("missed_at", NEVER)
    words = known.bookings["priority_class"].cast(pa.string())
    by_class = _is(words, RECALL)[known.rows]
    recalled = by_class | (missed <= called)
    returning = _is(words, RETURNING)[known.rows]
    favoured = given(words)[known.rows] & ~by_class & ~returning
    calls = Calls(
        queue=known.line,
        rank=known.rank,
        present=known.micros("checked_in_at", -NEVER),
        called=called,
        missed=missed,
        credit=_credits(known, discipline, favoured),
        excused=recalled | returning,
    )
    return returning, calls


def _credits(known: _Known, discipline: Discipline, favoured: Bools) -> Ints:
    """The credit of each booking, in the units of its rank; `favoured`: of a class that may go first."""
    unsaid = np.where(favoured, NEVER, 0)
    if CREDIT not in known.bookings.column_names:
        return unsaid
    said = given(known.bookings[CREDIT])[known.rows] & (favoured | given(known.bookings["slot_start"])[known.rows])
    seconds = np.where(said, pc.fill_null(known.bookings[CREDIT], 0).to_numpy()[known.rows], unsaid)
    if discipline == "ticket":
        return np.where(seconds > 0, NEVER, 0)
    return np.where(seconds < NEVER, np.minimum(seconds, MOST_S) * SECOND, NEVER)


def _is(words: pa.ChunkedArray, word: str) -> Bools:
    same: Bools = pc.fill_null(pc.equal(words, word), False).to_numpy()
    return same


class _Names(NamedTuple):
    """Of each line, by its code: its centre and its `queue`, the text of what names it within the centre."""

    centre: pa.ChunkedArray
    queue: pa.Array


def _names(known: _Known) -> _Names:
    """The names of the lines, each read off one of its bookings."""
    row_of = np.zeros(int(known.line.max(initial=-1)) + 1, np.int64)
    row_of[known.line] = known.rows
    one_each = known.bookings.select(list(dict.fromkeys(["centre_id", *known.queue]))).take(row_of)
    texts = [one_each[name].cast(pa.string()).combine_chunks() for name in known.queue if name != "centre_id"]
    if not texts:
        return _Names(one_each["centre_id"], pa.repeat(ALL_SERVICES, row_of.size))
    joined = pc.binary_join_element_wise(*texts, "/", null_handling="replace", null_replacement="")
    return _Names(one_each["centre_id"], joined)


def _pairs(known: _Known, names: _Names, pairs: Pairs, returning: Bools) -> pa.Table:
    passer, passed = pa.array(known.rows[pairs.passer]), known.rows[pairs.passed]
    reason = np.where((pairs.reason == EXCUSED) & returning[pairs.passer], RETURNING_CODE, pairs.reason)
    columns = {name: known.bookings[name].take(passer) for name in _NAMED}
    columns["queue"] = names.queue.take(pa.array(known.line[pairs.passer]))
    columns["overtaken_id"] = known.bookings["booking_id"].take(passed)
    never_came = ~given(known.bookings["checked_in_at"])
    columns["waited_s"] = pa.array(pairs.waited // SECOND, mask=never_came[passed])
    columns["reason"] = REASONS.take(pa.array(reason))
    return pa.table([columns[name] for name in PAIRS.names], names=PAIRS.names).cast(PAIRS)


def _counts(bookings: pa.Table, assessed: Bools, counts: Counts, excused: Bools, *, timed: bool) -> pa.Table:
    """One row a booking, null where not assessed."""
    recall = np.where(excused, counts.passed_explained, 0)
    reasons = (counts.passed_priority, recall, counts.passed_explained - counts.passed_priority - recall)
    rows, valid = np.flatnonzero(assessed), pa.array(assessed).buffers()[1]

    def spread(values: npt.NDArray[np.int64 | np.float64]) -> pa.Array:
        everyone = np.zeros(assessed.size, values.dtype)
        everyone[rows] = values
        kind = pa.from_numpy_dtype(values.dtype)
        return pa.Array.from_buffers(kind, assessed.size, [valid, pa.py_buffer(everyone)])

    people = (counts.passed, counts.passed_explained, *reasons, counts.passed_by, counts.passed_by_explained)
    columns = [bookings["centre_id"], bookings["booking_id"], *map(spread, people)]
    for times in (counts.taken, counts.lost):
        columns.append(spread(times / MINUTE) if timed else pa.nulls(assessed.size, pa.float64()))
    return pa.table(columns, names=COUNTED.names).cast(COUNTED)


def _told(known: _Known, assessed: Bools, found: tuple[Ints, Bools]) -> pa.Array:
    """A column of what the listed pairs tell, null where it is not known."""
    people, told = np.zeros(assessed.size, np.int64), np.zeros(assessed.size, np.bool_)
    people[known.rows], told[known.rows] = found
    return pa.array(people, mask=~told)


def _unlisted(names: _Names, unlisted: dict[int, int]) -> pa.Table:
    lines = pa.array(unlisted, pa.int64())
    columns = [names.centre.take(lines), names.queue.take(lines), pa.array(unlisted.values(), pa.int64())]
    return pa.table(columns, names=UNLISTED.names).cast(UNLISTED)
