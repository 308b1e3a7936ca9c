"""Worlds made by several processes: the same bytes as by one, and the same log in Parquet as in CSV."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.contract import DELIVERED
from data.home import Home
from data.ingest import ingest
from data.worlds import crew, simulate
from data.worlds.sheets import SHEETS

CENTRES, DAYS = 3, 4


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("preset", ["city", "province"])
def test_how_many_processes_make_a_world_changes_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, preset: str
) -> None:
    monkeypatch.setattr(crew.os, "sched_getaffinity", lambda pid: {0, 1})
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
