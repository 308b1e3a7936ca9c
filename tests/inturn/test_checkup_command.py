"""`inturn checkup` as a leader meets it."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest

from data.contract import TABLES
from data.home import Home
from data.ingest import ingest
from data.worlds import simulate
from tests.command import Command

COLUMNS = [column.name for column in TABLES["checkups"].columns]
SPAN = ("--from", "2020-06-01", "--to", "2020-06-19")
WIDE = {"COLUMNS": "200"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three weeks of the founding case."""
    folder = tmp_path_factory.mktemp("daoli") / "world"
    simulate("daoli", folder, seed=11, days=15)
    return folder


@pytest.fixture(scope="module")
def home(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same, taken in; not to be changed but by check-ups."""
    home = Home.create(tmp_path_factory.mktemp("checkups") / "home")
    ingest(home, str(world))
    return home


def without(world: Path, folder: Path, *tables: str) -> Home:
    """A home of the world without these tables."""
    source = shutil.copytree(world, folder / "world", ignore=shutil.ignore_patterns(*tables))
    home = Home.create(folder / "home")
    ingest(home, str(source))
    return home


def checked(inturn: Command, home: Home, *words: object) -> dict[str, object]:
    ended = inturn("checkup", *SPAN, "--home", home.root, "--format", "json", *words)
    assert ended.status == 0, ended.err
    (row,) = json.loads(ended.out)
    return dict(row)


def test_the_founding_case_is_found(inturn: Command, home: Home) -> None:
    row = checked(inturn, home)
    assert list(row) == COLUMNS
    assert row["verdict"] == "withheld"
    assert 114 <= row["capacity_per_day"] <= 126
    assert row["capacity_per_day_low"] <= 120 <= row["capacity_per_day_high"]
    assert 58 <= row["released_per_day"] <= 64
    assert row["complaints"] == row["complaints_unanswered"] > 0
    codes = [finding["code"] for finding in row["findings"]["findings"]]
    assert codes[:2] == ["verdict", "capacity"]
    assert {"refused", "sold_out", "early", "idle", "finished_early", "complaints", "recommended", "to_change"} <= set(
        codes
    )
    assert all(re.search("[一-鿿]", finding["text_zh"]) for finding in row["findings"]["findings"])
    assert [part["part"] for part in row["findings"]["not_assessed"]] == ["off_quota"]


def test_table_in_full_csv_and_page(inturn: Command, home: Home, tmp_path: Path) -> None:
    listed = inturn("checkup", *SPAN, "--home", home.root, env=WIDE)
    assert "C01" in listed.out
    assert "1 centre, 1 with quota withheld" in listed.out
    full = inturn("checkup", *SPAN, "--home", home.root, "--centre", "C01", env=WIDE)
    assert "Withheld: slots and walk-ins use" in full.out
    assert "号源截留" in full.out
    assert "off_quota: not assessed" in full.out
    rows = inturn("checkup", *SPAN, "--home", home.root, "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(rows.out))
    assert json.loads(row["findings"])["figures"]["balance"]["released"] > 0
    page = tmp_path / "page.html"
    assert inturn("checkup", *SPAN, "--home", home.root, "--format", "html", "-o", page).status == 0
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 4
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", text), "it needs no network"
    assert "<script" not in text


@pytest.mark.parametrize(
    ("table", "part", "verdict"),
    [
        ("quotas", "quotas", "not_assessed"),
        ("shifts", "roster", "withheld"),
        ("refusals", "refusals", "withheld"),
        ("complaints", "complaints", "withheld"),
    ],
)
def test_what_was_not_delivered_is_not_assessed_and_the_rest_stands(
    inturn: Command, world: Path, tmp_path: Path, table: str, part: str, verdict: str
) -> None:
    row = checked(inturn, without(world, tmp_path, table))
    assert row["verdict"] == verdict
    assert part in {lacking["part"] for lacking in row["findings"]["not_assessed"]}
    assert row["capacity_per_day"] > 80
    nulls = {
        "quotas": ["released_per_day", "released_share"],
        "shifts": [],
        "refusals": ["refused_per_day", "idle_minutes_refused"],
        "complaints": ["complaints", "complaints_unanswered"],
    }
    assert all(row[name] is None for name in nulls[table])
    assert row["served_per_day"] > 0


def test_a_log_without_times_says_so_and_not_that_tables_lack(inturn: Command, world: Path, tmp_path: Path) -> None:
    source = shutil.copytree(world, tmp_path / "world")
    for file in source.glob("bookings/*.csv"):
        with file.open(encoding="utf-8", newline="") as before:
            rows = list(csv.DictReader(before))
        for row in rows:
            row.update(dict.fromkeys(("checked_in_at", "served_from", "served_to"), ""))
        with file.open("w", encoding="utf-8", newline="") as after:
            writer = csv.DictWriter(after, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    home = Home.create(tmp_path / "home")
    ingest(home, str(source))
    row = checked(inturn, home)
    assert row["verdict"] == "not_assessed"
    assert {part["part"]: part["text"] for part in row["findings"]["not_assessed"]} == {
        "off_quota": "not assessed: no night of the period has been run",
        "capacity": "not assessed: no service with its times and window is known",
        "verdict": "not assessed: no service with its times and window is known",
    }
    assert row["findings"]["left_out"] == []
    assert row["released_per_day"] > 0
    assert row["refused_per_day"] > 0


def test_a_page_of_what_is_not_assessed(inturn: Command, world: Path, tmp_path: Path) -> None:
    home = without(world, tmp_path, "quotas", "shifts", "refusals", "complaints")
    page = tmp_path / "page.html"
    ended = inturn("checkup", *SPAN, "--home", home.root, "--format", "html", "-o", page)
    assert ended.status == 0, ended.err
    text = page.read_text(encoding="utf-8")
    assert "not assessed: no quotas delivered" in text
    assert "没有放号数据" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "2021-01-01"), "no bookings from 2021-01-01 to 2021-01-01"),
        ((*SPAN, "--centre", "C[99]"), "no bookings of centre 'C[99]'"),
    ],
)
def test_nothing_to_check_is_one_sentence(inturn: Command, home: Home, words: tuple[str, ...], said: str) -> None:
    ended = inturn("checkup", *words, "--home", home.root)
    assert ended.status == 1
    assert said in " ".join(ended.err.split())
    assert "Traceback" not in ended.err


def test_one_day_is_too_little_for_a_verdict(inturn: Command, home: Home) -> None:
    ended = inturn("checkup", "--from", "2020-06-01", "--home", home.root, "--format", "json")
    (row,) = json.loads(ended.out)
    assert row["verdict"] == "not_assessed"
    assert row["capacity_per_day"] is None
    assert "fewer than 5 days" in row["findings"]["findings"][0]["text"]
    listed = inturn("checkup", "--from", "2020-06-01", "--home", home.root, env=WIDE)
    assert "C01: Not assessed: fewer than 5 days" in listed.out


def test_a_rerun_replaces_the_period_and_gives_the_same(inturn: Command, home: Home) -> None:
    assert checked(inturn, home) == checked(inturn, home)


HOSTILE = "<script>alert(1)</script>&\"='[/bold]"


def test_names_in_a_log_stay_text(inturn: Command, world: Path, tmp_path: Path) -> None:
    source = shutil.copytree(world, tmp_path / "world")
    quoted = HOSTILE.replace('"', '""')
    for file in source.glob("*/*.csv"):
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"\bC01(?=,)", f'"{quoted}"', text).replace(",BX,", f',"{quoted}",'), encoding="utf-8")
    home = Home.create(tmp_path / "home")
    ingest(home, str(source))
    page = tmp_path / "page.html"
    assert inturn("checkup", *SPAN, "--home", home.root, "--format", "html", "-o", page).status == 0
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert HOSTILE in inturn("checkup", *SPAN, "--home", home.root, "--centre", HOSTILE, env=WIDE).out
