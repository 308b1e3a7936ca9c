"""Staged files that become the lake's own: when they may, when not, and that it makes no difference to the rows."""

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from lake_support import booking, rows_of, write_csv

import data.staging
import data.upsert
from data.contract import DELIVERED
from data.home import Home
from data.ingest import ingest
from data.lake import Lake
from data.tables import COLUMNS_DELIVERED, LAKE

CUTS = ("bookings", "booking_events")
#: each home has a key of its own, and so other pseudonyms
PSEUDONYMS = {column.name for column in DELIVERED["bookings"].columns if column.identifies}


def days_of(count: int, a_day: int = 1) -> list[dict[str, str]]:
    """Bookings over so many days, the days in no order."""
    days = [str(date(2026, 1, 1) + timedelta(days=n * 7 % count)) for n in range(count)]
    return [booking(booking_id=f"{day}-{n}", service_day=day) for n in range(a_day) for day in days]


def home_with(root: Path, **files: list[dict[str, str]]) -> Home:
    """A home that took in one delivery of these files."""
    for name, rows in files.items():
        write_csv(root / "hall" / "bookings" / f"{name}.csv", rows)
    home = Home.create(root / "home")
    ingest(home, str(root / "hall"))
    return home


def test_a_new_day_is_one_file_and_a_new_delivery_one_commit_a_cut(tmp_path: Path) -> None:
    lake = Lake.of(home_with(tmp_path, a=days_of(5, a_day=3)))
    assert len(lake.files("bookings")) == 5
    assert len(lake.files("booking_events")) == 1  # all made on one day
    for cut in CUTS:
        assert [commit["operation"] for commit in DeltaTable(str(lake.root / cut)).history()] == [
            "WRITE",
            "CREATE TABLE",
        ]


@pytest.mark.parametrize("most", [0, 1])
def test_files_taken_over_and_files_put_together_hold_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    files = {"a": days_of(4, a_day=2), "b": [booking(booking_id="late", service_day="2026-01-02")]}
    taken_over = home_with(tmp_path / "1", **files)
    monkeypatch.setattr(data.upsert, "MOST_PIECES", most)
    put_together = home_with(tmp_path / "2", **files)
    assert len(Lake.of(taken_over).files("bookings")) == 5
    assert len(Lake.of(put_together).files("bookings")) == 4
    for cut in CUTS:
        names = ", ".join(f'"{name}"' for name in LAKE[cut].schema.names if name not in PSEUDONYMS)
        assert rows_of(taken_over, cut, names) == rows_of(put_together, cut, names)


def test_a_delivery_of_more_days_than_files_may_be_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = days_of(30, a_day=2)
    monkeypatch.setattr(data.staging, "OPEN_FILES", 4)
    home = home_with(tmp_path, a=rows)
    assert [row[0] for row in rows_of(home, "bookings", "booking_id")] == sorted(row["booking_id"] for row in rows)
    assert {day for (day,) in rows_of(home, "bookings", "DISTINCT service_day")} == Lake.of(home).days("bookings")


def test_a_day_in_which_a_row_gives_way_is_not_taken_over(tmp_path: Path) -> None:
    rows = [booking(booking_id="B1", slot_id="old"), booking(booking_id="B1", slot_id="new"), booking(booking_id="B2")]
    home = home_with(tmp_path, a=rows)
    assert rows_of(home, "bookings", "booking_id, slot_id") == [("B1", "new"), ("B2", None)]
    assert len(rows_of(home, "history")) == 1


def test_a_booking_that_moves_is_on_one_day_also_after_a_kill_between_two_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays = booking(booking_id="B2", service_day="2026-03-04")
    home = home_with(tmp_path, a=[booking(service_day="2026-03-04"), stays])
    write_csv(tmp_path / "hall" / "bookings" / "b.csv", [booking(service_day="2026-03-02")])
    written = Lake.replace_days

    def killed(lake: Lake, name: str, days: list[date], rows: pa.Table) -> None:
        written(lake, name, days, rows)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(data.upsert, "COMMIT_ROWS", 1)
        patched.setattr(Lake, "replace_days", killed)
        with pytest.raises(KeyboardInterrupt):
            ingest(home, str(tmp_path / "hall"))
    assert len(rows_of(home, "bookings", "booking_id")) == 3  # on both days
    report = ingest(home, str(tmp_path / "hall"))
    assert rows_of(home, "bookings", "booking_id, service_day") == [("B1", date(2026, 3, 2)), ("B2", date(2026, 3, 4))]
    assert report.stored["bookings"].new >= 0


def test_an_interruption_just_after_the_commit_loses_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = home_with(tmp_path, a=[booking()])
    write_csv(tmp_path / "hall" / "bookings" / "b.csv", [booking(booking_id="B2", service_day="2026-03-03")])
    commit = DeltaTable.create_write_transaction

    def interrupted(table: DeltaTable, *words: object) -> None:
        commit(table, *words)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(DeltaTable, "create_write_transaction", interrupted)
        with pytest.raises(KeyboardInterrupt):
            ingest(home, str(tmp_path / "hall"))
    assert [row[0] for row in rows_of(home, "bookings", "booking_id")] == ["B1", "B2"]
    ingest(home, str(tmp_path / "hall"))
    for cut in CUTS:
        assert [row[0] for row in rows_of(home, cut, "booking_id")] == ["B1", "B2"]


def test_a_table_of_an_earlier_version_learns_the_new_columns(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    older = [field for field in LAKE["bookings"].schema if field.name != "priority_class"]
    place = Lake.of(home).root / "bookings"
    place.mkdir(parents=True)
    DeltaTable.create(str(place), schema=pa.schema(older), partition_by=["service_day"])
    home = home_with(tmp_path, a=[booking(priority_class="elderly")])
    assert rows_of(home, "bookings", "booking_id, priority_class") == [("B1", "elderly")]
    Lake.of(home).compact("bookings")
    assert DeltaTable(str(place)).to_pyarrow_table()["priority_class"].to_pylist() == ["elderly"]


def test_bookings_of_an_earlier_version_are_read_and_say_nothing_of_their_columns(tmp_path: Path) -> None:
    home = home_with(tmp_path, a=[booking()])
    (file,) = Lake.of(home).files("bookings")
    pq.write_table(pq.read_table(file, partitioning=None).drop_columns(COLUMNS_DELIVERED), file)
    assert rows_of(home, "bookings", f"booking_id, {COLUMNS_DELIVERED}") == [("B1", None)]


def test_files_that_a_killed_ingest_left_go_with_retention(tmp_path: Path) -> None:
    lake = Lake.of(home_with(tmp_path, a=[booking()]))
    left = Path(lake.files("bookings")[0]).with_name("part-of-a-killed-run.parquet")
    left.write_bytes(b"half")
    assert lake.retain("bookings", 24) == 0
    assert lake.retain("bookings", 0) == 1
    assert not left.exists()
    assert rows_of(Home.open(lake.root.parent), "bookings", "booking_id") == [("B1",)]
