"""What each clerk and window did in a day, and what chance alone would have dealt them."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.tables import LAKE
from features.arrays import SECOND, each_once, given, group_codes, micros, starts_of
from features.chance.dealing import Dealt, dealt
from features.night import Night
from features.queues.calls import READS, SERVED, calls
from features.queues.credits import CLASSES
from features.queues.lines import Bools, Ints
from features.summary import summary

#: days over which hands are compared, the night's included: four weeks, each weekday as often as any other
HANDS_DAYS = 28

# kinds of rows
CLERK, WINDOW, CLASS, TYPIST, WORK = "clerk", "window", "class", "typist", "work"

#: by whose hand a class is granted, by kind of row
GRANTED_BY = {CLASS: "clerk_id", TYPIST: "created_by"}

#: parts of a unit of log seconds that are told apart: whole numbers add up the same in any order
LOG_PARTS = 1_000_000

#: what hands are compared in: an hour of a queue, while the same windows were on shift for it
HOUR = ("centre_id", "service_code", "hour", "roster")


@summary(days=HANDS_DAYS, reads=READS)
def hands(night: Night) -> pa.Table:
    """Per clerk and window, and per clerk and priority class: the day's calls beside those of the others.

    `kind` clerk or window: `calls` are the ordinary ones that the ledger assesses, made in an hour in which another
    hand called in the same queue, `observed` those that passed somebody unexplained. `kind` class: `calls` are all,
    in such hours of a queue in which somebody called `priority_class`; `observed` those of the class, one of the
    `CLASSES` that the queue calls most; the others are not assessed. `kind` typist: the same of
    bookings that employees typed in, by who typed. `expected`, `weight`, `chance_from` and `chance`: see
    `features/chance/dealing.py`.

    `kind` work, per clerk (null: unknown): `calls`, all there were; `served`; and of the `timed` services that
    colleagues, too, did in the same queue that day, `log_seconds`, the sum of the logarithms of their seconds in
    millionths, and `log_usual`, what it would be at the mean of the colleagues.
    """
    found = tallied(night.engine.arrow(calls(night)))
    return found.append_column("service_day", pa.repeat(pa.scalar(night.day, pa.date32()), found.num_rows))


def tallied(rows: pa.Table) -> pa.Table:
    """The summary's rows out of the calls of one day (`features.queues.calls.of_calls`), sorted."""
    rows = rows.combine_chunks()
    schema = pa.schema([field for field in LAKE["hands"].schema if field.name != "service_day"])
    found = [*(_passing(rows, kind) for kind in (CLERK, WINDOW)), *(_classes(rows, kind) for kind in GRANTED_BY)]
    parts = [pa.table(columns) for columns in found]
    table = pa.concat_tables([schema.empty_table(), *parts, _work(rows)], promote_options="default")
    order = [(name, "ascending") for name in ("centre_id", "kind", "hand_id", "priority_class")]
    return table.sort_by(order).combine_chunks()


def _passing(rows: pa.Table, kind: str) -> dict[str, pa.Array]:
    """How the ordinary calls that pass somebody are dealt to clerks or windows."""
    name = f"{kind}_id"
    known = given(rows["people_passed"]) & given(rows["hour"]) & given(rows[name])
    rows = rows.filter(known & rows["ordinary"].to_numpy())
    passing = np.where(rows["people_passed"].to_numpy() > 0, 0, -1)
    stratum = group_codes(rows, HOUR)
    every = each_once(stratum)
    hand = group_codes(rows, ["centre_id", name])
    found = dealt(stratum, hand, passing, (every, np.zeros_like(every)))
    return _columns(rows, kind, hand, found) | {"hand_id": _named(rows, name, hand, found.hand)}


def _classes(rows: pa.Table, kind: str) -> dict[str, pa.Array]:
    """How the calls of each priority class are dealt to clerks, or what typists typed in."""
    name = GRANTED_BY[kind]
    rows = rows.filter(given(rows["hour"]) & given(rows[name]))
    classed = _frequent(rows)
    mark = np.where(classed, group_codes(rows, ["priority_class"]), -1)
    stratum = group_codes(rows, HOUR)
    hand = group_codes(rows, ["centre_id", name])
    size = int(mark.max(initial=0)) + 1
    pairs = each_once(stratum[classed] * size + mark[classed])
    found = dealt(stratum, hand, mark, (pairs // size, pairs % size))
    return _columns(rows, kind, hand, found) | {
        "hand_id": _named(rows, name, hand, found.hand),
        "priority_class": _named(rows, "priority_class", mark, found.mark),
    }


def _frequent(rows: pa.Table) -> Bools:
    """The calls of the `CLASSES` most frequent classes of their queue; of equally frequent ones the first by name."""
    classed = given(rows["priority_class"])
    queue = group_codes(rows, ["centre_id", "service_code"])[classed]
    name = pc.rank(rows["priority_class"].filter(classed), tiebreaker="dense").to_numpy().astype(np.int64)
    names = int(name.max(initial=0)) + 1
    pair, of_pair, number = np.unique(queue * names + name, return_inverse=True, return_counts=True)
    places = np.lexsort((pair, -number, pair // names))
    begins = np.flatnonzero(starts_of(pair // names))  # pairs are sorted by queue, before and after
    turn = np.arange(pair.size) - np.repeat(begins, np.diff(np.append(begins, pair.size)))
    kept = np.zeros(pair.size, np.bool_)
    kept[places] = turn < CLASSES
    classed[classed] = kept[of_pair]
    return classed


def _named(rows: pa.Table, name: str, codes: Ints, asked: Ints) -> pa.Array:
    """What a column says in a row of each code asked for; rows of code -1 have none."""
    row = np.zeros(int(codes.max(initial=0)) + 1, np.int64)
    coded = np.flatnonzero(codes >= 0)
    row[codes[coded]] = coded
    return rows[name].combine_chunks().take(pa.array(row[asked]))


def _columns(rows: pa.Table, kind: str, hand: Ints, found: Dealt) -> dict[str, pa.Array]:
    ends = pa.array(np.concatenate([[0], found.ends]).astype(np.int32))
    return {
        "centre_id": _named(rows, "centre_id", hand, found.hand),
        "kind": pa.repeat(kind, found.hand.size),
        "calls": pa.array(found.calls),
        "observed": pa.array(found.observed),
        "expected": pa.array(found.expected),
        "weight": pa.array(found.weight),
        "chance_from": pa.array(found.lowest),
        "chance": pa.ListArray.from_arrays(ends, pa.array(found.chances)),
    }


def _work(rows: pa.Table) -> pa.Table:
    """What each clerk, and nobody known, did."""
    hand = group_codes(rows, ["centre_id", "clerk_id"])
    size = int(hand.max(initial=-1)) + 1
    number = np.arange(size)
    took = micros(rows["served_to"], 0) - micros(rows["served_from"], 0)
    known = given(rows["served_to"]) & given(rows["served_from"]) & given(rows["clerk_id"]) & (took > 0)
    timed = _timed(group_codes(rows, ["centre_id", "service_code"])[known], hand[known], took[known], size)
    served = pc.equal(rows["status"], SERVED).to_numpy()
    return pa.table(
        {
            "centre_id": _named(rows, "centre_id", hand, number),
            "kind": pa.repeat(WORK, size),
            "hand_id": _named(rows, "clerk_id", hand, number),
            "calls": pa.array(np.bincount(hand, minlength=size)),
            "served": pa.array(np.bincount(hand[served], minlength=size)),
            **{name: pa.array(found) for name, found in zip(("timed", "log_seconds", "log_usual"), timed, strict=True)},
        }
    )


def _timed(queue: Ints, hand: Ints, took: Ints, size: int) -> Iterator[Ints]:
    """Per hand, of the services that others did in the same queue: their number, log seconds and usual log seconds."""
    logs = np.rint(np.log(took / SECOND) * LOG_PARTS).astype(np.int64)
    cell, of_cell, number = np.unique(queue * (size + 1) + hand, return_inverse=True, return_counts=True)
    own = np.zeros(cell.size, np.int64)
    np.add.at(own, of_cell, logs)
    queues = int(queue.max(initial=-1)) + 1
    everyone, seconds = np.zeros((2, queues), np.int64)
    np.add.at(everyone, cell // (size + 1), number)
    np.add.at(seconds, cell // (size + 1), own)
    others = everyone[cell // (size + 1)] - number
    usual = np.rint(number * (seconds[cell // (size + 1)] - own) / np.maximum(others, 1)).astype(np.int64)
    for values in (number, own, usual):
        found = np.zeros(size, np.int64)
        np.add.at(found, cell % (size + 1), values * (others > 0))
        yield found
