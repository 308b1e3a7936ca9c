"""What tests share: the small world, a home that took in its first days, and the command line in its own process."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from data.home import Home
from data.ingest import ingest
from data.worlds import simulate
from inturn.night import run_nights
from tests.command import Command
from tests.once import made_once

#: days of the world that the shared home holds: two to learn from, one to judge
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 4)
#: the file of the day after
NEXT = "2026-03-05.csv"


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole small world; not to be changed."""
    return made_once(tmp_path_factory, "world", lambda place: simulate("small", place / "hall")) / "hall"


@pytest.fixture(scope="session")
def first_days(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world's first three days; not to be changed."""

    def copy(place: Path) -> None:
        for file in small_world.glob("*/*.csv"):
            if not file.stem[:4].isdigit() or file.stem <= str(LAST):
                (place / "hall" / file.parent.name).mkdir(parents=True, exist_ok=True)
                shutil.copy(file, place / "hall" / file.parent.name)

    return made_once(tmp_path_factory, "days", copy) / "hall"


@pytest.fixture(scope="session")
def taken_in(first_days: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has taken in the first days; not to be changed."""

    def take_in(place: Path) -> None:
        ingest(Home.create(place / "home"), str(first_days))

    return made_once(tmp_path_factory, "taken-in", take_in) / "home"


@pytest.fixture(scope="session")
def run_through(taken_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has taken in the first days and run their nights; not to be changed."""

    def run(place: Path) -> None:
        list(run_nights(Home.open(shutil.copytree(taken_in, place / "home")), FIRST, LAST))

    return made_once(tmp_path_factory, "run-through", run) / "home"


@pytest.fixture
def home(taken_in: Path, tmp_path: Path) -> Home:
    """A home of the test's own that has taken in the first days."""
    return Home.open(shutil.copytree(taken_in, tmp_path / "home"))


@pytest.fixture
def hall(first_days: Path, tmp_path: Path) -> Path:
    """A copy of the first days that the test may change."""
    return shutil.copytree(first_days, tmp_path / "hall")


@pytest.fixture
def new(hall: Path, small_world: Path, home: Home) -> Path:
    """The next day's file, just delivered beside those that the home knows."""
    return Path(shutil.copy(small_world / "bookings" / NEXT, hall / "bookings"))


@pytest.fixture
def inturn(tmp_path: Path) -> Command:
    """`inturn(*words)` runs the command in a new process and says how it ended; `inturn.start` does not wait."""
    return Command(tmp_path)
