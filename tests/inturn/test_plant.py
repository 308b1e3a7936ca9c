"""`inturn plant` as a user meets it: a source that needs no mapping, the same bytes again, errors that help."""

import hashlib
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from data.home import Home
from data.ingest import ingest
from data.lake import Lake
from data.truth import read_truth
from detection.planting import Wish, plant
from detection.planting.hall import LEAST_PASSED
from detection.planting.jumps import OF_THE_CALL
from features.steps import order_day
from tests.command import Command, refuses
from tests.lake_rows import contents

BANK = Path(__file__).parents[3] / "shared" / "data" / "bank_calls"


def hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def people_passed(home: Home, day: date) -> dict[str, int]:
    sql = Lake.of(home).sql("order", day, day)
    return dict(duckdb.sql(f"SELECT booking_id, people_passed FROM {sql}").fetchall())


def test_a_planted_world_is_a_source_like_any_other(inturn: Command, first_days: Path, tmp_path: Path) -> None:
    out = tmp_path / "planted"
    ended = inturn("plant", first_days, out, "--per-day", 2, "--from", "2026-03-03", "--clerk", "C01-K01")
    assert ended.status == 0, ended.err
    assert "× overtake by C01-K01 (seed 0): " in ended.out
    assert f"Next: inturn ingest {out}" in ended.out
    again = inturn("plant", first_days, out, "--per-day", 2, "--from", "2026-03-03", "--clerk", "C01-K01")
    assert again.out == ended.out

    home = Home.create(tmp_path / "home")
    other = Home.open(shutil.copytree(home.root, tmp_path / "other"))  # of the same key
    reports = [ingest(one, str(folder), name="hall") for one, folder in ((home, first_days), (other, out))]
    assert reports[1].total("rejected") == 0
    assert reports[0].counts().keys() == reports[1].counts().keys()
    truth = read_truth(out / "truth.parquet")
    assert {text[4:10] for text in truth["booking_id"].to_pylist()} <= {"260303", "260304"}
    for table in reports[0].counts():
        moved = OF_THE_CALL if table == "bookings" else ()
        assert stored(home, table, *moved) == stored(other, table, *moved), table
    first_day = date(2026, 3, 2)
    assert stored(home, "bookings", until=first_day) == stored(other, "bookings", until=first_day)


def stored(home: Home, table: str, *without: str, until: date | None = None) -> Any:
    return contents(home, table, until=until, without=("file", "row_number", *without))


def test_the_seed_fixes_every_byte(first_days: Path, tmp_path: Path) -> None:
    made = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        plant(str(first_days), tmp_path / name, Wish("overtake", 1, seed=seed), zone="Asia/Shanghai")
        made.append(hashes(tmp_path / name))
    assert made[0] == made[1]
    assert made[0]["truth.parquet"] != made[2]["truth.parquet"]


def test_what_ingest_refuses_or_replaces_is_said_and_left_out(inturn: Command, hall: Path, tmp_path: Path) -> None:
    file = sorted((hall / "bookings").iterdir())[0]
    header, first, second, *rest = file.read_text(encoding="utf-8").splitlines()
    spoilt = second.replace("online", "pigeon").replace("onsite", "pigeon").replace("phone", "pigeon")
    file.write_text("\n".join([header, first, spoilt, *rest, first]) + "\n", encoding="utf-8")
    ended = inturn("plant", hall, tmp_path / "out")
    assert ended.status == 0, ended.err
    assert "1 rows that an ingest would refuse (1 × bookings: unknown_word)" in ended.out
    assert "1 replaced by a row of the same key, 0 left out" in ended.out
    rows = sum(len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in (hall / "bookings").iterdir())
    assert pq.read_metadata(tmp_path / "out" / "bookings" / "bookings.parquet").num_rows == rows - 2


def test_a_closed_source_stays_closed(hall: Path, tmp_path: Path) -> None:
    plant(str(hall), tmp_path / "open", Wish("overtake", 1), zone="Asia/Shanghai")
    assert (tmp_path / "open" / "truth.parquet").stat().st_mode & 0o044
    next((hall / "bookings").iterdir()).chmod(0o600)
    plant(str(hall), tmp_path / "closed", Wish("overtake", 1), zone="Asia/Shanghai")
    everything = [tmp_path / "closed", *(tmp_path / "closed").rglob("*")]
    assert not any(path.stat().st_mode & 0o077 for path in everything)


def test_errors_say_what_to_do(inturn: Command, first_days: Path, hall: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    refuses(inturn("plant", tmp_path / "nowhere", out), "no such folder")
    refuses(inturn("plant", first_days, out, "--scheme", "jump"), "Choose one of: backdate, overtake, priority")
    refuses(inturn("plant", first_days, out, "--clerk", "Zhou"), "'Zhou' calls nobody", "most calls are C0")
    refuses(inturn("plant", first_days, out, "--from", "2027-01-01"), "no bookings", "2026-03-02 to 2026-03-04")
    refuses(inturn("plant", hall, hall / "planted"), "it lies in the source", "beside the source")
    refuses(inturn("plant", hall, hall), "it lies in the source")
    refuses(inturn("plant", first_days, hall), "not part of a log with planted jumps")
    assert inturn("plant", first_days, out, "--seed", -1).status == 2
    assert inturn("plant", first_days, out, "--per-day", 0).status == 2
    assert not out.exists()


def test_jumps_planted_in_the_banks_calls_stand_in_the_ledger(tmp_path: Path) -> None:
    if not BANK.is_dir():
        pytest.skip(f"the bank's calls are not at {BANK}")
    calls = tmp_path / "calls"
    calls.mkdir()
    shutil.copy(BANK / "february_1999.csv.gz", calls)
    out = tmp_path / "planted"
    done = plant(str(calls), out, Wish("overtake", 2, ("SHARON",)), zone="UTC", mapping="bank_calls")
    assert done.refused == {"bookings: called_at_after_served_from": 32}
    home = Home.create(tmp_path / "home")
    report = ingest(home, str(out))
    assert (report.total("rejected"), report.total("accepted")) == (0, done.bookings)

    truth = read_truth(out / "truth.parquet")
    assert truth.num_rows == done.planted >= 10
    rows = {one["booking_id"]: one for one in contents(home, "bookings")["bookings"]}
    clients = [rows[name] for name in truth["booking_id"].to_pylist()]
    assert {client["clerk_id"] for client in clients} == {"SHARON"}
    for day in sorted({client["service_day"] for client in clients})[:3]:
        order_day(home, day)
        passed = people_passed(home, day)
        assert all(passed[one["booking_id"]] >= LEAST_PASSED for one in clients if one["service_day"] == day)
