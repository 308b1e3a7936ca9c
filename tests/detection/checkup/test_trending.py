"""Days on which something changed for good, and where to."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from detection.checkup.displacing import displaced
from detection.checkup.trending import Change, changes
from tests.detection.checkup.checkup_support import days


def series(*levels: tuple[int, float], noise: float = 0.0, monday: float = 0.0) -> "pd.Series[float]":
    rng = np.random.default_rng(7)
    values = np.concatenate([np.full(number, level) for number, level in levels])
    of = days(len(values))
    weekly = [monday if day.weekday() == 0 else 0.0 for day in of]
    return pd.Series(values + rng.normal(0, 1, len(values)) * noise + weekly, index=of)


CASES = [
    ("nothing changes", series((60, 50)), []),
    ("only noise", series((60, 50), noise=5), []),
    ("only Mondays are fuller", series((60, 50), noise=2, monday=20), []),
    ("a cut", series((30, 100), (30, 60), noise=3), [30]),
    ("a cut and its end", series((30, 100), (20, 60), (30, 100), noise=3), [30, 50]),
    ("a raise from nothing", series((20, 0), (20, 40), noise=1), [20]),
    ("some days that differ are no change for good", series((30, 100), (4, 60), (30, 100), noise=3), []),
    ("it happened once", series((30, 0), (1, 1), (30, 0)), []),
    ("nothing ever", series((60, 0)), []),
    ("too small to matter", series((30, 100), (30, 95), noise=0.5), []),
    ("too few days", series((9, 100), (9, 50)), []),
]


@pytest.mark.parametrize(("values", "at"), [pytest.param(values, at, id=name) for name, values, at in CASES])
def test_changes(values: "pd.Series[float]", at: list[int]) -> None:
    found = changes(values, "released")
    assert len(found) == len(at)
    for change, place in zip(found, at, strict=True):
        assert abs(list(values.index).index(change.day) - place) <= 2


def test_days_without_a_value_are_left_out() -> None:
    values = series((30, 100), (30, 60), noise=2)
    values.iloc[5:9] = np.nan
    (found,) = changes(values, "released")
    assert found.before == pytest.approx(100, abs=2)
    assert found.after == pytest.approx(60, abs=2)
    assert not found.raised
    assert changes(values * np.nan, "released") == []


def fell(day: int, what: str = "off_quota") -> Change:
    return Change(what, date(2026, 3, 1) + timedelta(days=day), 4.0, 0.0)


def rose(day: int, by: float = 3.0, what: str = "off_quota") -> Change:
    return Change(what, date(2026, 3, 1) + timedelta(days=day), 0.0, by)


MOVED = [
    ("at once, elsewhere", {"K1": [fell(10)], "K2": [rose(12)]}, [("K1", "K2")]),
    ("seen some days before", {"K1": [fell(10)], "K2": [rose(5)]}, [("K1", "K2")]),
    ("long after", {"K1": [fell(10)], "K2": [rose(40)]}, []),
    ("in the same place", {"K1": [fell(10), rose(12)]}, []),
    ("too little of it", {"K1": [fell(10)], "K2": [rose(12, by=1.0)]}, []),
    ("something else", {"K1": [fell(10)], "K2": [rose(12, what="served")]}, []),
    ("nothing", {}, []),
]


@pytest.mark.parametrize(("found", "pairs"), [pytest.param(found, pairs, id=name) for name, found, pairs in MOVED])
def test_what_stopped_here_and_began_there(found: dict[str, list[Change]], pairs: list[tuple[str, str]]) -> None:
    assert [(moved.source, moved.target) for moved in displaced(found)] == pairs
