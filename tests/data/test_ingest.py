"""Ingest: every row is accounted for, the latest file wins, and a repeated delivery changes nothing."""

import json
import signal
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lake_support import booking, rows_of, write_csv

from data.errors import BadMappingError, HomeError, UserError
from data.home import SETTINGS_FILE, Home
from data.ingest import ingest
from data.lake import Lake
from data.report import IngestReport
from data.tables import LAKE

Row = dict[str, str]


class Office:
    """A source that delivers files, and a home that takes them in."""

    def __init__(self, root: Path) -> None:
        self.folder, self.home = root / "hall", Home.create(root / "home")

    def deliver(self, **files: list[Row]) -> IngestReport:
        """Write files, `bookings__a=[row, …]`, and take in the source."""
        for name, rows in files.items():
            write_csv(self.folder / f"{name.replace('__', '/')}.csv", rows)
        return ingest(self.home, str(self.folder))

    def rows(self, table: str = "bookings", columns: str = "booking_id, slot_id") -> list[tuple[Any, ...]]:
        return rows_of(self.home, table, columns)

    def versions(self) -> dict[str, int | None]:
        return Lake.of(self.home).versions(LAKE)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def attempt(at: str, day: str = "2026-03-02") -> Row:
    return {"centre_id": "C1", "service_day": day, "attempted_at": f"2026-03-01T{at}:00+08:00"}


def test_accepted_rejected_and_left_out_are_all_that_was_read(office: Office) -> None:
    rows = [booking(booking_id=f"B{n}") for n in range(20)]
    rows += [booking(booking_id="x", status="?"), booking(booking_id="y", service_day="2026-03-09")]
    write_csv(office.folder / "bookings" / "a.csv", rows)
    report = ingest(office.home, str(office.folder), last=date(2026, 3, 8))
    assert report.counts() == {"bookings": {"read": 22, "accepted": 20, "rejected": 1, "left_out": 1}}
    assert office.rows("rejects", 'file, row_number, "column", rule, value') == [
        ("bookings/a.csv", 22, "status", "unknown_word", "?")
    ]


def test_a_file_that_has_not_changed_is_not_read_again_and_nothing_is_written(office: Office) -> None:
    office.deliver(bookings__a=[booking()], refusals__a=[attempt("08:00")], agents__a=[AGENT])
    before = office.versions()
    again = office.deliver()
    assert [file.unchanged for file in again.files] == [True] * 3
    assert again.counts()["bookings"]["accepted"] == 1
    assert office.versions() == before


def test_the_same_rows_in_another_file_write_no_bookings(office: Office) -> None:
    office.deliver(bookings__a=[booking()])
    before = office.versions()
    stored = office.deliver(bookings__b=[booking()]).stored["bookings"]
    assert (stored.new, stored.changed, stored.repeated) == (0, 0, 1)
    assert {name for name, version in office.versions().items() if version != before[name]} == {"deliveries"}


def test_the_later_file_wins_and_the_older_row_is_kept(office: Office) -> None:
    office.deliver(bookings__a=[booking(slot_id="old"), booking(booking_id="B2", slot_id="s")])
    stored = office.deliver(bookings__b=[booking(slot_id="new")]).stored["bookings"]
    assert (stored.new, stored.changed, stored.repeated) == (0, 1, 0)
    assert office.rows() == [("B1", "new"), ("B2", "s")]
    ((table, file, number, row, by),) = office.rows("history", '"table", file, row_number, "row", replaced_by_file')
    assert (table, file, number, by) == ("bookings", "bookings/a.csv", 2, "bookings/b.csv")
    assert json.loads(row)["slot_id"] == "old"


def test_within_one_delivery_the_later_file_and_the_later_row_win(office: Office) -> None:
    rows = [booking(slot_id="1"), booking(slot_id="2")]
    office.deliver(bookings__a=rows, bookings__b=[booking(booking_id="B2", slot_id="1")], bookings__c=[*rows, *rows])
    assert office.rows() == [("B1", "2"), ("B2", "1")]
    # of the six rows of B1 three say something else than the one that counts
    assert len(office.rows("history", "row_number")) == 3


def test_a_booking_that_moves_to_another_day_leaves_the_old_one(office: Office) -> None:
    office.deliver(bookings__a=[booking(), booking(booking_id="B2")])
    moved = dict.fromkeys(("checked_in_at", "called_at", "served_from", "served_to", "clerk_id", "ticket_no"), "")
    moved |= {"service_day": "2026-03-05", "slot_start": "2026-03-05T09:00:00+08:00", "status": "booked"}
    moved |= {"created_at": "2026-03-03T08:00:00+08:00"}
    office.deliver(bookings__b=[booking(**moved)])
    assert office.rows(columns="service_day, booking_id") == [(date(2026, 3, 2), "B2"), (date(2026, 3, 5), "B1")]
    assert office.rows("booking_events", "created_day, booking_id") == [
        (date(2026, 3, 1), "B2"),
        (date(2026, 3, 3), "B1"),
    ]


def test_of_observations_the_first_counts_whatever_comes_later(office: Office) -> None:
    office.folder.mkdir()
    (office.folder / "source.toml").write_text("[tables.bookings]\nobservations = true\n", encoding="utf-8")
    office.deliver(bookings__a=[booking(slot_id="first"), booking(slot_id="second")])
    stored = office.deliver(bookings__b=[booking(slot_id="third"), booking(booking_id="B2")]).stored["bookings"]
    assert (stored.new, stored.changed, stored.repeated) == (1, 0, 1)
    assert office.rows() == [("B1", "first"), ("B2", None)]
    assert office.rows("history", "row_number") == []


def test_a_file_of_refusals_replaces_what_it_brought_before(office: Office) -> None:
    office.deliver(
        bookings__a=[booking()],
        refusals__a=[attempt("08:00"), attempt("08:00"), attempt("09:00", "2026-03-03")],
        refusals__b=[attempt("07:00")],
    )
    assert len(office.rows("refusals", "attempted_at")) == 4
    office.deliver(refusals__a=[attempt("08:30")])
    files = [file for (file,) in office.rows("refusals", "file")]
    assert files == ["refusals/a.csv", "refusals/b.csv"]


def test_a_file_of_refusals_that_comes_back_without_any_takes_them_away(office: Office) -> None:
    office.deliver(bookings__a=[booking()], refusals__a=[attempt("08:00")], refusals__b=[attempt("09:00")])
    (office.folder / "refusals" / "a.csv").write_text(",".join(attempt("08:00")) + "\n", encoding="utf-8")
    office.deliver()
    assert office.rows("refusals", "file") == [("refusals/b.csv",)]


AGENT = {"agent_id": "A1", "kind": "employer", "registered_from": "2026-01-01", "name": "Works"}


def test_a_table_kept_whole_takes_changes_and_keeps_the_rest(office: Office) -> None:
    office.deliver(bookings__a=[booking()], agents__a=[AGENT, AGENT | {"agent_id": "A2"}])
    office.deliver(agents__b=[AGENT | {"registered_to": "2026-02-01"}])
    assert office.rows("agents", "agent_id, registered_to") == [("A1", date(2026, 2, 1)), ("A2", None)]


def test_a_null_in_the_key_names_one_row(office: Office) -> None:
    quota = {"centre_id": "C1", "service_day": "2026-03-02", "released_slots": "60"}
    office.deliver(bookings__a=[booking()], quotas__a=[quota])
    office.deliver(quotas__b=[quota | {"released_slots": "120"}])
    assert office.rows("quotas", "released_slots") == [(120,)]


def test_a_mended_file_takes_its_rejects_back_and_old_ones_keep_their_first_run(office: Office) -> None:
    good = [booking(booking_id=f"G{n}") for n in range(30)]
    first = office.deliver(bookings__a=[*good, booking(status="x"), booking(status="y")])
    second = office.deliver(bookings__a=[*good, booking(status="served"), booking(status="y"), booking(status="z")])
    assert office.rows("rejects", "row_number, first_seen_run") == [(33, first.run_id), (34, second.run_id)]


def test_past_the_share_of_rejects_nothing_is_stored_but_the_rejects(office: Office) -> None:
    with pytest.raises(UserError, match=r"1 of 2 rows refused, more than the share of 10%.*unknown_word in status"):
        office.deliver(bookings__a=[booking(), booking(booking_id="B2", status="x")])
    assert office.rows() == []
    assert office.rows("rejects", "row_number") == [(3,)]
    (office.home.root / SETTINGS_FILE).write_text("max_reject_share = 0.5", encoding="ascii")
    office.home = Home.open(office.home.root)
    assert office.deliver().total("accepted") == 1
    assert len(office.rows()) == 1


def test_no_rejects_at_all_pass_a_share_of_nothing(office: Office) -> None:
    (office.home.root / SETTINGS_FILE).write_text("max_reject_share = 0", encoding="ascii")
    office.home = Home.open(office.home.root)
    assert office.deliver(bookings__a=[booking()]).total("accepted") == 1


def test_a_changed_mapping_reads_every_file_anew(office: Office) -> None:
    office.deliver(bookings__a=[booking(created_at="2026-03-01 08:00")])
    (office.folder / "source.toml").write_text('timezone = "Europe/Warsaw"\n', encoding="utf-8")
    assert office.deliver().stored["bookings"].changed == 1
    assert office.rows("centres", "timezone") == [("Europe/Warsaw",)]


def mapped(office: Office, text: str) -> None:
    """Give the source this `source.toml`."""
    office.folder.mkdir(exist_ok=True)
    (office.folder / "source.toml").write_text(text, encoding="utf-8")


#: reads every booking under another key than the contract's own names do
ANOTHER_KEY = "[tables.bookings.formulas]\nbooking_id = \"'N-' || booking_id\"\n"


def test_what_a_file_no_longer_brings_under_another_mapping_is_withdrawn_into_history(office: Office) -> None:
    office.deliver(bookings__a=[booking(), booking(booking_id="B2")], agents__a=[AGENT])
    mapped(office, "[tables.bookings]\nkeep = \"booking_id <> 'B2'\"\n" + ANOTHER_KEY)
    report = office.deliver()
    stored = report.stored["bookings"]
    assert (stored.new, stored.changed, stored.repeated, stored.withdrawn) == (1, 0, 0, 2)
    assert report.stored["agents"].withdrawn == 0
    assert office.rows(columns="booking_id") == office.rows("booking_events", "booking_id") == [("N-B1",)]
    withdrawn = office.rows("history", '"table", file, row_number, "row" ->> \'booking_id\', replaced_by_file, run_id')
    assert withdrawn == [
        ("bookings", "bookings/a.csv", number, name, None, report.run_id) for number, name in ((2, "B1"), (3, "B2"))
    ]


def test_of_observations_too_the_withdrawn_stand_in_history_and_the_repeats_do_not(office: Office) -> None:
    mapped(office, "[tables.bookings]\nobservations = true\n")
    office.deliver(bookings__a=[booking(slot_id="first"), booking(slot_id="second")])
    mapped(office, "[tables.bookings]\nobservations = true\n" + ANOTHER_KEY)
    assert office.deliver().stored["bookings"].withdrawn == 1
    assert office.rows() == [("N-B1", "first")]
    assert office.rows("history", "\"row\" ->> 'slot_id'") == [("first",)]


def test_a_row_that_another_file_still_brings_is_not_withdrawn(office: Office) -> None:
    office.deliver(bookings__a=[booking()], bookings__b=[booking(booking_id="B2")])
    mapped(office, "[tables.bookings.formulas]\nbooking_id = \"CASE booking_id WHEN 'B1' THEN 'B2' ELSE 'B1' END\"\n")
    assert office.deliver().stored["bookings"].withdrawn == 0
    assert office.rows(columns="booking_id") == [("B1",), ("B2",)]


def test_a_file_with_other_bytes_withdraws_nothing_now_or_under_a_later_mapping(office: Office) -> None:
    office.deliver(bookings__a=[booking()])
    assert office.deliver(bookings__a=[booking(booking_id="B2")]).stored["bookings"].withdrawn == 0
    mapped(office, ANOTHER_KEY)
    (file,) = office.deliver().files
    assert (file.reread, file.unaltered) == (True, False)
    assert office.rows(columns="booking_id") == [("B1",), ("B2",), ("N-B2",)]


#: an ingest that is killed when all is stored, before its files count as done
KILLED = """
import os, signal, sys
from pathlib import Path
from data.books import Books
from data.home import Home
from data.ingest import ingest
record = Books.record
Books.record = lambda books, files, run: (
    os.kill(os.getpid(), signal.SIGKILL) if any(file.reading for file in files) else record(books, files, run)
)
ingest(Home.open(Path(sys.argv[1])), sys.argv[2])
"""


def test_what_a_killed_run_stored_is_withdrawn_under_another_mapping_and_under_the_one_before(office: Office) -> None:
    def killed() -> int:
        command = [sys.executable, "-c", KILLED, str(office.home.root), str(office.folder)]
        return subprocess.run(command, check=False).returncode

    write_csv(office.folder / "bookings" / "a.csv", [booking()])
    assert killed() == -signal.SIGKILL
    assert office.rows(columns="booking_id") == [("B1",)]
    mapped(office, ANOTHER_KEY)
    assert killed() == -signal.SIGKILL
    assert office.rows(columns="booking_id") == [("N-B1",)]
    (office.folder / "source.toml").unlink()
    assert office.deliver().stored["bookings"].withdrawn == 1
    assert office.rows(columns="booking_id") == office.rows("booking_events", "booking_id") == [("B1",)]


def test_days_that_are_not_asked_for_keep_their_rows(office: Office) -> None:
    days = [f"2026-03-0{day}" for day in (2, 3)]
    rows = [booking(booking_id=f"B{day}", service_day=day) for day in days]
    office.deliver(bookings__a=rows, refusals__a=[attempt("08:00", day) for day in days])
    mapped(office, ANOTHER_KEY)
    report = ingest(office.home, str(office.folder), first=date(2026, 3, 3))
    assert report.stored["bookings"].withdrawn == 1
    assert office.rows(columns="booking_id") == [("B2026-03-02",), ("N-B2026-03-03",)]
    assert office.rows("refusals", "CAST(service_day AS VARCHAR)") == [(day,) for day in days]


def test_a_source_that_speaks_another_table_leaves_the_first_alone(office: Office, tmp_path: Path) -> None:
    office.deliver(bookings__a=[booking()])
    write_csv(tmp_path / "other" / "bookings" / "a.csv", [booking(centre_id="C2")])
    ingest(office.home, str(tmp_path / "other"))
    assert office.rows(columns="centre_id, source") == [("C1", "hall"), ("C2", "other")]


def test_a_header_that_the_mapping_names_and_the_file_lacks_is_named_with_its_column(office: Office) -> None:
    office.folder.mkdir(exist_ok=True)
    text = '[tables.bookings.headers]\nwindow_id = "Schalter"\n'
    (office.folder / "source.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadMappingError, match=r"a\.csv: no header 'Schalter' \(window_id\), .*under bookings, name"):
        office.deliver(bookings__a=[booking()])


def test_a_missing_column_names_table_headers_and_the_next_step(office: Office) -> None:
    row = booking()
    del row["status"]
    with pytest.raises(BadMappingError, match=r"bookings/a\.csv: no column for status .*inturn source suggest"):
        office.deliver(bookings__a=[row])
    mapped(office, "[tables.bookings.words.status]\n")
    with pytest.raises(
        BadMappingError, match=r"\. In source\.toml, under bookings, give status a header or a formula\.$"
    ):
        office.deliver()


@pytest.mark.parametrize("location", ["nosuch://bucket/x", "no/such/folder"])
def test_a_place_that_is_none_is_a_sentence(office: Office, location: str) -> None:
    with pytest.raises(UserError, match=location):
        ingest(office.home, location)


def test_a_column_under_headers_and_formulas_is_named(office: Office) -> None:
    mapped(office, "[tables.bookings.headers]\nslot_id = 'slot'\n[tables.bookings.formulas]\nslot_id = 'upper(slot)'\n")
    with pytest.raises(BadMappingError, match=r"source\.toml: slot_id of the table bookings .*: keep one of the two\."):
        office.deliver(bookings__a=[booking(slot="s")])


@pytest.mark.parametrize(
    "content",
    [
        b"title = ",
        "title = '医保'".encode("gb18030"),
        b"titel = 'x'",
        b"time_formats = ['%Q']",
        pytest.param(b"date_formats = " + b"[" * 5_000 + b"]" * 5_000, id="nested list"),
        pytest.param(
            b"[tables.bookings]\nkeep = '" + b"(" * 5_000 + b"true" + b")" * 5_000 + b"'\n", id="nested formula"
        ),
    ],
)
def test_a_bad_mapping_is_named(office: Office, content: bytes) -> None:
    write_csv(office.folder / "bookings" / "a.csv", [booking()])
    (office.folder / "source.toml").write_bytes(content)
    with pytest.raises(BadMappingError, match=r"source\.toml"):
        office.deliver()


def test_a_home_that_lost_its_key_takes_nothing_in(office: Office) -> None:
    office.deliver(bookings__a=[booking()])
    office.home.path("keys", "pseudonym.key").unlink()
    with pytest.raises(HomeError, match="key is lost"):
        office.deliver(bookings__b=[booking(booking_id="B2")])


small_rows = st.builds(
    lambda number, day, slot, status: booking(
        booking_id=f"B{number}", service_day=f"2026-03-0{day}", created_at=f"2026-03-0{slot}T08:00+08:00", status=status
    ),
    st.integers(1, 3),
    st.integers(2, 3),
    st.integers(1, 2),
    st.sampled_from(["served", "no_show"]),
)


@settings(max_examples=8, derandomize=True, deadline=None)
@given(st.lists(st.lists(small_rows, min_size=1, max_size=4), min_size=1, max_size=3), st.booleans())
def test_one_file_after_the_other_gives_what_all_at_once_gives(files: list[list[Row]], observations: bool) -> None:
    with tempfile.TemporaryDirectory() as root:
        tables = []
        for way in ("stepwise", "together"):
            office = Office(Path(root) / way)
            office.folder.mkdir()
            text = f"[tables.bookings]\nobservations = {str(observations).lower()}\n"
            (office.folder / "source.toml").write_text(text, encoding="utf-8")
            share_key(Path(root) / "stepwise", office.home)
            named = {f"bookings__{number}": rows for number, rows in enumerate(files)}
            for delivery in [named] if way == "together" else [{name: rows} for name, rows in named.items()]:
                office.deliver(**delivery)
            columns = "* EXCLUDE (source, file, row_number)"
            tables.append([office.rows(table, columns) for table in ("bookings", "booking_events")])
    assert tables[0] == tables[1]


def share_key(first: Path, home: Home) -> None:
    """Give a home the key of the first."""
    for name in ("pseudonym.key", "pseudonym.mark"):
        content = (first / "home" / "keys" / name).read_bytes()
        home.path("keys", name).write_bytes(content)
