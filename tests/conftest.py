"""What tests share: the small world, a home that took in its first days, and the command line in its own process."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from data.home import Home
from data.ingest import ingest
from data.worlds import simulate
from tests.command import Command

#: days of the world that the shared home holds: two to learn from, one to judge
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 4)
#: the file of the day after
NEXT = "2026-03-05.csv"


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole small world; not to be changed."""
    folder = tmp_path_factory.mktemp("world") / "hall"
    simulate("small", folder)
    return folder


@pytest.fixture(scope="session")
def first_days(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world's first three days; not to be changed."""
    folder = tmp_path_factory.mktemp("days") / "hall"
    for file in small_world.glob("*/*.csv"):
        if not file.stem[:4].isdigit() or file.stem <= str(LAST):
            (folder / file.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copy(file, folder / file.parent.name)
    return folder


@pytest.fixture(scope="session")
def taken_in(first_days: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has taken in the first days; not to be changed."""
    root = tmp_path_factory.mktemp("homes") / "home"
    ingest(Home.create(root), str(first_days))
    return root


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
