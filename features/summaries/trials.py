"""What one day's calls say about the rule of each queue, and about the credit of classes and of appointments."""

from collections.abc import Iterator
from itertools import combinations

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.tables import LAKE
from features.arrays import SECOND, codes, in_micros
from features.night import Night
from features.order import APPOINTMENT, RANKS, RECALL, RETURNING, Discipline
from features.queues.credits import EDGES_S, ORDINARY, decisions
from features.queues.lines import Ints
from features.queues.rules import Trials, disagreements, fits, neighbours
from features.summary import summary

#: days from which rules and credits are learnt, the night's included: four weeks, so that each weekday counts alike
LEARNING_DAYS = 28
#: rules whose ranks are times at which people come, so that a credit in seconds can be told from them
CREDITED: tuple[Discipline, ...] = ("entitlement", "check_in")

NEEDED = (
    *("service_day", "centre_id", "service_code", "slot_start", "checked_in_at"),
    *("called_at", "missed_at", "ticket_no", "priority_class"),
)
TRIALS = LAKE["trials"].schema


@summary(days=LEARNING_DAYS, reads={"bookings": 1})
def trials(night: Night) -> ir.Table:
    """Per queue (`centre_id`, `service_code`), `trials` of one kind and how many of them `agreed`.

    - `rule`: pairs of calls in a row that it orders; called in that order.
    - `rule`, `against`: pairs that the two want in opposite orders; called as `rule` wants.
    - `rule`, `priority_class`, `later_s`: decisions in which the class was that much later by the rule, at least
      `later_s` and less than the next of `EDGES_S`; the class was called. `APPOINTMENT` stands for who of no class has
      a slot, against who has neither.
    - neither: called bookings; with a check-in time.

    Only bookings that nothing lets out of their turn: no recall, no returning, no missed call, and but for the third
    kind no class.
    """
    rows = night.table("bookings")
    rows = rows.filter(rows.called_at.notnull()).select(*NEEDED)
    return night.engine.by_centre(rows, trials_of, TRIALS)


def trials_of(bookings: pa.Table) -> pa.Table:
    """The trials of called bookings of one service day."""
    words = bookings["priority_class"].cast(pa.string())
    out_of_turn = pc.or_(pc.is_valid(bookings["missed_at"]), pc.is_in(words, pa.array([RECALL, RETURNING])))
    bookings = bookings.filter(pc.invert(out_of_turn)).combine_chunks()
    queue = codes([bookings["centre_id"], bookings["service_code"]])
    parts = [*_rule_trials(bookings, queue), *_credit_trials(bookings, queue)]
    return pa.concat_tables([TRIALS.empty_table(), *parts])


def _rule_trials(bookings: pa.Table, queue: Ints) -> Iterator[pa.Table]:
    ordinary = pc.is_null(bookings["priority_class"])
    bookings, queue = bookings.filter(ordinary), queue[ordinary.to_numpy()]
    row = np.zeros(int(queue.max(initial=0)) + 1, np.int64)  # of each queue
    row[queue] = np.arange(queue.size)

    def rows(found: Trials, **said: str) -> pa.Table:
        words = {name: pa.repeat(word, found.queue.size) for name, word in said.items()}
        return _rows(bookings, row[found.queue], found.trials, found.agreed, words)

    came, called = (in_micros(bookings[name]) for name in ("checked_in_at", "called_at"))
    queues = np.arange(row.size if queue.size else 0)
    present = pc.is_valid(came)
    number, known = (np.bincount(codes, minlength=queues.size) for codes in (queue, queue[present.to_numpy()]))
    yield rows(Trials(queues[number > 0], number[number > 0], known[number > 0]))
    ranks = {rule: rank(bookings) for rule, rank in RANKS.items()}
    timed = {rule: rank if rule == "ticket" else pc.if_else(present, rank, None) for rule, rank in ranks.items()}
    pairs = neighbours(queue, called.to_numpy(), came, list(timed.values()))
    for place, rule in enumerate(RANKS):
        yield rows(fits(pairs, place), rule=rule)
    for (other, against), (place, rule) in combinations(enumerate(RANKS), 2):
        yield rows(disagreements(pairs, place, other), rule=rule, against=against)


def _credit_trials(bookings: pa.Table, queue: Ints) -> Iterator[pa.Table]:
    present = pc.is_valid(bookings["checked_in_at"])
    bookings, queue = bookings.filter(present), queue[present.to_numpy()]
    classes = bookings["priority_class"].cast(pa.string())
    classes = pc.if_else(pc.equal(classes, APPOINTMENT), None, classes)  # a log may have named one so
    yield from _preferred(bookings, queue, classes, in_micros(bookings["checked_in_at"]))
    ordinary = pc.is_null(classes)
    bookings, queue = bookings.filter(ordinary), queue[ordinary.to_numpy()]
    holders = pc.if_else(pc.is_valid(bookings["slot_start"]), APPOINTMENT, None)
    begun = RANKS["entitlement"](bookings)  # who is called before his slot says nothing of appointments
    yield from _preferred(bookings, queue, holders, begun)


def _preferred(
    bookings: pa.Table, queue: Ints, classes: pa.ChunkedArray, present: pa.ChunkedArray
) -> Iterator[pa.Table]:
    """Decisions between those of each class and the ordinary, who have none; of each from when it was `present`."""
    ordinary = pc.is_null(classes).to_numpy()
    kind = np.where(ordinary, ORDINARY, codes([classes]) + 1)
    times = [column.to_numpy() for column in (present, in_micros(bookings["called_at"]))]
    for rule in CREDITED:
        found = decisions(queue, kind, RANKS[rule](bookings).to_numpy(), *times)
        later = np.searchsorted(EDGES_S, found.later // SECOND, side="right") - 1
        key = (queue[found.row] * (kind.max(initial=0) + 1) + kind[found.row]) * EDGES_S.size + later
        _, first, place = np.unique(key, return_index=True, return_inverse=True)
        row = found.row[first]
        words = {
            "rule": pa.repeat(rule, row.size),
            "priority_class": classes.take(pa.array(row)),
            "later_s": pa.array(EDGES_S[later[first]]),
        }
        yield _rows(bookings, row, np.bincount(place), np.bincount(place[found.preferred], minlength=row.size), words)


def _rows(bookings: pa.Table, row: Ints, trials: Ints, agreed: Ints, said: dict[str, pa.Array]) -> pa.Table:
    """Rows of the table, for the queues of these bookings; `said`: columns that are not null."""
    columns = {field.name: pa.nulls(row.size, field.type) for field in TRIALS}
    columns |= {name: bookings[name].take(pa.array(row)) for name in ("service_day", "centre_id", "service_code")}
    columns |= {"trials": pa.array(trials), "agreed": pa.array(agreed), **said}
    return pa.table(columns).select(TRIALS.names).cast(TRIALS)
