"""Evidence that bookings lend each other."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from data.engine import engine
from data.home import Home
from data.lake import Lake
from detection.flag import Flag, all_flags
from detection.hindsight import NO_HINDSIGHT
from detection.lending import (
    ANY,
    CENTRE,
    CHANCE,
    CHANCE_IN_RING,
    CLERK,
    LEAST_LEFT,
    PSEUDO_SUSPECTED,
    RING,
    Lending,
    Lent,
)

DAY = date(2026, 3, 2)
LAST = DAY + timedelta(days=9)
FLAG = all_flags()["Q101"]


def lending(home: Home, *bookings: tuple[str, str | None, str | None]) -> Lending:
    """The groups of bookings, each a centre, a hand and a ring, beside the nights before `LAST`."""
    rows = pd.DataFrame(bookings, columns=["centre_id", "hand", "ring_id"])
    with engine(home) as connection:
        return Lending(connection, Lake.of(home), (DAY, LAST - timedelta(days=1)), rows, NO_HINDSIGHT.suspicions)


def lent_by(night: Lending, flag: Flag, suspicion: dict[str, np.ndarray]) -> Lent:
    """What is lent for one hypothesis alone."""
    return night.lent({flag.code: flag}, suspicion)[flag.code]


def remember(home: Home, day: date, suspected: list[float], *bookings: tuple[str, str | None, str | None]) -> None:
    by = {FLAG.code: np.array(suspected)}
    night = lending(home, *bookings).summed_up(day, by, by)
    Lake.of(home).replace_day("suspicions", day, night)


@pytest.fixture
def home(tmp_path):
    return Home.create(tmp_path / "home")


def test_nothing_known_lends_nothing(home):
    lent = lent_by(lending(home, ("A", "k", "r")), FLAG, {FLAG.code: np.zeros(1)})
    assert lent.product.tolist() == [1.0]


def test_suspected_bookings_of_clerk_and_ring_make_the_next_one_likelier(home):
    remember(home, DAY, [0.9, 0.0, 0.0], ("A", "k", "r"), ("A", "l", None), ("A", None, None))
    night = lending(home, ("A", "k", None), ("A", "l", "r"), ("B", "k", None))
    lent = lent_by(night, FLAG, {FLAG.code: np.zeros(3)})
    centre = (PSEUDO_SUSPECTED + 0.9) / (PSEUDO_SUSPECTED + CHANCE * 4)
    assert lent.centre == pytest.approx([centre, centre, 1.0])
    assert lent.clerk[0] == pytest.approx((PSEUDO_SUSPECTED + 0.9) / (PSEUDO_SUSPECTED + CHANCE * centre))
    assert lent.clerk[1] < 1 < lent.clerk[0]
    assert lent.clerk[2] == 1, "a clerk of another centre is another one"
    assert lent.ring == pytest.approx([1, (PSEUDO_SUSPECTED + 0.9) / (PSEUDO_SUSPECTED + CHANCE_IN_RING), 1])


def test_the_night_s_own_bookings_lend_too_but_none_to_itself(home):
    lent = lent_by(lending(home, ("A", "k", None), ("A", "k", None)), FLAG, {FLAG.code: np.array([0.9, 0.0])})
    assert lent.clerk[0] < 1 < lent.clerk[1]


def test_a_slot_passed_on_needs_no_clerk(home):
    remember(home, DAY, [0.9], ("A", "k", None))
    passed_on = next(flag for flag in all_flags().values() if flag.is_hypothesis and flag.family == "booking")
    suspicion = {FLAG.code: np.zeros(1), passed_on.code: np.zeros(1)}
    lent = lent_by(lending(home, ("A", "k", None)), passed_on, suspicion)
    assert lent.clerk.tolist() == [1.0]


def test_a_night_remembered_twice_counts_once(home):
    for _ in range(2):
        remember(home, DAY, [0.9], ("A", "k", "r"))
    lent = lent_by(lending(home, ("A", "k", "r")), FLAG, {FLAG.code: np.zeros(1)})
    assert lent.ring == pytest.approx([(PSEUDO_SUSPECTED + 0.9) / (PSEUDO_SUSPECTED + CHANCE_IN_RING)])


def test_however_long_a_centre_has_shown_nothing_it_may_have_begun_today(home):
    calls = [("A", None, None)] * 20_000
    remember(home, DAY, [0.0] * len(calls), *calls)
    nothing = {FLAG.code: np.zeros(1)}
    large = lending(home, ("A", None, None))
    assert PSEUDO_SUSPECTED / (PSEUDO_SUSPECTED + CHANCE * len(calls)) < LEAST_LEFT
    assert lent_by(large, FLAG, nothing).centre.tolist() == [LEAST_LEFT]


def test_a_quiet_centre_makes_what_no_flag_names_less_likely_too_and_a_loud_one_leaves_it_as_it_is(home):
    quiet, loud = [("A", None, None)] * 3_000, [("B", None, None)] * 3_000
    remember(home, DAY, [0.0] * len(quiet) + [0.01] * len(loud), *quiet, *loud)
    here = lending(home, ("A", None, None), ("B", None, None), ("C", None, None))
    left = here.quiet({FLAG.code: np.zeros(3)})
    assert left[0] == pytest.approx(PSEUDO_SUSPECTED / (PSEUDO_SUSPECTED + CHANCE * 3_000))
    assert left[1:].tolist() == [1.0, 1.0]


def test_what_a_centre_lent_does_not_come_back_to_it(home):
    suspected, apart = {FLAG.code: np.array([0.9])}, {FLAG.code: np.array([0.2])}
    night = lending(home, ("A", "k", "r")).summed_up(DAY, suspected, apart).to_pylist()
    assert {row["level"]: row["suspected"] for row in night if row["flag"] == ANY} == {
        CENTRE: 0.2,
        CLERK: 0.9,
        RING: 0.9,
    }
