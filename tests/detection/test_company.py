"""What keeps suspected bookings company at a centre, and what stands beside a benefit by that."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.engine import engine
from data.home import Home
from data.lake import Lake
from detection.company import PSEUDO_INNOCENT, PSEUDO_SUSPECTED, Company
from detection.flag import all_flags
from detection.hindsight import NO_HINDSIGHT
from detection.standing import KEPT_OPEN, mixed, standing
from detection.weighing import FITS, Finding

DAY = date(2026, 3, 2)
LAST = DAY + timedelta(days=9)
FLAGS = all_flags()
#: a benefit, one of its supports, and another that looks at the same thing
BENEFIT, SUPPORT, ALIKE = "Q402", "Q401", "Q403"


def company(home: Home, *centres: str) -> Company:
    with engine(home) as connection:
        return Company(
            connection, Lake.of(home), (DAY, LAST - timedelta(days=1)), pd.Series(centres), NO_HINDSIGHT.company
        )


def findings(fired: list[set[str]], unassessed: frozenset[str] = frozenset()) -> dict[str, Finding]:
    found = {}
    for code, flag in FLAGS.items():
        fires = np.array([code in codes for codes in fired])
        share = np.full(fires.size, flag.rare)
        found[code] = Finding(np.full(fires.size, code not in unassessed), fires, share, share)
    return found


def remember(
    home: Home, day: date, suspected: list[float], fired: list[set[str]], **unassessed: frozenset[str]
) -> None:
    nothing = dict.fromkeys((code for code, flag in FLAGS.items() if flag.is_hypothesis), np.zeros(len(suspected)))
    known = company(home, *["A"] * len(suspected))
    night = known.summed_up(day, FLAGS, findings(fired, **unassessed), {**nothing, BENEFIT: np.array(suspected)})
    Lake.of(home).replace_day("company", day, night)


def weighed(home: Home, centre: str, *fired: set[str]) -> np.ndarray:
    found = standing(BENEFIT, FLAGS, findings(list(fired)), company(home, *[centre] * len(fired)))
    return np.prod(list(found.families.values()), axis=0)


@pytest.fixture
def home(tmp_path):
    return Home.create(tmp_path / "home")


def test_before_anything_was_seen_a_support_fits_as_likely_as_not_and_all_count_alike(home):
    seen = company(home, "A").beside(BENEFIT, SUPPORT, np.array([0.02]), np.array([0]))
    assert (seen.fit.tolist(), seen.told.tolist()) == ([FITS], [0.0])
    assert mixed([np.array([25.0]), np.array([1.0])], [np.zeros(1), np.zeros(1)]) == pytest.approx([13.0])


def test_what_was_seen_beside_suspected_bookings_is_how_a_support_fits(home):
    remember(home, DAY, [0.9, 0.6, 0.0], [{BENEFIT, SUPPORT}, {BENEFIT}, {SUPPORT}])
    seen = company(home, "A").beside(BENEFIT, SUPPORT, np.array([0.02]), np.array([0]))
    assert seen.fit == pytest.approx([(PSEUDO_SUSPECTED * FITS + 0.9) / (PSEUDO_SUSPECTED + 1.5)])


def test_a_support_that_was_not_assessed_teaches_nothing(home):
    remember(home, DAY, [0.9], [{BENEFIT}], unassessed=frozenset({SUPPORT}))
    seen = company(home, "A").beside(BENEFIT, SUPPORT, np.array([0.02]), np.array([0]))
    assert (seen.fit.tolist(), seen.told.tolist()) == ([FITS], [0.0])


def test_what_goes_together_by_nature_weighs_nothing(home):
    new = weighed(home, "A", {BENEFIT, SUPPORT})
    remember(home, DAY, [1e-6] * 20_000, [{BENEFIT, SUPPORT}] * 20_000)
    seen = company(home, "B").beside(BENEFIT, SUPPORT, np.array([0.02]), np.array([0]))
    assert seen.share == pytest.approx([(PSEUDO_INNOCENT * 0.02 + 20_000) / (PSEUDO_INNOCENT + 20_000)])
    assert weighed(home, "B", {BENEFIT, SUPPORT})[0] < new[0]


def test_a_few_days_of_manipulation_that_nobody_suspects_yet_hardly_make_it_look_natural(home):
    remember(home, DAY, [1e-6] * 15, [{BENEFIT, SUPPORT}] * 15)
    seen = company(home, "A").beside(BENEFIT, SUPPORT, np.array([0.02]), np.array([0]))
    assert seen.share < 2 * 0.02


def test_innocent_bookings_that_show_a_support_more_rarely_do_not_make_it_weigh_more(home):
    remember(home, DAY, [1e-6] * 5_000, [{BENEFIT}] * 5_000)
    seen = company(home, "A").beside(BENEFIT, SUPPORT, np.array([0.02]), np.array([0]))
    assert seen.share.tolist() == [0.02]


def test_who_goes_about_it_as_others_there_did_is_likelier_and_who_does_not_less(home):
    new = weighed(home, "A", {BENEFIT, SUPPORT}, {BENEFIT})
    remember(home, DAY, [0.9] * 8, [{BENEFIT, SUPPORT}] * 8)
    known = weighed(home, "A", {BENEFIT, SUPPORT}, {BENEFIT})
    assert known[0] > 2 * new[0]
    assert known[1] < new[1]
    assert weighed(home, "B", {BENEFIT, SUPPORT}, {BENEFIT}) == pytest.approx(new, rel=0.05), "other people"


def test_another_way_than_those_before_keeps_its_part(home):
    new = weighed(home, "A", {BENEFIT, ALIKE})
    remember(home, DAY, [0.9] * 40, [{BENEFIT, SUPPORT}] * 40)
    assert weighed(home, "A", {BENEFIT, ALIKE})[0] > KEPT_OPEN / 10 * new[0]


@given(
    told=st.lists(st.floats(-50, 50), min_size=1, max_size=5),
    weights=st.lists(st.floats(0, 1e3), min_size=5, max_size=5),
)
def test_a_mixture_lies_between_its_parts(told, weights):
    parts = weights[: len(told)]
    (found,) = mixed([np.array([one]) for one in parts], [np.array([one]) for one in told])
    assert min(parts) - 1e-9 <= found <= max(parts) * (1 + 1e-9)
