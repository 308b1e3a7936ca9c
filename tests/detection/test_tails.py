"""How surprising a count is: tails against another implementation, shrinkage and combination against their laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from detection.tails import LEAST_P, PSEUDO_BOOKINGS, combined, moments, upper_tail

laws = settings(derandomize=True, max_examples=100, deadline=None)
few = settings(derandomize=True, max_examples=20, deadline=None)  # of the slower ones, over tables
means = st.floats(0.01, 60)
counts = st.integers(0, 80)
STRATA = ["centre_id", "service_code"]


def tail(value: float, mean: float, variance: float) -> float:
    return float(upper_tail(*(np.array([number], float) for number in (value, mean, variance)))[0])


# by hand: Poisson(1): P(X >= 2) = 1 - 2/e; geometric with mean 1 and variance 2: P(X >= k) = (1/2)^k
@pytest.mark.parametrize(
    ("value", "mean", "variance", "chance"),
    [
        (0, 1, 1, 1.0),
        (1, 1, 1, 1 - np.exp(-1)),
        (2, 1, 1, 1 - 2 * np.exp(-1)),
        (2, 1, 0.5, 1 - 2 * np.exp(-1)),  # less spread than Poisson is taken as Poisson
        (1, 1, 2, 0.5),
        (3, 1, 2, 0.125),
        (60, 1, 2, LEAST_P),  # 2^-60 is not believed
        (1, 0, 0, 1 - np.exp(-0.5 / PSEUDO_BOOKINGS)),  # never seen before
    ],
)
def test_hand_cases(value, mean, variance, chance):
    assert tail(value, mean, variance) == pytest.approx(chance)


@laws
@given(value=counts, mean=means, over=st.floats(0.01, 20))
def test_the_tail_is_that_of_a_negative_binomial_with_these_moments(value, mean, over):
    size = mean / over  # variance = mean + mean^2 / size
    expected = special.betainc(value, size, mean / (mean + size)) if value else 1.0
    assert tail(value, mean, mean * (1 + over)) == pytest.approx(max(expected, LEAST_P), rel=1e-6)


@laws
@given(value=counts, mean=means)
def test_without_overdispersion_it_is_poisson_s(value, mean):
    expected = special.gammainc(value, mean) if value else 1.0
    assert tail(value, mean, mean) == pytest.approx(max(expected, LEAST_P), rel=1e-6)


def test_the_tail_is_how_often_it_happens():
    drawn = stats.nbinom.rvs(2, 0.4, size=200_000, random_state=1)
    value = np.arange(1, 15, dtype=float)
    chance = upper_tail(value, np.full(14, drawn.mean()), np.full(14, drawn.var()))
    assert chance == pytest.approx([(drawn >= least).mean() for least in value], abs=0.01)


@laws
@given(mean=means, over=st.floats(0, 20))
def test_a_larger_count_is_never_less_surprising(mean, over):
    value = np.arange(100, dtype=float)
    chances = upper_tail(value, np.full(100, mean), np.full(100, mean * (1 + over)))
    assert (np.diff(chances) <= 0).all()
    assert chances[0] == 1
    assert chances[-1] >= LEAST_P


@laws
@given(value=st.integers(1, 80), mean=means, more=st.floats(0, 20))
def test_the_usual_count_of_a_queue_with_more_of_them_is_less_surprising(value, mean, more):
    assert tail(value, mean + more, mean + more) >= tail(value, mean, mean)


@pytest.mark.parametrize("figures", [(np.nan, 1, 1), (1, np.nan, np.nan), (np.nan, np.nan, np.nan)])
def test_unknown_in_unknown_out(figures):
    assert np.isnan(tail(*figures))


figures = st.tuples(st.sampled_from(["A", "B"]), st.sampled_from(["x", "y", "z"]), st.one_of(st.none(), counts))
nights = st.lists(figures, min_size=1, max_size=10)


def rows_of(night) -> pd.DataFrame:
    """One row a booking, as a night is compared with itself."""
    rows = pd.DataFrame([row[:2] for row in night], columns=STRATA)
    value = pd.Series([np.nan if row[2] is None else row[2] for row in night], dtype=float)
    return rows.assign(n=value.notna().astype(float), total=value.fillna(0), squares=value.fillna(0) ** 2)


@few
@given(night=nights)
def test_leaving_out_one_s_own_is_computing_without_the_row(night):
    """Out of the figures only: a stratum without anything of its own still borrows from the larger one."""
    rows = rows_of(night)
    left_out = moments(rows, STRATA, leave_own=True)
    for place in rows.index:
        others = rows.copy()
        others.loc[place, ["n", "total", "squares"]] = 0.0
        alone = moments(others, STRATA)
        for figure in ("mean", "variance"):
            assert left_out.loc[place, figure] == pytest.approx(alone.loc[place, figure], nan_ok=True, abs=1e-9)


@few
@given(night=nights)
def test_a_stratum_s_mean_lies_between_its_own_and_its_centre_s(night):
    rows = rows_of(night)
    fine, coarse, all_ = (moments(rows, STRATA[:depth])["mean"] for depth in (2, 1, 0))
    for level, strata, borrowed in ((fine, STRATA, coarse), (coarse, STRATA[:1], all_)):
        sums = rows.groupby(strata)[["n", "total"]].transform("sum")
        own = (sums["total"] / sums["n"].where(sums["n"] > 0)).fillna(borrowed)
        low, high = np.minimum(own, borrowed), np.maximum(own, borrowed)
        known = rows["n"].sum() > 0
        assert level.notna().all() == known
        assert ((low - 1e-9 <= level) & (level <= high + 1e-9)).all() or not known


@few
@given(night=nights)
def test_a_variance_is_never_negative_and_nothing_assessed_is_null(night):
    rows = rows_of(night)
    found = moments(rows, STRATA)
    if rows["n"].sum():
        assert (found["variance"] >= -1e-9).all()
    else:
        assert found[["mean", "variance"]].isna().all(axis=None)


def test_shrinkage_weighs_as_many_bookings_as_it_says():
    """Queue A/x: 100 bookings of mean 4; A/y: 300 of mean 0. All: 1. A: (400 + 200·1) / 600 = 1.
    A/x: (400 + 200·1) / 300 = 2; A/y: (0 + 200·1) / 500 = 0.4."""
    rows = pd.DataFrame({"centre_id": "A", "service_code": ["x", "y"], "n": [100, 300], "total": [400, 0]})
    found = moments(rows.assign(squares=[1600, 0]), STRATA)
    assert found["mean"].tolist() == pytest.approx([2.0, 0.4])
    assert found["variance"].tolist() == pytest.approx([(1600 + 200 * 4) / 300 - 2**2, 200 * 4 / 500 - 0.4**2])


@few
@given(night=nights, times=st.integers(50, 500))
def test_with_many_bookings_a_queue_speaks_for_itself(night, times):
    rows = rows_of(night)
    rows[["n", "total", "squares"]] *= times * PSEUDO_BOOKINGS
    found = moments(rows, STRATA)
    sums = rows.groupby(STRATA)[["n", "total"]].transform("sum")
    own = (sums["total"] / sums["n"].where(sums["n"] > 0))[sums["n"] > 0]
    assert found.loc[own.index, "mean"].to_numpy() == pytest.approx(own.to_numpy(), abs=80 / (times + 1) + 1e-9)


# by hand: tan((0.5 - p) pi) is 1 at 0.25, 0 at 0.5, -1 at 0.75
@pytest.mark.parametrize(
    ("row", "chance"),
    [
        ([0.25, 0.25], 0.25),
        ([0.25, 0.75], 0.5),
        ([0.25, 0.5], 0.5 - np.arctan(0.5) / np.pi),
        ([0.03, np.nan], 0.03),
        ([0.5, np.nan, np.nan], 0.5),
        ([1.0], 0.99),
        ([1e-6, 0.5, 0.5, 0.5], 4e-6),  # a strong p-value among k pays k times
        ([np.nan, np.nan], np.nan),
    ],
)
def test_cauchy_by_hand(row, chance):
    assert combined(np.array([row]), np.ones(len(row)))[0] == pytest.approx(chance, rel=1e-3, nan_ok=True)


def test_a_part_of_little_weight_pays_little_and_says_little():
    strong_and_weak = combined(np.array([[1e-4, 0.5]]), np.array([1, 0.1]))[0]
    weak_and_strong = combined(np.array([[0.5, 1e-4]]), np.array([1, 0.1]))[0]
    assert strong_and_weak == pytest.approx(1.1e-4, rel=1e-3)
    assert weak_and_strong == pytest.approx(1.1e-3, rel=1e-3)


@laws
@given(row=st.lists(st.one_of(st.just(float("nan")), st.floats(LEAST_P, 1)), min_size=1, max_size=5), data=st.data())
def test_the_combination_is_a_chance_that_no_order_changes_and_that_falls_with_each_part(row, data):
    p, weights = np.array([row]), np.linspace(0.1, 1, len(row))
    whole = combined(p, weights)[0]
    assert np.isnan(whole) == np.isnan(row).all()
    if np.isnan(whole):
        return
    assert 0 < whole < 1
    assert combined(p[:, ::-1], weights[::-1])[0] == pytest.approx(whole)
    place = data.draw(st.sampled_from(np.flatnonzero(~np.isnan(row)).tolist()))
    p[0, place] /= 2
    assert combined(p, weights)[0] <= whole + 1e-12


@pytest.mark.parametrize("same", [False, True], ids=["independent", "all the same"])
def test_uniform_p_values_stay_uniform_where_it_matters(same):
    chance = np.random.default_rng(7)
    p = chance.uniform(size=(200_000, 4))
    if same:
        p = np.repeat(p[:, :1], 4, axis=1)
    together = combined(p, np.array([1, 1, 0.1, 0.1]))
    for level in (0.001, 0.01, 0.05):
        assert (together <= level).mean() == pytest.approx(level, rel=0.15)
