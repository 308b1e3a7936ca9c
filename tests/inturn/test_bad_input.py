"""Bad input through the command line: a sentence with place and next step, the right status, earlier days untouched."""

import gzip
import io
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from data.home import Home
from tests.command import Command, refuses, wait_until
from tests.conftest import FIRST, LAST, NEXT
from tests.lake_rows import EARLIER, contents

Spoil = Callable[[Path], object]


def rewrite(change: Callable[[bytes], bytes]) -> Spoil:
    return lambda path: path.write_bytes(change(path.read_bytes()))


def as_parquet(path: Path) -> bytes:
    columns = path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    text = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=True)
    content = io.BytesIO()
    pq.write_table(pyarrow.csv.read_csv(path, convert_options=text), content)
    return content.getvalue()


def instead(name: str, content: Callable[[Path], bytes]) -> Spoil:
    """Put another file in the place of the delivered one."""

    def spoil(path: Path) -> None:
        path.with_name(name).write_bytes(content(path))
        path.unlink()

    return spoil


def workbook(path: Path, *, merged: bool) -> bytes:
    book, content = Workbook(), io.BytesIO()
    for line in path.read_text(encoding="utf-8").splitlines():
        book.active.append(line.split(","))
    if merged:
        book.active.insert_rows(1)
        book.active["A1"] = "预约记录"
        book.active.merge_cells("A1:Z1")
    book.save(content)
    return content.getvalue()


WHOLE_FILE = {
    "wrong header": (rewrite(lambda text: text.replace(b"booking_id", b"number", 1)), NEXT, "booking_id", "suggest"),
    "no header": (rewrite(lambda text: text.split(b"\n", 1)[1]), NEXT, "header"),
    "header twice": (rewrite(lambda text: text.replace(b"phone,", b"ip,", 1)), NEXT, "ip"),
    "empty file": (rewrite(lambda text: b""), NEXT, "empty"),
    "open quotation mark": (rewrite(lambda text: text.replace(b"\nC01", b'\n"C01', 1)), NEXT, "quotation"),
    "truncated gzip": (
        instead("new.csv.gz", lambda path: gzip.compress(path.read_bytes())[:-2_000]),
        "new.csv.gz",
        "again",
    ),
    "no gzip": (instead("new.csv.gz", Path.read_bytes), "new.csv.gz", "gzip"),
    "half a parquet": (instead("new.parquet", lambda path: as_parquet(path)[:9_000]), "new.parquet", "again"),
    "a text as parquet": (instead("new.parquet", Path.read_bytes), "new.parquet", "Parquet"),
    "a text as workbook": (instead("new.xlsx", Path.read_bytes), "new.xlsx", "again"),
    "merged cells": (
        instead("new.xlsx", lambda path: workbook(path, merged=True)),
        "new.xlsx",
        "merged cells at A1:Z1",
    ),
}


@pytest.mark.parametrize("name", WHOLE_FILE)
def test_a_file_that_cannot_be_read_stops_the_ingest(
    inturn: Command, home: Home, hall: Path, new: Path, name: str
) -> None:
    spoil, *said = WHOLE_FILE[name]
    spoil(new)
    before = contents(home, *EARLIER, "deliveries")
    refuses(inturn("ingest", hall, "--home", home.root), *said)
    assert contents(home, *EARLIER, "deliveries") == before


ROWS = {
    "NUL bytes": (lambda text: text.replace(b"\nC01", b"\nC\x0001", 2), "control_character", 2),
    "10 MB in one field": (
        lambda text: text.replace(b",staff,", b"," + b"x" * 10_000_000 + b",", 1),
        "field_too_long",
        1,
    ),
    "a cell too many": (lambda text: text.replace(b",staff,", b",staff,,", 3), "wrong_number_of_cells", 3),
    "impossible days": (
        lambda text: re.sub(rb"(\n[^,]*,[^,]*,[^,]*),2026-03-05", rb"\1,2026-02-30", text, count=4),
        "not_a_date",
        4,
    ),
    "impossible clock": (lambda text: text.replace(b"T09:", b"T29:", 1), "not_a_time", 1),
    "a word in Latin-1": (lambda text: text.replace(b",staff,", b",st\xe4ff,", 1), None, 1),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_is_spoilt_is_refused_and_the_rest_taken(
    inturn: Command, home: Home, hall: Path, new: Path, name: str
) -> None:
    change, rule, rows = ROWS[name]
    total = len(new.read_bytes().splitlines()) - 1
    new.write_bytes(change(new.read_bytes()))
    before = contents(home, *EARLIER, until=LAST)
    ended = inturn("ingest", hall, "--home", home.root, env={"COLUMNS": "200"})
    assert ended.status == 3, ended.err
    assert "Traceback" not in ended.err
    refused = contents(home, "rejects")["rejects"]
    assert len(refused) == rows
    assert {row["file"] for row in refused} == {f"bookings/{NEXT}"}
    assert rule is None or {row["rule"] for row in refused} == {rule}
    assert all(len(row["value"] or "") < 80 for row in refused)
    assert contents(home, *EARLIER, until=LAST) == before
    taken = [row for row in contents(home, "bookings")["bookings"] if row["file"].endswith(NEXT)]
    assert len(taken) == total - rows


def test_naive_times_are_read_in_the_zone_of_the_home(inturn: Command, home: Home, hall: Path, new: Path) -> None:
    shutil.copytree(home.root, home.root.with_name("other"))
    assert inturn("ingest", hall, "--home", home.root).status == 0
    new.write_bytes(new.read_bytes().replace(b"+08:00", b""))
    assert inturn("ingest", hall, "--home", home.root.with_name("other")).status == 0
    assert contents(Home.open(home.root.with_name("other")), "bookings") == contents(home, "bookings")


def test_a_workbook_is_taken_like_its_text(inturn: Command, home: Home, hall: Path, new: Path) -> None:
    shutil.copytree(home.root, home.root.with_name("other"))
    assert inturn("ingest", hall, "--home", home.root).status == 0
    instead("new.xlsx", lambda path: workbook(path, merged=False))(new)
    assert inturn("ingest", hall, "--home", home.root.with_name("other")).status == 0
    ours, theirs = contents(home, "bookings"), contents(Home.open(home.root.with_name("other")), "bookings")
    for row in (*ours["bookings"], *theirs["bookings"]):
        del row["file"]
    assert ours == theirs


def test_a_wrongly_declared_encoding_names_the_rows_or_the_file(
    inturn: Command, home: Home, hall: Path, new: Path
) -> None:
    new.write_bytes(new.read_text(encoding="utf-8").replace(",C01,", ",医保中心,").encode("gb18030"))
    (hall / "source.toml").write_text('encoding = "utf-8"\n', encoding="utf-8")
    before = contents(home, *EARLIER)
    refuses(inturn("ingest", hall, "--home", home.root), "bad_encoding", NEXT, "source.toml")
    assert contents(home, *EARLIER) == before
    (hall / "source.toml").unlink()
    assert inturn("ingest", hall, "--home", home.root).status == 0
    assert "医保中心" in {row["centre_id"] for row in contents(home, "bookings")["bookings"]}


def test_past_the_share_of_rejects_it_fails_and_lists_them(inturn: Command, home: Home, hall: Path, new: Path) -> None:
    new.write_bytes(re.sub(rb",(served|cancelled|no_show)\r?\n", b",gone\n", new.read_bytes()))
    before = contents(home, *EARLIER, "deliveries")
    ended = inturn("ingest", hall, "--home", home.root)
    refuses(ended, "nothing was stored", "unknown_word in status", f"first in bookings/{NEXT}, row", "max_reject_share")
    assert contents(home, *EARLIER, "deliveries") == before
    refused = contents(home, "rejects")["rejects"]
    assert len(refused) > 150
    assert {row["rule"] for row in refused} == {"unknown_word"}


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda place: None, "no such folder"),
        (lambda place: place.mkdir(), "folder is empty"),
        (lambda place: place.write_text("x", encoding="ascii"), "this is a file"),
        (lambda place: (place / "logs").mkdir(parents=True), "folder is empty"),
    ],
)
def test_no_source_is_a_sentence(inturn: Command, tmp_path: Path, make: Callable[[Path], object], said: str) -> None:
    make(tmp_path / "source")
    refuses(inturn("ingest", tmp_path / "source", "--home", tmp_path / "h"), str(tmp_path / "source"), said)


def test_a_mapping_that_is_none_lists_those_there_are(inturn: Command, hall: Path, tmp_path: Path) -> None:
    ended = inturn("ingest", hall, "--mapping", "bankcalls", "--home", tmp_path / "h")
    refuses(ended, "bankcalls", "Shipped mappings: bank_calls")


def test_two_ingests_at_once_the_second_waits(inturn: Command, home: Home, hall: Path, new: Path) -> None:
    with home.writing("the ingest of another hall"):
        second = inturn.start("ingest", hall, "--home", home.root)
        second.process.join(1)
        assert second.process.is_alive()
    ended = second.end()
    assert ended.status == 0, ended.err


def test_the_second_gives_up_with_the_name_of_the_first(inturn: Command, home: Home, hall: Path) -> None:
    with home.writing("the ingest of another hall"):
        for words in (["ingest", hall], ["run", "--from", FIRST]):
            ended = inturn(*words, "--home", home.root, env={"INTURN_WAIT_S": "1"})
            refuses(ended, "the ingest of another hall", f"process {os.getpid()}", "run this again")


def test_two_real_ingests_at_once_both_end_well(inturn: Command, hall: Path, tmp_path: Path) -> None:
    both = [inturn.start("ingest", hall, "--home", tmp_path / "h") for _ in range(2)]
    ends = [started.end() for started in both]
    assert [ended.status for ended in ends] == [0, 0], ends
    assert sum("had not changed" in ended.out for ended in ends) == 1
    wait_until(lambda: not (tmp_path / "h" / "staging" / "ingest").exists())


def test_a_kept_night_is_not_spoilt_by_a_later_bad_delivery(inturn: Command, home: Home, hall: Path, new: Path) -> None:
    assert inturn("run", "--from", FIRST, "--home", home.root).status == 0
    before = contents(home, "scores")
    new.write_bytes(b"")
    refuses(inturn("ingest", hall, "--home", home.root))
    assert contents(home, "scores") == before
