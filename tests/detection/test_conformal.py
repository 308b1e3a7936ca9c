"""Conformal p-values: by hand, and valid where night and calibration are exchangeable."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detection.conformal import ENOUGH, conformal_p

laws = settings(derandomize=True, max_examples=100, deadline=None)
few = st.lists(st.integers(0, 9).map(float), min_size=1, max_size=20).map(np.array)


def alone(scores: np.ndarray, calibration: np.ndarray) -> np.ndarray:
    """One group for all."""
    return conformal_p(scores, np.zeros(scores.size), calibration, np.zeros(calibration.size))


# calibration 1 2 3 4: (1 + how many of them are at least as high) / (1 + 4)
@pytest.mark.parametrize(("score", "p"), [(5, 1 / 5), (4, 2 / 5), (3.5, 2 / 5), (2, 4 / 5), (1, 1), (0, 1)])
def test_hand_cases(score, p):
    assert alone(np.array([float(score)]), np.array([3.0, 1.0, 4.0, 2.0])) == pytest.approx([p])


def test_without_calibration_nothing_is_strange():
    assert alone(np.array([1.0, 9.0]), np.array([])).tolist() == [1.0, 1.0]


def test_a_centre_is_ranked_among_its_own_once_it_has_enough_of_them():
    """South's scores are high by nature: beside its own a 10 is ordinary, beside north's it would be the top."""
    calibration = np.array([1.0] * ENOUGH + [10.0] * ENOUGH)
    groups = np.array(["north"] * ENOUGH + ["south"] * ENOUGH)
    score, places = np.array([10.0, 10.0, 10.0]), np.array(["north", "south", "west"])
    everyone = (1 + ENOUGH) / (1 + 2 * ENOUGH)
    assert conformal_p(score, places, calibration, groups) == pytest.approx([1 / (1 + ENOUGH), 1, everyone])
    too_few = conformal_p(score, places, calibration[1:], groups[1:])
    assert too_few == pytest.approx([(1 + ENOUGH) / (2 * ENOUGH), 1, (1 + ENOUGH) / (2 * ENOUGH)])


@laws
@given(scores=few, calibration=few)
def test_p_values_are_the_definition_s(scores, calibration):
    counted = [(1 + sum(known >= score for known in calibration)) / (1 + calibration.size) for score in scores]
    assert alone(scores, calibration) == pytest.approx(counted)


@laws
@given(scores=few, calibration=few, chance=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_and_a_higher_score_is_never_less_strange(scores, calibration, chance):
    shuffled = np.array(chance.sample(calibration.tolist(), calibration.size))
    p = alone(scores, calibration)
    assert alone(scores, shuffled).tolist() == p.tolist()
    assert (np.diff(p[np.argsort(scores)]) <= 0).all()


@pytest.mark.parametrize("ties", [False, True], ids=["all different", "many ties"])
def test_innocent_bookings_are_no_more_often_strange_than_they_say(ties):
    """Super-uniform: over many nights P(p <= level) is at most the level."""
    chance = np.random.default_rng(11)
    drawn = chance.normal(size=(4_000, 60))
    if ties:
        drawn = np.round(drawn)
    p = np.concatenate([alone(night[50:], night[:50]) for night in drawn])
    for level in (0.02, 0.05, 0.1, 0.5):
        assert (p <= level).mean() <= level * 1.05
    if not ties:
        assert (p <= 0.5).mean() >= 0.45
