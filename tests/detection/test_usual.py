"""What is usual: summaries written by nights, and read by later ones."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.engine import engine
from data.home import Home
from data.lake import Lake
from detection.flag import all_flags
from detection.usual import PSEUDO_BOOKINGS, SCORE, Usual, coarse, summed_up

DAY = date(2026, 3, 2)
FLAG = all_flags()["Q101"]


def usual_of(folder, nights, *centres) -> Usual:
    """What nights leave, each a list of (centre, value, innocence), for a night with a booking of each centre."""
    home = Home.create(folder / "home")
    lake = Lake.of(home)
    for n, rows in enumerate(nights):
        table = pd.DataFrame(rows, columns=["centre", "value", "innocence"])
        value = table["value"].to_numpy(np.float64)
        fires = FLAG.fires(value) & ~np.isnan(value)
        day = DAY + timedelta(days=n)
        shown = (FLAG.code, value, fires), (SCORE, value / 100, value > 0)
        summary = summed_up(day, table["centre"], table["innocence"].to_numpy(np.float64), shown)
        lake.replace_day("usual", day, summary)
    with engine(home) as connection:
        return Usual(connection, lake, (DAY, DAY + timedelta(days=30)), pd.Series(centres, dtype=str))


def beside(folder, nights, *values):
    """Values of bookings of the centre A."""
    return usual_of(folder, nights, *"A" * len(values)).compared(FLAG, np.array(values, np.float64))


def test_before_any_night_the_declared_share_stands(tmp_path):
    limit = FLAG.threshold
    found = beside(tmp_path, [], limit - 1, limit, 2 * limit, np.nan)
    assert found.share.tolist() == [FLAG.rare] * 4
    assert np.isnan(found.expected).all()
    assert found.p == pytest.approx([1, FLAG.rare, FLAG.rare / 4, np.nan], nan_ok=True)


def test_a_centre_s_own_bookings_outweigh_it(tmp_path):
    limit = FLAG.threshold
    often = [("A", limit, 1.0)] * 3_000 + [("A", 0, 1.0)] * 27_000
    found = beside(tmp_path, [often[::2], often[1::2]], limit, limit + 5)
    assert found.share == pytest.approx([(PSEUDO_BOOKINGS * FLAG.rare + 3_000) / 33_000] * 2)
    assert found.expected == pytest.approx([limit / 10] * 2)
    assert found.p[1] < found.p[0] == found.share[0]


def test_suspects_are_left_out_as_far_as_they_are_suspected(tmp_path):
    limit = FLAG.threshold
    rows = [("A", limit, 0.0)] * 500 + [("A", limit, 0.5)] * 10 + [("A", 0, 1.0)] * 995
    found = beside(tmp_path, [rows], limit)
    assert found.share == pytest.approx([(PSEUDO_BOOKINGS * FLAG.rare + 5) / (PSEUDO_BOOKINGS + 1_000)])


def test_what_was_not_assessed_does_not_count_and_another_centre_does_not_either(tmp_path):
    limit = FLAG.threshold
    rows = [("A", np.nan, 1.0)] * 100 + [("B", limit, 1.0)] * 50
    found = beside(tmp_path, [rows], limit)
    assert found.share.tolist() == [FLAG.rare]


@pytest.mark.parametrize(("firing", "share"), [(5, FLAG.rare), (10, 0.05), (100, 0.95)])
def test_what_befalls_more_of_a_day_than_can_be_manipulated_is_usual_on_it(tmp_path, firing, share):
    limit = FLAG.threshold
    values = [limit] * firing + [0.0] * (100 - firing)
    found = beside(tmp_path, [], *values)
    assert found.share == pytest.approx([share] * 100)
    assert found.p[0] == pytest.approx(share)  # the value itself is as extreme as before among those that fire


def test_what_goes_much_further_than_the_day_s_mishap_stays_rare(tmp_path):
    limit = FLAG.threshold
    found = beside(tmp_path, [], *[limit] * 30, 50 * limit, *[0.0] * 69)
    assert found.share == pytest.approx([0.26] * 100)
    assert found.p[0] == pytest.approx(0.26)
    assert found.p[30] < FLAG.rare / 100


def test_a_mishap_at_one_centre_is_none_at_another(tmp_path):
    limit = FLAG.threshold
    found = usual_of(tmp_path, [], *"A" * 50, "B").compared(FLAG, np.array([limit] * 50 + [limit]))
    assert found.share[0] == pytest.approx(0.9)
    assert found.share[-1] == FLAG.rare


def test_scores_are_ranked_among_earlier_ones_of_the_centre(tmp_path):
    rows = [("A", 0, 1.0)] * 3_999 + [("A", 50, 1.0)] + [("B", 90, 1.0)] * 4_000
    p = usual_of(tmp_path, [rows], *"AAAC").rank(np.array([0.0, 0.5, 0.6, 0.9]))
    assert p is not None
    assert p.tolist() == pytest.approx([1, 2 / 4_001, 1 / 4_001, 4_001 / 8_001])  # C, unknown, among all


def test_equal_scores_of_several_centres_all_count(tmp_path):
    rows = [("A", 50, 1.0)] * 10 + [("B", 50, 1.0)] * 20 + [("B", 0, 1.0)] * 69
    p = usual_of(tmp_path, [rows], "C").rank(np.array([0.5]))
    assert p is not None
    assert p.tolist() == pytest.approx([31 / 100])


def test_without_nights_there_is_no_rank(tmp_path):
    assert usual_of(tmp_path, [], "A").rank(np.array([0.5])) is None


@given(st.floats(1e-6, 1e9))
def test_values_are_told_apart_to_three_digits(value):
    assert coarse(np.array([value]))[0] == pytest.approx(value, rel=0.005)
    assert coarse(np.array([-value]))[0] == -coarse(np.array([value]))[0]
