"""The judged home: the small world's first days with one jump that nobody could overlook, run night by night."""

import csv
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data.home import Home
from data.ingest import ingest
from inturn.night import run_nights
from tests.conftest import FIRST, LAST
from tests.once import made_once

Rows = list[dict[str, str]]
#: the phone of the booking that jumps and of eleven other people's bookings
SHARED = "13999999999"


def rewrite(file: Path, change: Callable[[Rows], Rows]) -> None:
    """Put changed rows in the place of a delivered file's."""
    with file.open(encoding="utf-8", newline="") as before:
        reader = csv.DictReader(before)
        rows, names = change(list(reader)), reader.fieldnames or []
    with file.open("w", encoding="utf-8", newline="") as after:
        writer = csv.DictWriter(after, names)
        writer.writeheader()
        writer.writerows(rows)


def plant(rows: Rows) -> Rows:
    """The booking that can pass most people by being called as it comes is so.

    Its clerk typed it in minutes before. It shares its phone with eleven others, and holds a ticket that was drawn
    after all others' of its day.
    """
    line = [row for row in rows if row["called_at"] and row["service_code"] == "BX" and row["centre_id"] == "C01"]

    def waiting(row: dict[str, str]) -> int:
        now = max(row["checked_in_at"], row["slot_start"])
        return sum(max(other["checked_in_at"], other["slot_start"]) < now < other["called_at"] for other in line)

    jumper = max(line, key=waiting)
    called = datetime.fromisoformat(max(jumper["checked_in_at"], jumper["slot_start"])) + timedelta(seconds=1)
    jumper |= dict.fromkeys(("called_at", "served_from", "served_to"), called.isoformat())
    jumper |= {"phone": SHARED, "missed_at": "", "priority_class": "", "ticket_no": "999"}
    typed_in = datetime.fromisoformat(jumper["checked_in_at"]) - timedelta(minutes=5)
    jumper |= {"channel": "staff", "created_by": jumper["clerk_id"], "created_at": typed_in.isoformat()}
    for row in [row for row in line if row is not jumper][:11]:
        row["phone"] = SHARED
    return rows


@pytest.fixture(scope="session")
def planted(first_days: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first days as a source, with the jump on the last; not to be changed."""

    def change(place: Path) -> None:
        folder = shutil.copytree(first_days, place / "hall")
        rewrite(folder / "bookings" / f"{LAST}.csv", plant)

    return made_once(tmp_path_factory, "planted", change) / "hall"


@pytest.fixture(scope="session")
def judged(planted: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose nights have been run; not to be changed."""
    return Home.open(made_once(tmp_path_factory, "judged", lambda place: run_all(place, planted)) / "home")


@pytest.fixture
def rerun(judged: Home, tmp_path: Path) -> Home:
    """A copy of it that the test may change."""
    return Home.open(shutil.copytree(judged.root, tmp_path / "rerun"))


def run_all(folder: Path, source: Path) -> Home:
    """A new home that took the source in and ran its three nights."""
    Home.create(folder / "home")
    # three nights prove little: what is flagged is to be seen all the same
    (folder / "home" / "inturn.toml").write_text("false_discovery_rate = 0.5\n", encoding="utf-8")
    home = Home.open(folder / "home")
    ingest(home, str(source))
    assert len(list(run_nights(home, FIRST, LAST))) == 3
    return home
