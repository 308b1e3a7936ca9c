"""What findings weigh: a weight is an e-value, whose mean over innocent bookings is at most one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detection.flag import all_flags
from detection.weighing import FITS, Finding, supporting, weight

HYPOTHESIS = next(flag for flag in all_flags().values() if flag.is_hypothesis)
SUPPORT = next(flag for flag in all_flags().values() if flag.beside)


def finding(fires, share, p, assessed=True) -> Finding:
    return Finding(*(np.array([one]) for one in (assessed, fires, p, share)))


@pytest.mark.parametrize(
    ("flag", "found", "expected"),
    [
        (HYPOTHESIS, finding(True, 0.01, 0.01), 50 * 0.75),
        (HYPOTHESIS, finding(True, 0.01, 0.0001), 50 * 3.0),
        (all_flags()["Q305"], finding(True, 0.01, 0.0001), 50),
        (HYPOTHESIS, finding(False, 0.01, 1.0), 0),
        (HYPOTHESIS, finding(False, 0.01, np.nan, assessed=False), 0),
        (SUPPORT, finding(True, 0.01, 0.01), 50),
        (SUPPORT, finding(False, 0.01, 1.0), 0.5 / 0.99),
        (SUPPORT, finding(False, 0.9, 1.0), 1.0),
        (SUPPORT, finding(False, 0.01, np.nan, assessed=False), 1),
        (all_flags()["Q102"], finding(True, 0.01, 0.01), 1),
    ],
    ids=[
        "a benefit, just so",
        "a benefit, as one in a hundred of those",
        "a benefit that goes as far as the queue is long",
        "no benefit",
        "benefit not assessed",
        "support",
        "no support",
        "no support where most have it",
        "support not assessed",
        "a channel that supports nothing",
    ],
)
def test_cases(flag, found, expected):
    assert weight(flag, found) == pytest.approx([expected])


@given(st.floats(1e-2, 0.5))
def test_the_mean_weight_of_innocent_bookings_is_at_most_one(share):
    place = (np.arange(100_000) + 0.5) / 100_000  # their p-values, evenly spread
    fires = place <= share
    found = Finding(np.ones_like(fires), fires, np.where(fires, place, 1.0), np.full(place.size, share))
    assert weight(SUPPORT, found).mean() <= 1 + 1e-2
    assert weight(HYPOTHESIS, found).mean() <= FITS + 1e-2


@given(st.floats(1e-3, 0.99), st.floats(1e-3, 0.99))
def test_whatever_a_support_fits_its_mean_weight_is_one(share, fit):
    both = Finding(np.ones(2, np.bool_), np.array([True, False]), np.ones(2), np.full(2, share))
    assert supporting(both, np.full(2, fit)) @ [share, 1 - share] == pytest.approx(1)
