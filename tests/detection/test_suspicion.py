"""Findings weighed together: what makes a booking likelier to be manipulated, and what does not."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from data.engine import engine
from data.home import Home
from data.lake import Lake
from detection.company import Company
from detection.flag import all_flags
from detection.hindsight import NO_HINDSIGHT
from detection.lending import CHANCE, Lending
from detection.suspicion import UNUSUAL, Suspicion, suspicion
from detection.weighing import Finding

FLAGS = all_flags()
BENEFIT, CHANNEL = FLAGS["Q101"], FLAGS["Q505"]
DAY = date(2026, 3, 2)


def weigh(tmp_path, bookings, unusual=None) -> Suspicion:
    """Bookings, each the flags that fire on it, its clerk and its ring; all else passed."""
    rows = pd.DataFrame({"centre_id": "A", "hand": [b[1] for b in bookings], "ring_id": [b[2] for b in bookings]})
    findings = {}
    for code, flag in FLAGS.items():
        fires = np.array([code in fired for fired, *_ in bookings])
        share = np.full(len(bookings), flag.rare)
        findings[code] = Finding(np.ones(len(bookings), np.bool_), fires, np.where(fires, share, 1.0), share)
    home = Home.create(tmp_path / "home")
    with engine(home) as connection:
        days = DAY - timedelta(days=28), DAY
        lending = Lending(connection, Lake.of(home), days, rows, NO_HINDSIGHT.suspicions)
        company = Company(connection, Lake.of(home), days, rows["centre_id"], NO_HINDSIGHT.company)
    unusual = np.full(len(bookings), np.nan) if unusual is None else unusual
    return suspicion(FLAGS, findings, unusual, lending, company)


def test_a_benefit_and_a_channel_together_weigh_more_than_either(tmp_path):
    both, benefit, channel, neither = weigh(
        tmp_path, [({"Q101", "Q505"}, "k", "r"), ({"Q101"}, "l", None), ({"Q505"}, "m", "s"), (set(), "n", None)]
    ).score
    assert both > 10 * benefit > 0
    assert channel == neither == 0, "links alone are no evidence"


def test_a_ring_s_bookings_make_each_other_likelier(tmp_path):
    alone = weigh(tmp_path / "alone", [({"Q106"}, "k", "r")]).score[0]
    several = weigh(tmp_path / "several", [({"Q106"}, f"k{n}", "r") for n in range(4)]).score
    assert (several > alone).all()


def test_what_others_lend_changes_the_score_and_not_what_is_its_own(tmp_path):
    alone = weigh(tmp_path / "alone", [({"Q203"}, "k", None)])
    practice = weigh(tmp_path / "practice", [({"Q203"}, "k", None)] * 20)
    assert (practice.score > alone.score[0]).all()
    assert practice.own == pytest.approx([alone.own[0]] * 20)
    assert (practice.own < practice.apart["Q203"]).all(), "the clerk's lend to each other"
    assert (practice.apart["Q203"] < practice.score).all()
    assert 0 < alone.own[0] < 0.5, "a benefit by itself leaves a booking likelier innocent, however common it is"


def test_what_no_flag_names_is_ordered_and_stays_low(tmp_path):
    found = weigh(tmp_path, [(set(), None, None)] * 2, np.array([1e-4, 0.5]))
    assert 0.05 > found.score[0] > found.score[1] > 0
    assert found.by[UNUSUAL].tolist() == found.score.tolist()


def test_the_ways_to_be_manipulated_add_up_to_the_score(tmp_path):
    found = weigh(tmp_path, [({"Q101", "Q106", "Q203", "Q505"}, "k", "r")] * 3)
    assert found.score == pytest.approx(np.sum(list(found.by.values()), axis=0))
    assert (found.score <= 1).all()


def test_told_are_the_parts_of_the_likeliest_way(tmp_path):
    found = weigh(tmp_path, [({"Q106", "Q505"}, "k", "r")] * 3 + [({"Q101", "Q505"}, "m", None), (set(), "l", None)])
    told = found.lead
    assert set(told.lent) == {"centre", "clerk", "ring"}
    assert told.lent["ring"][0] > 1
    assert [lift[4] for lift in told.lent.values()] == [1, 1, 1]
    assert (told.families["links"][:4] > 1).all()
    assert np.isnan([families[4] for families in told.families.values()]).all()
    for code, at in (("Q106", 0), ("Q101", 3)):
        beside = {flag.family for flag in FLAGS.values() if FLAGS[code].family in flag.beside}
        families = np.prod([told.families[family][at] for family in beside])
        odds = CHANCE * told.weights[code][at] * families * np.prod([lift[at] for lift in told.lent.values()])
        assert found.by[code][at] == pytest.approx(odds * (1 - found.score[at]), rel=1e-6)
