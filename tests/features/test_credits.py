"""The evidence about a class's credit against its definition, and the credit learnt of it."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.queues.credits import ABSOLUTE, CLASSES, EDGES_S, LEAST_DECISIONS, decisions, learnt_credits

laws = settings(derandomize=True, max_examples=150, deadline=None)
# Few distinct times, so that ties come up all the time; classes 1 and 2 beside the ordinary.
one = st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 9), st.integers(0, 9), st.integers(0, 12))


def by_definition(rows: list[tuple[int, ...]]) -> list[tuple[int, int, bool]]:
    """Queue by queue and class by class, call by call: (row, later, preferred)."""
    found = []
    for queue in {row[0] for row in rows}:
        for kind in (1, 2):
            line = [n for n, row in enumerate(rows) if row[0] == queue and row[1] in {0, kind}]
            line.sort(key=lambda n: (rows[n][2], n))  # by rank
            passed_over: list[tuple[int, int, bool]] = []
            gone: set[int] = set()
            for call in sorted(line, key=lambda n: rows[n][4]):
                there = [n for n in line if n not in gone and rows[n][3] <= rows[call][4]]
                gone.add(call)
                heads = {k: next((n for n in there if rows[n][1] == k), None) for k in (0, kind)}
                first, other = heads[kind], heads[0]
                if first is None or other is None or rows[first][2] <= rows[other][2]:
                    continue
                if rows[call][2] != rows[heads[rows[call][1]]][2]:
                    continue
                later = rows[first][2] - rows[other][2]
                preferred = rows[call][1] == kind
                if passed_over and (preferred or passed_over[0][0] != first):
                    found.append(passed_over.pop())
                if preferred:
                    found.append((first, later, True))
                else:
                    passed_over = [(first, later, False)]
            found += passed_over
    return found


@laws
@given(rows=st.lists(one, max_size=25))
def test_the_decisions_are_the_definition_s(rows):
    columns = np.array(rows, np.int64).reshape(-1, 5).T
    found = decisions(*(np.ascontiguousarray(column) for column in columns))
    assert sorted(zip(*(column.tolist() for column in found), strict=True)) == sorted(by_definition(rows))


def test_who_has_gone_away_decides_once():
    """Nobody answers for the one of the class, at 50 calls in a row."""
    size = 51
    kind = np.zeros(size, np.int64)
    kind[-1] = 1
    called = np.arange(size) + 100
    ordinary_came = np.arange(size - 1)
    came = np.append(ordinary_came, 99)
    found = decisions(np.zeros(size, np.int64), kind, came, came, called)
    assert found.later.tolist() == [99 - 49]
    assert found.preferred.tolist() == [False]


def test_a_class_for_every_booking_is_no_blow_up():
    size = 100_000
    came = np.arange(size)
    begun = time.process_time()
    found = decisions(np.zeros(size, np.int64), np.arange(size) // 2 * (np.arange(size) % 2), came, came, came + 50)
    assert np.unique(found.row).size <= CLASSES
    assert time.process_time() - begun < 20  # s; all pairs would take hours


def counts(*decided: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """One class: (seconds later, trials, of which preferred)."""
    trials, agreed = np.zeros((2, 1, EDGES_S.size), np.int64)
    for later, number, preferred in decided:
        place = int(np.searchsorted(EDGES_S, later, side="right")) - 1
        trials[0, place] += number
        agreed[0, place] += preferred
    return trials, agreed


@pytest.mark.parametrize(
    ("stands", "decided", "credit", "right"),
    [
        (ABSOLUTE, ((30, 100, 80), (89, 100, 80), (90, 100, 2), (300, 50, 0)), 90, 80 + 80 + 98 + 50),
        (ABSOLUTE, ((30, 100, 95), (900, 100, 95)), ABSOLUTE, 95 + 95),  # some are called out of turn anywhere
        (ABSOLUTE, ((4, 60, 3), (900, 60, 3)), 0, 57 + 57),  # a class that is not preferred at all
        (ABSOLUTE, ((30, LEAST_DECISIONS - 1, 0),), ABSOLUTE, 0),  # too little to say
        (ABSOLUTE, ((30, LEAST_DECISIONS, 0),), 30, LEAST_DECISIONS),  # of several the most generous
        (ABSOLUTE, ((30, 1_000, 1_000), (9_000, 1_000, 0)), 3_600, 2_000),  # an hour is the longest that is told apart
        (ABSOLUTE, (), ABSOLUTE, 0),
        (0, ((30, 100, 80), (890, 100, 80), (901, 100, 2), (1_200, 50, 0)), 900, 80 + 80 + 98 + 50),
        (0, ((30, 100, 80), (89, 100, 80), (90, 100, 2), (300, 50, 0)), 0, 20 + 20 + 98 + 50),  # no rule, but clocks
        (0, ((30, 100, 5), (900, 100, 5)), 0, 95 + 95),
        (0, ((30, 100, 90), (9_000, 60, 60)), ABSOLUTE, 90 + 60),
        (0, ((30, LEAST_DECISIONS - 1, LEAST_DECISIONS - 1),), 0, 0),
        (0, ((30, LEAST_DECISIONS, LEAST_DECISIONS),), ABSOLUTE, LEAST_DECISIONS),
        (0, (), 0, 0),
    ],
)
def test_the_credit_learnt(stands, decided, credit, right):
    trials, agreed = counts(*decided)
    learnt = learnt_credits(trials, agreed, np.array([stands]))
    assert (learnt.credit_s.item(), learnt.right.item()) == (credit, right)
    assert learnt.decisions.item() == trials.sum()


def test_no_classes_no_credits():
    nothing = np.zeros((0, EDGES_S.size), np.int64)
    assert learnt_credits(nothing, nothing, np.zeros(0, np.int64)).credit_s.size == 0
