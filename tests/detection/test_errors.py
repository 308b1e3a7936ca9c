"""Error control: a case table by hand, and what holds for every set of scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detection.errors import flagged, q_values

scores = arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 1))


@pytest.mark.parametrize(
    ("score", "q", "chosen"),
    [
        ([0.99, 0.9, 0.2], [0.01, 0.055, 0.91 / 3], [True, False, False]),
        ([0.99, 0.92, 0.2], [0.01, 0.045, 0.89 / 3], [True, True, False]),
        ([1.0, 1.0, 0.5], [0.0, 0.0, 0.5 / 3], [True, True, False]),  # rather innocent: not, whatever the rate
        ([0.4, 0.97], [0.63 / 2, 0.03], [False, True]),
        ([np.nan, 0.97], [np.nan, 0.03], [False, True]),
    ],
    ids=["one within the rate", "two within it", "none likelier innocent than not", "any order", "not assessed"],
)
def test_cases(score, q, chosen):
    assert q_values(np.array(score)) == pytest.approx(q, nan_ok=True)
    assert flagged(np.array(score), 0.05).tolist() == chosen


@given(scores, st.floats(0.01, 0.5))
def test_the_flagged_are_the_highest_and_their_mean_innocence_is_within_the_rate(score, rate):
    chosen = flagged(score, rate)
    if chosen.any():
        assert np.mean(1 - score[chosen]) <= rate + 1e-12
        assert score[chosen].min() >= score[~chosen].max(initial=0.0) or score[chosen].min() > 0.5


@given(scores)
def test_a_higher_score_never_has_a_higher_q(score):
    q = q_values(score)
    order = np.argsort(-score, kind="stable")
    assert (np.diff(q[order]) >= -1e-12).all()
