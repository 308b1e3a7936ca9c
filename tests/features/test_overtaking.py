"""The overtake kernel against its definition, and the laws of any queue."""

from collections import Counter
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.arrays import SECOND
from features.queues.lines import NEVER, Calls, Counts, order
from features.queues.missed_calls import ANSWER_S, passed_since_missed_call, struck_off
from features.queues.overtaking import (
    ABSENT,
    EXCUSED,
    PRIORITY,
    UNEXPLAINED,
    Pairs,
    count_overtakes,
    line_up,
    list_overtakes,
)

SHORT_OR_LONG = pytest.mark.parametrize("short", [0, 1_000], ids=["long queues", "short queues"])

# Few distinct times, so that ties, missed calls and calls before check-in come up all the time.
booking = st.tuples(
    st.integers(0, 2),  # queue
    st.integers(0, 9),  # rank
    st.integers(0, 9),  # present
    st.integers(0, 12),  # called
    st.one_of(st.just(NEVER), st.integers(0, 12)),  # missed
    st.sampled_from([0, 0, 1, 2, 4, NEVER]),  # credit
    st.booleans(),  # excused
)
a_log = st.lists(booking, max_size=30)
laws = settings(derandomize=True, max_examples=150, deadline=None)


def calls_of(rows: list[tuple[int, int, int, int, int, int, bool]]) -> Calls:
    columns = list(zip(*rows, strict=True)) or [()] * 7
    return Calls(*(np.array(values, np.int64) for values in columns[:6]), np.array(columns[6], np.bool_))


def beyond(credit: int, other: int) -> float:
    """What is left of a credit against another one; without end, nothing is left against the same."""
    if credit == NEVER:
        return 0 if other == NEVER else float("inf")
    return max(0, credit - other)


def by_definition(calls: Calls) -> list[tuple[int, int, int, int]]:
    """Every (passer, passed, reason, waited), pair by pair."""
    found = []
    rows = range(len(calls.rank))
    for i in rows:
        for j in rows:
            waiting = calls.present[j] <= calls.called[i] < calls.called[j]
            if calls.queue[i] == calls.queue[j] and calls.rank[j] < calls.rank[i] and waiting:
                reason = UNEXPLAINED
                if calls.excused[i]:
                    reason = EXCUSED
                elif calls.rank[i] - calls.rank[j] <= beyond(int(calls.credit[i]), int(calls.credit[j])):
                    reason = PRIORITY
                elif calls.missed[j] <= calls.called[i]:
                    reason = ABSENT
                found.append((i, j, reason, int(calls.called[i] - calls.present[j])))
    return found


def run(calls: Calls, short: int = 1_000) -> tuple[Counts, Pairs]:
    lines = line_up(calls)
    counts = count_overtakes(lines, short=short)
    return counts, list_overtakes(lines, counts)[0]


def rows_of(pairs: Pairs) -> list[tuple[int, ...]]:
    return list(zip(*(column.tolist() for column in pairs), strict=True))


@SHORT_OR_LONG
@laws
@given(rows=a_log)
def test_counts_are_the_definition_s(short, rows):
    calls = calls_of(rows)
    expected = Counts(*np.zeros((7, len(rows)), np.int64))
    for i, j, reason, _ in by_definition(calls):
        if reason == UNEXPLAINED:
            expected.passed[i] += 1
            expected.passed_by[j] += 1
            expected.taken[i] += calls.rank[i] - calls.rank[j]
            expected.lost[j] += calls.rank[i] - calls.rank[j]
        else:
            expected.passed_explained[i] += 1
            expected.passed_by_explained[j] += 1
            expected.passed_priority[i] += reason == PRIORITY
    counts, _ = run(calls, short)
    for name, column in counts._asdict().items():
        assert column.tolist() == getattr(expected, name).tolist(), name


@laws
@given(rows=a_log)
def test_pairs_are_the_definition_s_in_order_of_queue_call_and_entitlement(rows):
    calls = calls_of(rows)

    def place(pair: tuple[int, int, int, int]) -> tuple[int, ...]:
        i, j = pair[:2]
        return (calls.queue[i], calls.called[i], calls.rank[i], i, calls.rank[j], j)

    assert rows_of(run(calls)[1]) == sorted(by_definition(calls), key=place)


@SHORT_OR_LONG
@laws
@given(rows=a_log)
def test_both_sides_have_one_sum(short, rows):
    counts, _ = run(calls_of(rows), short)
    assert counts.passed.sum() == counts.passed_by.sum()
    assert counts.passed_explained.sum() == counts.passed_by_explained.sum()
    assert counts.taken.sum() == counts.lost.sum()


@laws
@given(rows=a_log, chance=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows, chance):
    shuffled = list(range(len(rows)))
    chance.shuffle(shuffled)
    counts, pairs = run(calls_of(rows))
    again, again_pairs = run(calls_of([rows[row] for row in shuffled]))
    for one, other in zip(counts, again, strict=True):
        assert [int(one[row]) for row in shuffled] == other.tolist()
    back = [(shuffled[i], shuffled[j], reason, waited) for i, j, reason, waited in rows_of(again_pairs)]
    assert sorted(back) == sorted(rows_of(pairs))


@SHORT_OR_LONG
@laws
@given(ranks=st.lists(st.integers(0, 50), max_size=40), gaps=st.lists(st.integers(0, 3), min_size=40))
def test_a_fair_queue_has_an_empty_ledger(short, ranks, gaps):
    called = np.cumsum(gaps)
    rows = [(0, rank, 0, int(called[place]), NEVER, 0, False) for place, rank in enumerate(sorted(ranks))]
    counts, pairs = run(calls_of(rows), short)
    assert not any(column.any() for column in counts)
    assert len(pairs.passer) == 0


@SHORT_OR_LONG
@laws
@given(turn=st.integers(0, 40).flatmap(lambda size: st.permutations(range(size))))
def test_passed_minus_passed_by_is_the_shift_in_rank(short, turn):
    """All are there from the start, each is called at a time of its own: `turn[k]` is the turn of rank k."""
    rows = [(0, rank, 0, 10 + at, NEVER, 0, False) for rank, at in enumerate(turn)]
    counts, _ = run(calls_of(rows), short)
    assert (counts.passed - counts.passed_by).tolist() == [rank - at for rank, at in enumerate(turn)]


def test_a_reversed_day_of_100_000_in_one_queue_is_counted_but_not_listed():
    size = 100_000
    rank = np.arange(size) * 1_000_000
    nothing = np.zeros(size, np.int64)
    called = rank[::-1] + 10**15
    calls = Calls(nothing, rank, nothing, called, np.full(size, NEVER), nothing, np.zeros(size, np.bool_))
    lines = line_up(calls)
    counts = count_overtakes(lines)
    pairs, unlisted = list_overtakes(lines, counts)
    assert unlisted == {0: size * (size - 1) // 2}
    assert len(pairs.passer) == 0
    assert counts.passed.tolist() == list(range(size))
    assert counts.taken.tolist() == counts.lost[::-1].tolist()
    assert counts.taken.tolist() == [1_000_000 * (place * (place + 1) // 2) for place in range(size)]


def test_only_queues_above_the_limit_stay_unlisted():
    behind = [(queue, rank, 0, 20 - rank, NEVER, 0, False) for queue, size in ((0, 4), (1, 3)) for rank in range(size)]
    lines = line_up(calls_of(behind))
    pairs, unlisted = list_overtakes(lines, count_overtakes(lines), limit=3)
    assert unlisted == {0: 6}
    assert Counter(pairs.passer.tolist()) == {5: 1, 6: 2}


def test_many_queues_in_threads_give_what_one_queue_at_a_time_gives():
    chance = np.random.default_rng(7)
    size, queues = 60_000, 700
    rank = chance.integers(0, 1_000, size)
    calls = Calls(
        chance.integers(0, queues, size),
        rank,
        chance.integers(0, 1_000, size),
        rank + chance.integers(0, 300, size),
        np.full(size, NEVER),
        chance.choice([0, 50, NEVER], size),
        np.zeros(size, np.bool_),
    )
    counts, pairs = run(calls)
    for queue in (0, 350, queues - 1):
        rows = np.flatnonzero(calls.queue == queue)
        alone = Calls(*(column[rows] for column in calls))._replace(queue=np.zeros(rows.size, np.int64))
        for whole, one in zip(counts, run(alone)[0], strict=True):
            assert whole[rows].tolist() == one.tolist()
    assert len(pairs.passer) == counts.passed.sum() + counts.passed_explained.sum()


@laws
@given(values=st.lists(st.one_of(st.integers(0, 5), st.integers(-(2**63), NEVER)), max_size=20))
def test_order_is_stable_for_any_integers(values):
    expected = sorted(range(len(values)), key=values.__getitem__)
    assert order(np.array(values, np.int64)).tolist() == expected


@pytest.mark.parametrize("together", [1, 50_000], ids=["one by one", "half the hall at an instant"])
def test_somebody_forgotten_in_front_of_a_hundred_thousand_is_listed_quickly(together):
    size = 100_000
    zeros = np.zeros(size, np.int64)
    called = np.arange(size) // together
    called[0] = size
    calls = Calls(zeros, np.arange(size), zeros, called, zeros + NEVER, zeros, zeros.astype(np.bool_))
    run(calls_of([]))  # compiled before the clock runs
    start = perf_counter()
    _, pairs = run(calls)
    assert perf_counter() - start < 2
    assert pairs.passer.tolist() == list(range(1, size))
    assert not pairs.passed.any()


@laws
@given(rows=a_log)
def test_passed_since_a_missed_call_are_those_who_stood_in_front_at_both_calls(rows):
    calls = calls_of(rows)
    uncredited = calls._replace(excused=np.zeros(len(rows), np.bool_))  # so that reasons other than the recall are told
    expected = [0] * len(rows)
    for i, j, reason, _ in by_definition(uncredited):
        at = calls.missed[i]
        if at <= calls.called[i] and reason != PRIORITY:
            expected[i] += bool(calls.present[j] <= at < calls.missed[j])
    pairs = list_overtakes(line_up(calls), count_overtakes(line_up(calls)))[0]
    nobody = np.zeros(len(rows), np.bool_)
    found, known = passed_since_missed_call(calls, pairs, [], nobody)
    assert found.tolist() == expected
    assert known.tolist() == [
        m > c or p <= m for m, c, p in zip(calls.missed, calls.called, calls.present, strict=True)
    ]
    assert not passed_since_missed_call(calls, pairs, range(3), nobody)[1][calls.missed <= calls.called].any()
    assert not passed_since_missed_call(calls, pairs, [], ~nobody)[0].any()


@laws
@given(rows=a_log)
def test_struck_off_are_the_absent_who_had_no_time_to_answer(rows):
    calls = calls_of(rows)
    step = 5 * SECOND
    missed = np.where(calls.missed == NEVER, NEVER, calls.missed * step)
    calls = calls._replace(present=calls.present * step, called=calls.called * step, missed=missed)
    expected = [0] * len(rows)
    for i, j, reason, _ in by_definition(calls):
        expected[i] += bool(reason == ABSENT and calls.called[i] - calls.missed[j] < ANSWER_S * SECOND)
    pairs = list_overtakes(line_up(calls), count_overtakes(line_up(calls)))[0]
    found, known = struck_off(calls, pairs, [])
    assert found.tolist() == expected
    assert known.all()
    assert not struck_off(calls, pairs, range(3))[1].any()
