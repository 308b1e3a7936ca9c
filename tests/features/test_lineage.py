"""From night to night: a ring keeps its id, and what becomes of it is told."""

from datetime import date

import numpy as np
import pyarrow as pa

from features.linking.lineage import Before, Members, Named, name_rings

DAY = date(2026, 3, 2)
OLD, OLDER = date(2026, 2, 20), date(2026, 2, 10)
NONE = Before(Members(np.empty(0, np.int64), np.empty(0, np.int64)), [], [])


def members(*rings: tuple[int, ...]) -> Members:
    key = np.array([4 * one for ring in rings for one in ring], np.int64)
    return Members(key, np.repeat(np.arange(len(rings)), [len(ring) for ring in rings]))


def named(before: Before, *rings: tuple[int, ...]) -> Named:
    return name_rings(DAY, members(*rings), [OLD] * len(rings), before)


def changes(of: Named) -> list[tuple]:
    rows: pa.Table = of.changes
    return [tuple(row.values())[1:] for row in rows.to_pylist()]


def test_a_new_ring_is_born_and_its_id_is_made_of_its_least_identifier_and_first_day():
    first, other = named(NONE, (1, 2)), named(NONE, (2, 1), (5, 6))
    assert first.ids[0] == other.ids[0] != other.ids[1]
    assert changes(first) == [(first.ids[0], "born", None)]
    assert first.born == [DAY]


def test_a_ring_keeps_its_id_as_it_grows_and_shrinks():
    before = Before(members((1, 2, 3), (7, 8)), ["R1", "R7"], [OLD, OLD])
    now = named(before, (1, 2, 3, 4), (7, 9))
    assert now.ids == ["R1", "R7"]
    assert now.born == [OLD, OLD]
    assert changes(now) == [("R1", "grown", None), ("R7", "grown", None), ("R7", "shrunk", None)]


def test_what_does_not_change_is_not_told():
    assert changes(named(Before(members((1, 2)), ["R1"], [OLD]), (1, 2))) == []


def test_of_two_that_merge_the_one_with_more_shared_stays():
    before = Before(members((1, 2), (3, 4, 5)), ["R1", "R3"], [OLDER, OLD])
    now = named(before, (1, 2, 3, 4, 5))
    assert now.ids == ["R3"]
    assert changes(now) == [("R1", "merged", "R3"), ("R3", "grown", None)]


def test_of_two_alike_the_older_stays():
    before = Before(members((1, 2), (3, 4)), ["R1", "R3"], [OLD, OLDER])
    assert named(before, (1, 2, 3, 4)).ids == ["R3"]


def test_of_a_ring_that_splits_the_larger_part_keeps_the_id():
    before = Before(members((1, 2, 3, 4, 5)), ["R1"], [OLD])
    now = named(before, (1, 2), (3, 4, 5))
    assert now.ids[1] == "R1"
    assert now.ids[0] not in {"R1", named(NONE, (1, 2)).ids[0]}
    assert changes(now) == sorted([("R1", "shrunk", None), (now.ids[0], "split", "R1")])


def test_a_new_ring_takes_no_id_that_is_in_use():
    """Identifier 1 began a ring, left it, and begins another within the days in which it was seen first."""
    used = named(NONE, (1, 2)).ids[0]
    again = named(Before(members((2, 3)), [used], [OLD]), (1, 9), (2, 3)).ids
    assert again[1] == used
    assert named(Before(members((2, 3), (4, 5)), again[::-1], [OLD, OLD]), (1, 9)).ids[0] not in again


def test_a_ring_without_members_is_gone():
    before = Before(members((1, 2)), ["R1"], [OLD])
    assert changes(named(before)) == [("R1", "gone", None)]


def test_nothing_and_nothing():
    assert changes(named(NONE)) == []
