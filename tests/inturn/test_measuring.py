"""Nights measured ahead by a process of its own: the same rows, the same sentences, and no process left behind."""

import multiprocessing
import os
import shutil
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from data.errors import HomeError, UserError
from data.home import Home
from data.lake import Lake
from data.stored.table import DAY
from data.tables import LAKE
from inturn import measuring
from inturn.night import run_nights
from tests.conftest import FIRST, LAST
from tests.lake_rows import contents

#: what a run says of itself, and which versions of the tables it has read
OWN = ("run_id", "started_at", "ended_at", "input_versions", "output_versions")


@pytest.fixture(autouse=True)
def _always_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "PROCESSORS", 2)
    monkeypatch.setattr(measuring, "WORTH_IT", 1)


class Told:
    """Told how far the work is."""

    def __init__(self) -> None:
        self.total = self.steps = 0

    def start(self, what: str, total: int) -> None:
        self.total = total

    def advance(self, steps: int, note: str = "") -> None:
        self.steps += steps


def test_the_rows_are_those_of_one_night_after_another(
    home: Home, run_through: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "AHEAD", 1)
    told, lake, nights = Told(), Lake.of(home), []
    for night in run_nights(home, FIRST, LAST, told):
        nights.append(night.day)
        if night.day == FIRST:
            assert LAST not in lake.days("features")  # no further ahead than it may be
    assert nights == [FIRST + timedelta(days=n) for n in range(3)]
    assert told.steps == told.total
    one_by_one = Home.open(run_through)
    tables = [name for name in LAKE if lake.version(name) is not None and DAY in LAKE[name].schema.names]
    assert {"features", "scores", "case_days", "strata", "runs"} < set(tables)
    for table in tables:
        assert contents(home, table, without=OWN) == contents(one_by_one, table, without=OWN), table


def test_what_measuring_says_comes_through_whole(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(home.path("lake", "bookings"))
    said = []
    for worth_it in (1, 2):  # by a process of its own, and by this one
        monkeypatch.setattr(measuring, "WORTH_IT", worth_it)
        with pytest.raises(HomeError, match="bookings") as raised:
            list(measuring.measured(home, [FIRST], Told()))
        said.append((type(raised.value), str(raised.value), vars(raised.value)))
        assert not multiprocessing.active_children()
    assert said[0] == said[1]
    assert said[0][2].keys() >= {"what", "where", "next_step"}


class Kills(Told):
    """Kills the process that measures as soon as it has done something."""

    def advance(self, steps: int, note: str = "") -> None:
        for child in multiprocessing.active_children():
            os.kill(child.pid or 0, signal.SIGKILL)


def test_measuring_that_is_killed_is_a_sentence(home: Home) -> None:
    with pytest.raises(UserError, match=r"was killed.*fewer than 1 nights"):
        list(run_nights(home, FIRST, LAST, Kills()))
