"""Intervals of what verdicts show of an order: laws, and how often they hold what is true."""

import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import average_precision_score

from detection.cases.audit import drawn, inclusion, strata_of
from detection.learning.counting import WRONG_VERDICTS
from detection.learning.estimates import LEVEL, Estimate
from detection.learning.intervals import Judged, average_precision, calibration, precision

NIGHTS = np.datetime64("2026-03-02") + np.arange(30)


def verdicts(*rows: tuple[int, float, float]) -> Judged:
    """Of rows (manipulated, count, score), one a night."""
    manipulated, count, said = np.array(rows, np.float64).reshape(-1, 3).T
    return Judged(manipulated, count, said, NIGHTS[0] + np.arange(len(rows)))


def held(estimate: Estimate | None) -> Estimate:
    assert estimate is not None
    return estimate


def test_nothing_known_is_not_zero() -> None:
    assert [figure(verdicts()) for figure in (average_precision, precision, calibration)] == [None, None, None]
    lawful = verdicts((0, 1, 0.9), (0, 30, 0.1))
    assert average_precision(lawful) is None
    assert held(precision(lawful)).value == 0


@pytest.mark.parametrize(("bad", "number"), [(40, 50), (50, 50), (27, 30)])
def test_of_equal_counts_the_lower_end_of_a_share_is_the_exact_one(bad: int, number: int) -> None:
    """Clopper and Pearson; the upper end leaves room for lawful verdicts that are wrong."""
    found = held(precision(verdicts(*((1, 1, 0.5),) * bad, *((0, 1, 0.5),) * (number - bad))))
    exact = stats.binomtest(bad, number).proportion_ci(LEVEL, "exact")
    assert found.low == pytest.approx(exact.low, abs=0.02)
    assert found.high == pytest.approx(min((exact.high - WRONG_VERDICTS) / (1 - 2 * WRONG_VERDICTS), 1), abs=0.02)


def test_a_figure_that_every_verdict_bears_out_is_still_uncertain() -> None:
    few, many = (held(precision(verdicts(*((1, 1, 0.9),) * number))) for number in (5, 100))
    assert few.high == many.high == 1
    assert few.low < 0.6
    assert many.low > 0.95


def test_an_audit_that_found_nothing_may_have_missed_much() -> None:
    """Sixty draws for a hundred each may hide hundreds beside the forty that were found."""
    top = ((1, 1, 0.9),) * 40
    sure = held(average_precision(verdicts(*top, *((0, 1, 0.1),) * 60)))
    blind = held(average_precision(verdicts(*top, *((0, 100, 0.1),) * 60)))
    assert blind.value == sure.value == pytest.approx(1)
    assert blind.low < 0.3
    assert sure.low > 0.7


def test_one_finding_of_the_audit_may_be_a_wrong_verdict() -> None:
    found = held(average_precision(verdicts(*((1, 1, 0.9),) * 40, (1, 100, 0.1), *((0, 100, 0.1),) * 59)))
    assert found.high > 0.95
    assert found.low < 0.2


def test_calibration_says_which_way_a_score_errs() -> None:
    half = tuple((n % 2, 1.0, 0.2) for n in range(200))
    shy = held(calibration(verdicts(*half)))
    assert shy.value == pytest.approx(0.3)
    assert 0.2 < shy.low < shy.high < 0.4
    assert held(calibration(verdicts(*((bad, one, 0.8) for bad, one, _ in half)))).high < -0.2


some_verdicts = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from([1.0, 7.0, 400.0]), st.sampled_from([0.01, 0.2, 0.5, 0.9])),
    min_size=2,
    max_size=40,
)


@settings(deadline=None, max_examples=40)
@given(some_verdicts, st.randoms(use_true_random=False))
def test_intervals_hold_their_value_and_do_not_depend_on_how_rows_lie(
    rows: list[tuple[int, float, float]], chance: random.Random
) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)
    for figure in (average_precision, precision, calibration):
        found, other = figure(verdicts(*rows)), figure(verdicts(*mixed))
        assert (found is None) == (other is None)
        if found and other:
            assert found.low <= found.value <= found.high
            assert other.value == pytest.approx(found.value)


@settings(deadline=None, max_examples=40)
@given(some_verdicts)
def test_counts_of_any_unit_give_the_same_shares(rows: list[tuple[int, float, float]]) -> None:
    tenfold = [(bad, 10 * count, said) for bad, count, said in rows]
    one, ten = (held(precision(verdicts(*part))) for part in (rows, tenfold))
    assert (one.value, one.low, one.high) == pytest.approx((ten.value, ten.low, ten.high))


@pytest.mark.parametrize(
    ("rate", "apart", "wrong"),
    [
        (0.01, 6, 0.05),
        pytest.param(0.01, 6, 0.0, marks=pytest.mark.slow),
        pytest.param(0.03, 5, 0.05, marks=pytest.mark.slow),
        pytest.param(0.01, 3, 0.05, marks=pytest.mark.slow),
    ],
)
def test_intervals_hold_what_is_true_for_nine_in_ten_inspectors(rate: float, apart: float, wrong: float) -> None:
    """Eighteen first and two drawn of 500 bookings a night; of the verdicts a share is wrong."""
    chance = np.random.default_rng(11)
    hits = np.array([_one(chance, rate, apart, wrong) for _ in range(20)])
    assert (hits.mean(axis=0) >= 0.9).all(), hits.mean(axis=0)


def _one(chance: np.random.Generator, rate: float, apart: float, wrong: float) -> list[bool]:
    """Whether the intervals hold average precision, precision of the first, calibration."""
    bad = chance.random((NIGHTS.size, 500)) < rate
    said = 1 / (1 + np.exp(5 - apart * bad - 2 * chance.standard_normal(bad.shape)))
    order = np.argsort(-said, axis=1)
    bad, said = np.take_along_axis(bad, order, 1), np.take_along_axis(said, order, 1)
    strata = strata_of(482)
    each = inclusion(strata, 2)
    places = [
        np.append(
            np.arange(18), 18 + np.flatnonzero(drawn(each, np.lexsort((chance.random(482), strata)), chance.random()))
        )
        for _ in NIGHTS
    ]
    seen = [
        (night, place, 1 if place < 18 else 1 / each[place - 18])
        for night, looked in enumerate(places)
        for place in looked
    ]
    night, place, count = (np.array(part) for part in zip(*seen, strict=True))
    said_bad = bad[night, place] ^ (chance.random(night.size) < wrong)
    known = Judged(said_bad.astype(np.float64), count.astype(np.float64), said[night, place], NIGHTS[night])
    pairs: list[tuple[Callable[[Judged], Estimate | None], Judged, float]] = [
        (average_precision, known, float(average_precision_score(bad.ravel(), said.ravel()))),
        (precision, known.of(place < 18), float(bad[:, :18].mean())),
        (calibration, known, float(bad.mean() - said.mean())),
    ]
    return [(found := held(figure(part))).low <= true <= found.high for figure, part, true in pairs]
