"""The command line as a user meets it: help, exit statuses, formats, and where the home is looked for."""

import csv
import io
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer.main

from data.contract import TABLES
from data.home import Home
from data.lake import Lake
from data.tables import LAKE
from detection.flag import all_flags
from inturn.main import program
from tests.command import Command
from tests.conftest import FIRST, LAST

SCORES = [column.name for column in TABLES["scores"].columns]


def commands(group: typer.core.TyperGroup, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command and group, by its words, except those that hand everything on to another program."""
    found = [before]
    for name, command in group.commands.items():
        if command.context_settings.get("ignore_unknown_options"):
            continue
        if isinstance(command, typer.core.TyperGroup):
            found += commands(command, (*before, name))
        else:
            found.append((*before, name))
    return found


@pytest.fixture(scope="module")
def judged(run_through: Path) -> Home:
    """A home whose nights have been run; only read."""
    return Home.open(run_through)


def flags(inturn: Command, home: Home, *more: object) -> str:
    ended = inturn("flags", "--from", FIRST, "--to", LAST, "--home", home.root, *more)
    assert ended.status == 0, ended.err
    return ended.out


def test_every_command_teaches_its_use(inturn: Command) -> None:
    for words in commands(typer.main.get_command(program())):
        ended = inturn(*words, "--help")
        assert ended.status == 0, words
        assert ended.out.count("\n") > 8, f"{words}: too little to learn from"
        assert "Usage:" in ended.out


@pytest.mark.parametrize("words", [["ingest"], ["run"], ["flags"], ["nonsense"], ["run", "--from", "yesterday"]])
def test_bad_usage_ends_with_2_and_no_traceback(inturn: Command, words: list[str]) -> None:
    ended = inturn(*words)
    assert (ended.status, ended.out) == (2, "")
    assert "Traceback" not in ended.err


def test_a_span_that_ends_before_it_begins_is_bad_usage(inturn: Command) -> None:
    ended = inturn("run", "--from", "2026-03-04", "--to", "2026-03-02")
    assert ended.status == 2
    assert "2026-03-02 lies before" in " ".join(ended.err.split())


def test_a_first_walk_ends_with_0_each_time(inturn: Command, hall: Path, tmp_path: Path) -> None:
    home = tmp_path / "fresh"
    for words in (
        ["init", "--home", home],
        ["ingest", hall, "--home", home],
        ["run", "--from", FIRST, "--home", home],
        ["flags", "--from", FIRST, "--home", home],
        ["lake", "compact", "--home", home],
        ["lake", "retain", "--days", "0", "--home", home],
        ["lake", "versions", "--home", home],
        ["lake", "show", "rejects", "--home", home],
        ["flags", "--from", FIRST, "--home", home],
    ):
        ended = inturn(*words)
        assert ended.status == 0, (words, ended.err)


def test_rejected_rows_end_with_3_and_are_named(inturn: Command, hall: Path, tmp_path: Path) -> None:
    path = hall / "bookings" / "2026-03-02.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",cancelled\n", ",[/gone]\n", 1), encoding="utf-8")
    ended = inturn("ingest", hall, "--home", tmp_path / "home", env={"COLUMNS": "200"})
    assert ended.status == 3
    assert "unknown_word" in ended.out
    assert f"Next: inturn run --from {FIRST} --to " in ended.out
    assert "[/gone]" in ended.out
    assert "Traceback" not in ended.err


def test_rows_that_a_mended_mapping_withdraws_are_said(inturn: Command, hall: Path, tmp_path: Path) -> None:
    ingest = ("ingest", hall, "--from", FIRST, "--to", FIRST, "--home", tmp_path / "home")
    assert "withdrawn" not in inturn(*ingest).out
    (hall / "source.toml").write_text("[tables.bookings]\nkeep = \"status <> 'served'\"\n", encoding="utf-8")
    said = r"Note: bookings: withdrawn into the table history: \d+ rows that an earlier reading of these files brought"
    assert re.search(said, inturn(*ingest).out)


def test_a_judged_day_without_bookings_by_now_is_said_and_run_again(
    inturn: Command, hall: Path, tmp_path: Path
) -> None:
    ingest = ("ingest", hall, "--from", FIRST, "--to", FIRST, "--home", tmp_path / "home")
    assert f"Next: inturn run --from {FIRST} --to {FIRST}," in inturn(*ingest).out
    row = dict.fromkeys(("centre_id", "booking_id", "model_version", "run_id"), "x")
    row |= {"service_day": date(2026, 2, 27), "flagged": False, "reasons": "[]", "audit": False}
    scores = pa.Table.from_pylist([row], LAKE["scores"].schema)
    Lake.of(Home.open(tmp_path / "home")).replace_day("scores", date(2026, 2, 27), scores)
    said = inturn(*ingest, env={"COLUMNS": "200"}).out
    assert "without any booking now, until they are run again: 2026-02-27." in said
    assert f"Next: inturn run --from 2026-02-27 --to {FIRST}," in said


def test_a_table_that_is_rejected_whole_is_said(inturn: Command, hall: Path, tmp_path: Path) -> None:
    (hall / "quotas").mkdir(exist_ok=True)
    (hall / "quotas" / "more.csv").write_text(
        "centre_id,service_day,service_code,released_slots\nC01,2026-03-02,,-3\n", encoding="utf-8"
    )
    for other in (hall / "quotas").iterdir():
        if other.name != "more.csv":
            other.unlink()
    ended = inturn("ingest", hall, "--home", tmp_path / "home", env={"COLUMNS": "200"})
    assert ended.status == 3
    assert "Note: quotas: every row was rejected, so nothing is known of it." in ended.out


def test_csv_has_the_columns_of_scores_in_their_order(inturn: Command, judged: Home) -> None:
    out = flags(inturn, judged, "--all", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert list(rows[0]) == SCORES
    assert len(rows) > 500
    for row in rows:
        assert isinstance(json.loads(row["reasons"]), list)


def test_json_has_reasons_as_lists(inturn: Command, judged: Home) -> None:
    rows = json.loads(flags(inturn, judged, "--all", "--format", "json"))
    reasons = [reason for row in rows for reason in row["reasons"]]
    assert all(list(row) == SCORES for row in rows)
    assert reasons
    assert all({"flag", "value", "expected", "text"} <= set(reason) for reason in reasons)


def test_parquet_has_the_declared_types(inturn: Command, judged: Home, tmp_path: Path) -> None:
    flags(inturn, judged, "--all", "--format", "parquet", "-o", tmp_path / "flags.parquet")
    schema = pq.read_schema(tmp_path / "flags.parquet")
    assert schema.names == SCORES
    assert [field.type for field in schema] == [field.type for field in TABLES["scores"].arrow]


def test_formats_say_the_same(inturn: Command, judged: Home, tmp_path: Path) -> None:
    as_csv = list(csv.DictReader(io.StringIO(flags(inturn, judged, "--all", "--format", "csv"))))
    as_json = json.loads(flags(inturn, judged, "--all", "--format", "json"))
    flags(inturn, judged, "--all", "--format", "parquet", "-o", tmp_path / "f.parquet")
    as_parquet = pq.read_table(tmp_path / "f.parquet").to_pylist()
    keys = [[row["booking_id"] for row in rows] for rows in (as_csv, as_json, as_parquet)]
    assert keys[0] == keys[1] == keys[2]
    assert [float(row["score"]) for row in as_csv] == [row["score"] for row in as_json]


def test_ranks_go_from_one_and_the_flagged_come_first(inturn: Command, judged: Home) -> None:
    rows = json.loads(flags(inturn, judged, "--all", "--format", "json"))
    for day in {row["service_day"] for row in rows}:
        night = [row for row in rows if row["service_day"] == day]
        assert [row["rank"] for row in night] == list(range(1, len(night) + 1))
        marks = [row["flagged"] for row in night]
        assert marks == sorted(marks, reverse=True)


@pytest.mark.parametrize("place", ["no/such/folder/flags.csv", "/proc/flags.csv"])
def test_an_impossible_output_is_a_sentence(inturn: Command, judged: Home, place: str) -> None:
    ended = inturn(
        "flags", "--from", FIRST, "--home", judged.root, "--format", "csv", "-o", place, env={"COLUMNS": "200"}
    )
    assert ended.status == 1
    assert ended.err.startswith(f"Error {place}: ")
    assert "Traceback" not in ended.err


def test_a_table_goes_to_the_terminal_only(inturn: Command, judged: Home, tmp_path: Path) -> None:
    ended = inturn("flags", "--from", FIRST, "--home", judged.root, "-o", tmp_path / "flags.txt")
    assert ended.status == 2
    assert "a table is for the terminal" in " ".join(ended.err.split())


def test_a_file_of_which_no_format_is_said_is_what_its_ending_says(
    inturn: Command, judged: Home, tmp_path: Path
) -> None:
    file = tmp_path / "flags.csv"
    assert inturn("flags", "--from", FIRST, "--home", judged.root, "-o", file).status == 0
    assert file.read_bytes() == inturn("flags", "--from", FIRST, "--home", judged.root, "--format", "csv").out.encode()


def test_a_day_never_run_says_how_to_run_it(inturn: Command, home: Home) -> None:
    ended = inturn("flags", "--from", "2026-03-02", "--home", home.root)
    assert ended.status == 1
    assert "inturn run --from 2026-03-02 --to 2026-03-02" in ended.err


def test_a_day_without_bookings_runs_and_says_so(inturn: Command, home: Home) -> None:
    ended = inturn("run", "--from", "2026-03-01", "--home", home.root)
    assert ended.status == 0, ended.err
    held = f"The home holds bookings for {FIRST} to {LAST}."
    said = f"Without any booking, so not assessed: 2026-03-01. {held}\n"
    assert said in ended.out
    assert inturn("flags", "--from", "2026-03-01", "--home", home.root).out == said


def test_a_run_tells_what_became_of_each_flag_and_marks_those_that_fire_too_often(
    inturn: Command, run_through: Path, tmp_path: Path
) -> None:
    home = shutil.copytree(run_through, tmp_path / "home")
    ended = inturn("run", "--from", FIRST, "--home", home)
    assert ended.status == 0, ended.err
    (bookings,) = re.findall(r"1 night, ([\d,]+) bookings", ended.out)
    rows = re.findall(r"^(Q\d{3}) +([\d,]+) +([\d,]+) +([\d,]+) +[\d.%–]+ +(!?) +[\d.]+%  (.+)$", ended.out, re.M)
    assert [(code, name) for code, *_, name in rows] == [(code, flag.name.en) for code, flag in all_flags().items()]
    for _, *counts, _, _ in rows:
        assert sum(int(count.replace(",", "")) for count in counts) == int(bookings.replace(",", ""))
    marked = [code for code, *_, mark, _ in rows if mark]
    assert (f"! fires on clearly more: {', '.join(marked)}." in ended.out) == bool(marked)


def test_without_a_home_each_command_says_how_to_make_one(inturn: Command, tmp_path: Path) -> None:
    for words in (["run", "--from", FIRST], ["flags", "--from", FIRST], ["lake", "versions"]):
        ended = inturn(*words, "--home", tmp_path / "none")
        assert ended.status == 1
        assert f"inturn init --home {tmp_path / 'none'}" in ended.err.replace("\n", "")


def test_the_home_may_stand_before_or_behind_the_command_or_in_the_environment(inturn: Command, home: Home) -> None:
    said = inturn("lake", "versions", "--home", home.root)
    assert said.status == 0
    assert said == inturn("--home", home.root, "lake", "versions")
    assert said == inturn("lake", "versions", env={"INTURN_HOME": str(home.root)})


def test_the_home_behind_the_command_wins(inturn: Command, home: Home, tmp_path: Path) -> None:
    elsewhere = str(tmp_path / "elsewhere")
    assert inturn("--home", elsewhere, "lake", "versions", "--home", home.root).status == 0
    assert inturn("lake", "versions", "--home", home.root, env={"INTURN_HOME": elsewhere}).status == 0


def test_init_twice_keeps_key_and_settings(inturn: Command, tmp_path: Path) -> None:
    assert inturn("init", "--home", tmp_path / "h").status == 0
    key = (tmp_path / "h" / "keys" / "pseudonym.key").read_bytes()
    (tmp_path / "h" / "inturn.toml").write_text("wait_s = 5\n", encoding="utf-8")
    assert inturn("init", "--home", tmp_path / "h").status == 0
    assert (tmp_path / "h" / "keys" / "pseudonym.key").read_bytes() == key
    assert (tmp_path / "h" / "inturn.toml").read_text(encoding="utf-8") == "wait_s = 5\n"


def test_only_the_asked_days_are_shown(inturn: Command, judged: Home) -> None:
    ended = inturn("flags", "--from", FIRST, "--home", judged.root, "--all", "--format", "csv")
    assert {row["service_day"] for row in csv.DictReader(io.StringIO(ended.out))} == {str(date(2026, 3, 2))}


def test_a_table_is_shown_by_name_and_days(inturn: Command, judged: Home) -> None:
    out = inturn("lake", "show", "runs", "--from", LAST, "--home", judged.root).out
    (run,) = csv.DictReader(io.StringIO(out))
    assert (run["service_day"], run["status"]) == (str(LAST), "done")
    assert json.loads(run["rows"])["in"]["bookings"] > 0


@pytest.mark.parametrize(
    ("table", "said"),
    [("reject", "'reject'; is it rejects? inturn lake versions"), ("xyzzy", "'xyzzy'; inturn lake versions lists all")],
)
def test_a_misspelt_table_is_guessed(inturn: Command, judged: Home, table: str, said: str) -> None:
    ended = inturn("lake", "show", table, "--home", judged.root, env={"COLUMNS": "200"})
    assert ended.status == 2
    assert f"there is no table {said}" in ended.err


def test_rows_of_a_table_are_a_file_and_no_table_for_the_terminal(
    inturn: Command, judged: Home, tmp_path: Path
) -> None:
    words = ("lake", "show", "runs", "--home", judged.root)
    refused = inturn(*words, "--format", "table", env={"COLUMNS": "200"})
    assert (refused.status, "'table' is not one of 'csv', 'json', 'parquet'" in refused.err) == (2, True)
    inturn(*words, "-o", tmp_path / "runs.parquet")
    assert pq.read_table(tmp_path / "runs.parquet").num_rows == len(json.loads(inturn(*words, "--format", "json").out))
