"""From night to night: which ring is which, and what became of those of before."""

import hashlib
from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from data.tables import LAKE
from features.linking.rings import KIND_BITS
from features.queues.lines import Ints
from features.summaries.bonds import TYING


class Members(NamedTuple):
    """Which identifier (by key, each once) belongs to which ring; both of one length."""

    key: Ints
    ring: Ints


class Before(NamedTuple):
    """The rings of an earlier night: `members` by number, and for each number its id and the day it got that."""

    members: Members
    ids: list[str]
    born: list[date]


class Named(NamedTuple):
    """Per ring of a night its id and the day it got that; and `changes`, rows of `ring_changes`."""

    ids: list[str]
    born: list[date]
    changes: pa.Table


def name_rings(day: date, members: Members, since: list[date], before: Before) -> Named:
    """Give each ring of a day the id of the earlier ring that it shares most identifiers with.

    Of two it takes the older one's, and of two that would take the same, the one that shares more has it; the other
    was split off. Nothing shared: it was born, and its id is made of its least identifier and of `since`, per ring the
    first day on which it was seen; where a ring of before or of now has that id, of the day, too.
    """
    now, old, shared = _shared(members, before.members)
    age = np.array([born.toordinal() for born in before.born], np.int64)
    rank = np.argsort(np.argsort(np.array(before.ids))) if before.ids else np.zeros(0, np.int64)
    by_now = np.lexsort((rank[old], age[old], -shared, now))
    choice = by_now[_first(now[by_now])]
    by_old = choice[np.lexsort((now[choice], -shared[choice], old[choice]))]
    kept = by_old[_first(old[by_old])]
    parent = np.full(len(since), -1)
    parent[now[choice]] = old[choice]
    heir = np.full(len(since), -1)
    heir[now[kept]] = old[kept]
    least = _least(members, len(since))
    ids, born = [], []
    for number, first in enumerate(since):  # rings are few
        if heir[number] >= 0:
            ids.append(before.ids[heir[number]])
            born.append(before.born[heir[number]])
        else:
            split = f"{before.ids[parent[number]]} {day}" if parent[number] >= 0 else ""
            ids.append(_new_id(int(least[number]), f"{first} {split}", day, {*before.ids, *ids}))
            born.append(day)
    return Named(ids, born, _changes(day, ids, before, _Kin(now, old, shared, parent, heir, members)))


class _Kin(NamedTuple):
    """Pairs of rings, now and old, that share identifiers; per ring now whom it comes from and whose id it has."""

    now: Ints
    old: Ints
    shared: Ints
    parent: Ints
    heir: Ints
    members: Members


def _changes(day: date, ids: list[str], before: Before, kin: _Kin) -> pa.Table:
    size = np.bincount(kin.members.ring, minlength=len(ids))
    size_before = np.bincount(before.members.ring, minlength=len(before.ids))
    rows: list[tuple[str, str, str | None]] = []
    same = kin.heir[kin.now] == kin.old
    kept = dict(zip(kin.now[same].tolist(), kin.shared[same].tolist(), strict=True))
    for number, ring in enumerate(ids):
        if kin.heir[number] >= 0:
            if size[number] > kept[number]:
                rows.append((ring, "grown", None))
            if size_before[kin.heir[number]] > kept[number]:
                rows.append((ring, "shrunk", None))
        elif kin.parent[number] >= 0:
            rows.append((ring, "split", before.ids[kin.parent[number]]))
        else:
            rows.append((ring, "born", None))
    into = np.full(len(before.ids), -1)
    order = np.lexsort((kin.now, -kin.shared, kin.old))
    first = order[_first(kin.old[order])]
    into[kin.old[first]] = kin.now[first]
    for number in sorted(set(range(len(before.ids))) - set(kin.heir.tolist())):
        there = into[number] >= 0
        rows.append((before.ids[number], "merged" if there else "gone", ids[into[number]] if there else None))
    names = LAKE["ring_changes"].schema.names
    told = [dict(zip(names, (day, *row), strict=True)) for row in sorted(rows, key=lambda row: row[:2])]
    return pa.Table.from_pylist(told, LAKE["ring_changes"].schema)


def _shared(members: Members, before: Members) -> tuple[Ints, Ints, Ints]:
    """Pairs of a ring now and one of before that share identifiers, and how many."""
    _, here, there = np.intersect1d(members.key, before.key, assume_unique=True, return_indices=True)
    width = int(before.ring.max(initial=0)) + 1
    pairs, shared = np.unique(members.ring[here] * width + before.ring[there], return_counts=True)
    return pairs // width, pairs % width, shared


def _first(values: Ints) -> Ints:
    """Places of the first of each run of equal values."""
    return np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]])) if values.size else values


def _least(members: Members, count: int) -> Ints:
    least = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(least, members.ring, members.key)
    return least


def _new_id(key: int, origin: str, day: date, used: set[str]) -> str:
    """An id that is not in use: an identifier that left a ring may begin another, seen first on the same day."""
    text = f"{TYING[key % (1 << KIND_BITS)]} {key >> KIND_BITS} {origin}"
    while (ring := "R" + hashlib.sha256(text.encode()).hexdigest()[:10]) in used:
        text = f"{text} {day}"
    return ring
