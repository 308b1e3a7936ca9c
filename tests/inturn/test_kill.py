"""A command killed at any point, then repeated, leaves what a command that was never killed leaves."""

import csv
import io
import json
import random
import shutil
import time
from datetime import timedelta
from pathlib import Path

import pytest

from data.home import Home
from data.tables import LAKE
from features.summary import all_summaries
from tests.command import Command
from tests.conftest import FIRST
from tests.lake_rows import contents
from tests.once import made_once

INGESTED = ("bookings", "booking_events", "refusals", "quotas", "shifts", "complaints", "agents", "centres")
KEPT = (*INGESTED, "history", "rejects")
NIGHT = (
    *all_summaries(),
    *(
        "overtakes",
        "order",
        "rings",
        "ring_changes",
        "affinity",
        "features",
        "findings",
        "scores",
        "case_days",
        "cases",
    ),
)
#: the last night that is run: one that learns from another
UNTIL = FIRST + timedelta(days=1)
#: where it stands how long the ingest and the run took that were not killed
SECONDS = "seconds.json"
#: what tells one run from another
RUN = ("run_id", "first_seen_run")

#: where to kill, as a share of the time that the whole command takes; the last may come too late, which is fine too
POINTS = [0.6]
MANY = sorted(random.Random(20260302).uniform(0.02, 1.1) for _ in range(20))  # noqa: S311 - no secret
SHARES = [*POINTS, *(pytest.param(share, marks=pytest.mark.slow) for share in MANY)]


@pytest.fixture(scope="module")
def source(first_days: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first days, delivered again with corrections and a few impossible rows."""
    folder = shutil.copytree(first_days, tmp_path_factory.mktemp("killed") / "hall")
    lines = (folder / "bookings" / f"{FIRST}.csv").read_text(encoding="utf-8").splitlines()
    corrected = [line.replace(",online,", ",phone,") for line in lines[1:80]]
    refused = [line.replace(",served", ",gone") for line in lines[80:110]]
    (folder / "bookings" / "again.csv").write_text("\n".join([lines[0], *corrected, *refused]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> "Whole":
    """A home whose commands were never killed, and how long they took."""
    folder = made_once(tmp_path_factory, "whole", lambda place: run_whole(place, source))
    return Whole(folder, *json.loads((folder / SECONDS).read_text(encoding="utf-8")))


def run_whole(folder: Path, source: Path) -> None:
    inturn = Command(folder)
    assert inturn("init", "--home", folder / "empty").status == 0
    shutil.copytree(folder / "empty", folder / "ingested")
    began = time.monotonic()
    assert inturn("ingest", source, "--home", folder / "ingested").status == 3
    ingested = time.monotonic()
    shutil.copytree(folder / "ingested", folder / "judged")
    assert inturn("run", "--from", FIRST, "--to", UNTIL, "--home", folder / "judged").status == 0
    took = ingested - began, time.monotonic() - ingested
    (folder / SECONDS).write_text(json.dumps(took), encoding="utf-8")


class Whole:
    """Homes at each stage, made without being killed, and seconds that the ingest and the run took."""

    def __init__(self, folder: Path, ingest_s: float, run_s: float) -> None:
        self.folder, self.ingest_s, self.run_s = folder, ingest_s, run_s

    def copy(self, stage: str, place: Path) -> Home:
        return Home.open(shutil.copytree(self.folder / stage, place))

    def rows(self, stage: str, *tables: str) -> dict[str, object]:
        return contents(Home.open(self.folder / stage), *tables, without=RUN)


@pytest.mark.parametrize("share", SHARES)
def test_a_killed_ingest(inturn: Command, source: Path, whole: Whole, tmp_path: Path, share: float) -> None:
    home = whole.copy("empty", tmp_path / "home")
    inturn.start("ingest", source, "--home", home.root).kill(share * whole.ingest_s)
    ended = inturn("ingest", source, "--home", home.root)
    assert ended.status == 3, ended.err
    assert contents(home, *KEPT, without=RUN) == whole.rows("ingested", *KEPT)
    assert not home.path("staging", "ingest").exists()


@pytest.mark.parametrize("share", SHARES)
def test_a_killed_run(inturn: Command, whole: Whole, tmp_path: Path, share: float) -> None:
    home = whole.copy("ingested", tmp_path / "home")
    inturn.start("run", "--from", FIRST, "--to", UNTIL, "--home", home.root).kill(share * whole.run_s)
    ended = inturn("run", "--from", FIRST, "--to", UNTIL, "--home", home.root)
    assert ended.status == 0, ended.err
    assert contents(home, *NIGHT, without=RUN) == whole.rows("judged", *NIGHT)


#: three days show no ring, and prove nothing
EMPTY = {"rings", "ring_changes", "cases", "case_days"}


def test_what_is_compared_is_there(whole: Whole) -> None:
    rows = whole.rows("judged", *KEPT, *NIGHT)
    assert {name for name, found in rows.items() if not found} <= EMPTY
    written = {path.name for path in (whole.folder / "judged" / "lake").iterdir()}
    assert written - set(rows) <= {
        "deliveries",
        "made",
        "runs",
        "usual",
        "suspicions",
        "suspects",
        "company",
        "grounds",
    }
    assert written <= set(LAKE)


def test_a_killed_retention_loses_nothing(inturn: Command, whole: Whole, tmp_path: Path) -> None:
    home = whole.copy("judged", tmp_path / "home")
    inturn.start("lake", "compact", "--home", home.root).kill(0.15)
    inturn.start("lake", "retain", "--days", "0", "--home", home.root).kill(0.15)
    assert contents(home, *KEPT, *NIGHT, without=RUN) == whole.rows("judged", *KEPT, *NIGHT)


def test_scores_of_a_rerun_are_the_same_to_the_byte(inturn: Command, whole: Whole, tmp_path: Path) -> None:
    home = whole.copy("judged", tmp_path / "home")
    before = scores(inturn, home)
    assert inturn("run", "--from", FIRST, "--to", UNTIL, "--home", home.root).status == 0
    assert scores(inturn, home) == before
    assert len(before) > 500


def scores(inturn: Command, home: Home) -> list[tuple[str, ...]]:
    """Every score as `inturn flags` prints it, without the name of its run."""
    out = inturn("flags", "--from", FIRST, "--to", UNTIL, "--all", "--format", "csv", "--home", home.root).out
    return [tuple(value for name, value in row.items() if name != "run_id") for row in csv.DictReader(io.StringIO(out))]
