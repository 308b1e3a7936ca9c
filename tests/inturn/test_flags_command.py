"""`inturn flags`: one flag told out of its declaration, and flags that warn about themselves."""

import csv
import io
import json
import shutil
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.home import Home
from data.lake import Lake
from data.tables import LAKE
from detection.explaining import facts, title
from detection.flag import all_flags
from detection.outcomes import judged
from tests.command import Command
from tests.conftest import FIRST, LAST

FLAGS = all_flags()
WIDE = {"COLUMNS": "200"}


#: two bookings of which nothing is known that could be judged
BARE = """booking_id,centre_id,service_code,service_day,applicant_id,channel,created_at,status
b1,C1,card,2026-03-02,p1,online,2026-03-01T10:00:00+08:00,booked
b2,C1,card,2026-03-02,p2,online,2026-03-01T11:00:00+08:00,served
"""


@pytest.mark.parametrize("code", ["Q402", "q402"])
def test_a_flag_is_told_without_days_and_without_a_home(inturn: Command, code: str) -> None:
    ended = inturn("flags", "--explain", code, "--home", "nowhere", env=WIDE)
    assert (ended.status, ended.err) == (0, "")
    flag = FLAGS["Q402"]
    assert ended.out.startswith(f"Q402 {flag.name.en} (booking, benefit)\n{flag.why.en}\n")
    for innocent in flag.innocent:
        mark = "checked" if innocent.checked else "not checked"
        assert f"lawful ({mark}): {innocent.explanation.en}\n" in ended.out
    assert "columns: `phone`, `slot_id`\n" in ended.out
    assert flag.rarity.en in ended.out
    assert flag.source in ended.out


def test_it_is_told_in_chinese(inturn: Command) -> None:
    ended = inturn("flags", "--explain", "Q402", "--lang", "zh", env=WIDE)
    assert ended.status == 0
    flag = FLAGS["Q402"]
    assert ended.out.startswith(f"Q402 {flag.name.zh}（预约，得益）\n{flag.why.zh}\n")
    assert "阈值: ≥ 1（0 或 1，含该值）" in ended.out
    assert flag.why.en not in ended.out


def test_the_reasons_of_a_list_are_told_in_chinese(inturn: Command, run_through: Path) -> None:
    words = ("flags", "--from", FIRST, "--to", LAST, "--all", "--home", run_through)
    rows = json.loads(inturn(*words, "--format", "json").out)
    reason = next(reason for row in rows for reason in row["reasons"])
    shown = inturn(*words, "--lang", "zh", env=WIDE).out
    assert f"{reason['flag']}  {reason['text_zh']}" in shown
    assert reason["text"] not in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--explain", "q403x"), "no flag 'q403x'; is it Q403? there are Q101, Q102"),
        (("--explain", ""), "no flag ''"),
        (("--explain", "Q402", "--lang", "fr"), "'fr' is not one of"),
        ((), "name the first day, or a flag by --explain CODE"),
        (("--to", "2026-03-02"), "name the first day"),
    ],
    ids=["unknown", "empty", "language", "nothing", "no first day"],
)
def test_what_cannot_be_told_is_bad_usage(inturn: Command, words: tuple[str, ...], said: str) -> None:
    ended = inturn("flags", *words, env=WIDE)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err


@pytest.mark.parametrize("flag", FLAGS.values(), ids=FLAGS)
def test_the_worked_case_fires_at_the_threshold_and_passes_a_step_short_of_it(flag) -> None:
    (worked,) = [fact.said for fact in facts(flag) if fact.label.en == "worked case"]
    fires, short = (float(part.split()[0]) for part in worked.en.split("; ")[:2])
    assert fires == flag.threshold
    assert flag.fires(fires)
    assert not flag.fires(short)
    weighs = flag.is_hypothesis or bool(flag.beside)
    assert ("multiplies the odds" in worked.en) == weighs == ("可能性变为" in worked.zh)
    for words in (title(flag), *(fact.said for fact in facts(flag))):
        assert words.zh
        assert words.en


def test_a_flag_that_fires_too_often_says_so_below_the_nights(
    inturn: Command, run_through: Path, tmp_path: Path
) -> None:
    """Pooled over the nights shown, by the last run of each; nothing of it in what another program reads."""
    home = Home.open(shutil.copytree(run_through, tmp_path / "home"))
    lake = Lake.of(home)
    runs = duckdb.sql(f"SELECT * FROM {lake.sql('runs')} ORDER BY service_day").to_arrow_table().to_pylist()
    for run in runs:
        calm = json.loads(run["assessed"]) | {"Q402": judged("Q402", 2, 28, 0), "Q304": judged("Q304", 0, 30, 0)}
        run["assessed"] = json.dumps(calm)
    rerun = runs[0] | {"run_id": "again", "started_at": runs[0]["started_at"] + timedelta(hours=1)}
    rerun["assessed"] = json.dumps({"Q402": judged("Q402", 20, 10, 0)})
    lake.replace("runs", None, pa.Table.from_pylist([*runs, rerun], LAKE["runs"].schema))
    ended = inturn("flags", "--from", FIRST, "--to", LAST, "--home", home.root, env=WIDE)
    assert ended.status == 0, ended.err
    assert "Warning: Q402 (handover of a slot) fires on 26.67% of the bookings" in " ".join(ended.out.split())
    assert "Q304" not in ended.out
    assert "Warning" not in inturn("flags", "--from", FIRST, "--home", home.root, "--format", "csv").out


def test_what_nothing_could_assess_has_neither_a_score_nor_a_rank(inturn: Command, tmp_path: Path) -> None:
    """Unknown is not zero: the table, every export of it and the list say so alike."""
    (tmp_path / "log" / "bookings").mkdir(parents=True)
    (tmp_path / "log" / "bookings" / "b.csv").write_text(BARE, encoding="utf-8")
    home = Home.create(tmp_path / "home")
    for words in (("ingest", tmp_path / "log"), ("run", "--from", FIRST)):
        assert inturn(*words, "--home", home.root).status == 0
    every = ("flags", "--from", FIRST, "--all", "--home", home.root)
    inturn(*every, "--format", "parquet", "-o", tmp_path / "flags.parquet")
    shown = (
        csv.DictReader(io.StringIO(inturn(*every, "--format", "csv").out)),
        csv.DictReader(io.StringIO(inturn("lake", "show", "scores", "--home", home.root).out)),
        json.loads(inturn(*every, "--format", "json").out),
        pq.read_table(tmp_path / "flags.parquet").to_pylist(),
    )
    for rows in map(list, shown):
        assert [row["booking_id"] for row in rows] == ["b1", "b2"]
        assert {row[name] or None for row in rows for name in ("score", "p_value", "q_value", "rank")} == {None}
    listed = inturn(*every, env=WIDE).out
    assert listed.count("  not assessed\n") == 2
    assert "Not assessed in any way: 2 bookings" in listed
