"""`inturn labels import`: what is strange about a file of verdicts is said beside the count of them."""

from pathlib import Path

from data.home import Home
from tests.command import Command

WIDE = {"COLUMNS": "200"}
BOOKINGS = """booking_id,centre_id,service_code,service_day,applicant_id,channel,created_at,status
b1,C1,card,2026-03-03,p1,online,2026-03-01T10:00:00+08:00,booked
b2,C1,card,2026-03-03,p2,online,2026-03-01T10:00:00+08:00,served
"""
HEADERS = "centre_id,booking_id,verdict,decided_at\n"


def test_verdicts_older_than_their_booking_are_counted(inturn: Command, tmp_path: Path) -> None:
    (tmp_path / "log" / "bookings").mkdir(parents=True)
    (tmp_path / "log" / "bookings" / "b.csv").write_text(BOOKINGS, encoding="utf-8")
    home = Home.create(tmp_path / "home")
    assert inturn("ingest", tmp_path / "log", "--home", home.root).status == 0
    rows = "C1,b1,lawful,2026-03-01T10:00:00+08:00\nC1,b2,lawful,2026-03-01T09:59:59+08:00\n"
    (tmp_path / "verdicts.csv").write_text(HEADERS + rows, encoding="utf-8")
    ended = inturn("labels", "import", tmp_path / "verdicts.csv", "--home", home.root, env=WIDE)
    assert ended.status == 0
    said = "Note: verdicts dated before their booking was made, so decided_at is wrong: 1, first C1 b2 2026-03-01."
    assert [line for line in ended.out.splitlines() if line.startswith("Note: verdicts")] == [said]


def test_a_file_of_headers_holds_no_verdict(inturn: Command, tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    (tmp_path / "verdicts.csv").write_text(HEADERS, encoding="utf-8")
    ended = inturn("labels", "import", tmp_path / "verdicts.csv", "--home", home.root, env=WIDE)
    assert ended.status == 0
    assert f"Note: {tmp_path / 'verdicts.csv'} holds no verdict, only headers.\n" in ended.out
