"""`inturn cases` as an inspector meets it."""

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from data.contract import TABLES
from data.home import Home
from detection.cases.day import cases_day
from tests.command import Command
from tests.detection.cases_support import night, table, write_night

CASES = [column.name for column in TABLES["cases"].columns]
WIDE = {"COLUMNS": "200"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two nights, three cases; only read."""
    home = Home.create(tmp_path_factory.mktemp("cases") / "home")
    nights = {
        1: [
            {"booking": "a", "ring": "R1", "clerk": "K[1]", "flags": ["Q101", "Q501"], "passed": ["x", "y"]},
            {"booking": "b", "clerk": "K2", "flags": ["Q201"]},
        ],
        2: [
            {"booking": "c", "ring": "R1", "clerk": "K[1]", "flags": ["Q101"], "passed": ["z"], "minutes": 12.4},
            {"booking": "d", "centre": "south", "flags": ["Q501"]},
        ],
    }
    for number, bookings in nights.items():
        write_night(home, night(number), bookings)
        cases_day(home, night(number))
    return home


def cases(inturn: Command, home: Home, *more: object) -> str:
    ended = inturn("cases", "--home", home.root, *more, env=WIDE)
    assert ended.status == 0, ended.err
    return ended.out


def test_the_list_has_a_line_a_case_by_harm_and_a_line_that_says_why(inturn: Command, home: Home) -> None:
    lines = cases(inturn, home).splitlines()
    (ring,) = [row["case_id"] for row in table(home, "cases") if row["kind"] == "ring"]
    assert lines[0].split() == ["1", ring, "ring", "2026-03-02", "to", "2026-03-03", "harm", "4.5", "open"]
    assert lines[1].strip() == "north · K[1] · bookings 2 · people passed 3 · minutes 12 · Q101 2, Q501 1"
    assert [line.split()[2] for line in lines[0:6:2]].count("ring") == 1
    assert "3 cases. A case is a reason to look, not a finding of guilt." in lines
    assert any("budget of 20 has room for 18 cases, those of most harm;" in line for line in lines)


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        ((), ["centre", "clerk", "ring"]),
        (("--from", "2026-03-02", "--to", "2026-03-02"), ["clerk", "ring"]),
        (("--from", "2026-03-03"), ["centre", "ring"]),
        (("--to", "2026-03-02"), ["clerk", "ring"]),
        (("--from", "2026-04-01"), []),
    ],
)
def test_a_case_is_of_the_days_that_added_to_it(
    inturn: Command, home: Home, days: tuple[str, ...], kinds: list[str]
) -> None:
    rows = json.loads(cases(inturn, home, "--format", "json", *days))
    assert sorted(row["kind"] for row in rows) == kinds
    harm = [row["expected_harm"] for row in rows]
    assert harm == sorted(harm, reverse=True)


def test_every_format_has_the_columns_of_the_contract(inturn: Command, home: Home, tmp_path: Path) -> None:
    as_csv = list(csv.DictReader(io.StringIO(cases(inturn, home, "--format", "csv"))))
    as_json = json.loads(cases(inturn, home, "--format", "json"))
    cases(inturn, home, "--format", "parquet", "-o", tmp_path / "cases.parquet")
    as_parquet = pq.read_table(tmp_path / "cases.parquet")
    assert list(as_csv[0]) == list(as_json[0]) == as_parquet.schema.names == CASES
    assert [field.type for field in as_parquet.schema] == [field.type for field in TABLES["cases"].arrow]
    ids = [row["case_id"] for row in as_json]
    assert ids == [row["case_id"] for row in as_csv] == as_parquet["case_id"].to_pylist()
    assert [json.loads(row["centres"]) for row in as_csv] == [row["centres"] for row in as_json]
    assert as_json[0]["members"]["bookings"]


def test_one_case_is_told_in_words_with_what_is_lawful_about_it(inturn: Command, home: Home) -> None:
    (ring,) = [row for row in table(home, "cases") if row["kind"] == "ring"]
    out = cases(inturn, home, "--show", ring["case_id"])
    assert "2 bookings from 2026-03-02 to 2026-03-03 at north" in " ".join(out.split())
    assert "共 2 笔预约" in out.replace("\n", "")
    assert "Q101 served ahead" in out
    assert "checked      a recall after a missed call" in out
    assert "not checked  a registered agency" in out
    assert ring["evidence_ref"] in out


def test_a_case_that_is_not_there_and_a_home_without_nights_are_said_in_a_sentence(
    inturn: Command, home: Home, tmp_path: Path
) -> None:
    ended = inturn("cases", "--home", home.root, "--show", "C0", env=WIDE)
    assert (ended.status, ended.out) == (1, "")
    assert "no case 'C0'" in ended.err
    empty = Home.create(tmp_path / "empty")
    ended = inturn("cases", "--home", empty.root, env=WIDE)
    assert ended.status == 1
    assert "no night has been run" in ended.err
    assert "Traceback" not in ended.err
