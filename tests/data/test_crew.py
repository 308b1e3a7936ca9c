"""Worlds made by several processes: the same bytes as by one, and the same log in Parquet as in CSV."""

import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.contract import DELIVERED
from data.errors import UserError
from data.home import Home
from data.ingest import ingest
from data.worlds import crew, simulate
from data.worlds.sheets import SHEETS
from tests.command import wait_until

CENTRES, DAYS = 3, 4


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("preset", ["city", "province"])
def test_how_many_processes_make_a_world_changes_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, preset: str
) -> None:
    monkeypatch.setattr(crew, "PROCESSORS", 2)
    simulate(preset, tmp_path / "one", centres=CENTRES, days=DAYS)
    monkeypatch.setattr(crew, "WORTH_IT", 1)
    simulate(preset, tmp_path / "two", centres=CENTRES, days=DAYS)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert len(files(tmp_path / "one")) == 4 * DAYS + 4


def test_another_seed_makes_another_world(tmp_path: Path) -> None:
    for seed in (1, 2):
        simulate("province", tmp_path / str(seed), seed=seed, centres=1, days=3)
    same = [name for name, content in files(tmp_path / "1").items() if files(tmp_path / "2")[name] == content]
    assert set(same) <= {"complaints/complaints.parquet"}  # in so few days there may be none


def test_a_province_is_taken_in_without_a_reject(tmp_path: Path) -> None:
    made = simulate("province", tmp_path / "world", centres=2, days=3)
    for table in DELIVERED:
        for path in (tmp_path / "world" / table).glob("*"):
            assert path.suffix == ".parquet"
            assert pq.read_schema(path).equals(DELIVERED[table].arrow, check_metadata=False)
    report = ingest(Home.create(tmp_path / "home"), str(tmp_path / "world"))
    assert report.total("rejected") == 0
    assert report.counts()["bookings"]["accepted"] == made.bookings


@pytest.mark.parametrize("table", ["bookings", "shifts", "quotas"])
def test_an_empty_part_is_a_table_without_rows(tmp_path: Path, table: str) -> None:
    for sheet in SHEETS.values():
        sheet.write(tmp_path, table, "none", [sheet.part(table, [])])
    assert pq.read_table(tmp_path / table / "none.parquet").equals(pa.Table.from_pylist([], DELIVERED[table].arrow))
    headers = ",".join(column.name for column in DELIVERED[table].columns) + "\n"
    assert (tmp_path / table / "none.csv").read_text(encoding="utf-8") == headers


def test_progress_is_told_day_by_day(tmp_path: Path) -> None:
    told: list[tuple[int, str]] = []

    class Told:
        def start(self, what: str, total: int) -> None:
            assert (what, total) == ("Making clean", DAYS)

        def advance(self, steps: int, note: str = "") -> None:
            told.append((steps, note))

    made = simulate("clean", tmp_path / "world", centres=1, days=DAYS, progress=Told())
    assert [steps for steps, _ in told] == [1] * DAYS
    assert told[-1][1] == f"{made.bookings:,} bookings"


class Kills:
    """Kills a process of the crew as soon as the first day is written."""

    def start(self, what: str, total: int) -> None:
        pass

    def advance(self, steps: int, note: str = "") -> None:
        os.kill(multiprocessing.active_children()[0].pid or 0, signal.SIGKILL)


def test_a_process_that_is_killed_is_a_sentence_and_no_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "WORTH_IT", 1)
    with pytest.raises(UserError, match=r"was killed.*--centres"):
        simulate("province", tmp_path / "world", centres=4, days=12, progress=Kills())
    assert list(tmp_path.iterdir()) == []


def test_the_crew_ends_with_whoever_writes(tmp_path: Path) -> None:
    make = f"simulate('province', Path({str(tmp_path)!r}) / 'w')"
    words = f"from pathlib import Path; from data.worlds import simulate; {make}"
    with subprocess.Popen([sys.executable, "-c", words]) as writer:
        children = Path(f"/proc/{writer.pid}/task/{writer.pid}/children")
        wait_until(lambda: len(children.read_text().split()) >= 2)
        crew_of = [Path("/proc") / pid for pid in children.read_text().split()]
        writer.kill()
    wait_until(lambda: not any(running(process) for process in crew_of))


def running(process: Path) -> bool:
    try:
        return "zombie" not in (process / "status").read_text()
    except OSError:
        return False
