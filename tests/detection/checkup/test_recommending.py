"""Waits by queueing theory, and the quota that goes with a short one; peers; idle windows."""

import pytest

from detection.checkup.balance import Balance, balance
from detection.checkup.capacity import Capacity, Pool
from detection.checkup.idling import idling, window_days
from detection.checkup.peering import beside
from detection.checkup.recommending import COMES, MEAN_WAIT_S, recommended, wait_s
from tests.detection.checkup.checkup_support import days, drawn, hundred, log, windows


def pool(windows_: float, variance: float = 600.0**2) -> Pool:
    return Pool(("A",), 600.0, variance, 28800.0 * windows_, 2.0 * windows_, windows_)


@pytest.mark.parametrize(("load", "usual"), [(0.5, 600.0), (0.8, 2400.0), (0.9, 5400.0)])
def test_one_window_waits_as_the_textbook_says(load: float, usual: float) -> None:
    """M/M/1 waits cycle · load / (1 - load); less by what is regular."""
    assert wait_s(pool(1), load) == pytest.approx(usual * (COMES + 1) / 2)


def test_two_windows_wait_as_the_textbook_says() -> None:
    """M/M/2 at load 0.8: Erlang's C is 0.711, over 2 · 0.2 of the cycle."""
    assert wait_s(pool(2), 0.8) == pytest.approx(0.7111 * 600 / 0.4 * (COMES + 1) / 2, rel=1e-3)


def test_more_windows_wait_less_and_a_fuller_hall_longer() -> None:
    waits = [wait_s(pool(number), 0.85) for number in (1, 2, 4, 8)]
    assert waits == sorted(waits, reverse=True)
    fuller = [wait_s(pool(4), load / 100) for load in range(40, 99)]
    assert fuller == sorted(fuller)


def test_the_recommended_quota_keeps_waits_short_and_leaves_room_for_walk_ins() -> None:
    able = hundred()
    without = recommended(able, drawn(balance(log(), able)))
    beside_walk_ins = recommended(able, drawn(balance(log(walk_ins=20), able)))
    assert without is not None
    assert beside_walk_ins is not None
    assert 60 < without.slots < able.per_day
    assert without.wait_s <= MEAN_WAIT_S
    assert beside_walk_ins.slots == pytest.approx(without.slots - 20, abs=1)


def test_idle_minutes_are_what_is_neither_service_nor_the_way_to_the_next() -> None:
    """8 h open, 2 h busy with ten people and a minute behind each: 5 h 50 min idle a day, 35 cycles of ten minutes."""
    of, able = days(2), hundred()
    open_ = windows(of, ("A",), hours=8, stretches=1).assign(busy_s=7200.0, turns=10, last_end=32400.0 + 7 * 3600)
    found = idling(window_days(open_, able), [of[0]], able)
    assert found is not None
    assert (found.days, found.minutes, found.people) == pytest.approx((1, 350, 35))
    assert (found.finished_early, found.minutes_early) == (1.0, 60.0)
    assert idling(window_days(open_, able), [], able) is None


def test_a_window_that_is_busier_than_it_is_open_is_not_idle() -> None:
    able = hundred()
    open_ = windows(days(1), ("A",), hours=1, stretches=1).assign(busy_s=4000.0, turns=3, last_end=40000.0)
    assert window_days(open_, able)["idle_s"].tolist() == [0.0]


def shares(**of: float) -> dict[str, tuple[Capacity, Balance]]:
    able = hundred()
    return {
        name: (able, drawn(balance(log(released=98 * share, taken=98 * share, kept=98 * share), able)))
        for name, share in of.items()
    }


def test_a_centre_beside_its_peers() -> None:
    found = beside("A", shares(A=0.5, B=0.8, C=0.8, D=0.9, E=0.4))
    assert found is not None
    assert (found.peers, found.lower) == (4, 1)
    assert found.median == pytest.approx(0.8)
    assert found.shrunk == pytest.approx(0.5), "it is known exactly, so nothing draws it to the others"


def test_too_few_peers_say_nothing() -> None:
    assert beside("A", shares(A=0.5, B=0.8, C=0.8)) is None
