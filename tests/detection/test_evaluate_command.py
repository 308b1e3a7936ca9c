"""`inturn evaluate` on a real home: its three ways of printing say the same, and bad input ends in a sentence."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.home import Home
from data.truth import TRUTH, write_truth
from tests.command import Command, refuses
from tests.conftest import FIRST, LAST

DAYS = ("--from", FIRST, "--to", LAST)
#: markup, mathematics and letters that few fonts have
HOSTILE = "R<script>alert(1)</script> $\\q$ 永安"


@pytest.fixture
def truth(judged: Home, inturn: Command, tmp_path: Path) -> Path:
    """Of the three nights the most suspicious booking was planted, another was not carried out, a third is unknown."""
    listed = inturn("flags", *DAYS, "--all", "--format", "json", "--home", judged.root)
    rows = sorted(json.loads(listed.out), key=lambda row: (not row["flagged"], row["rank"]))
    about = {"scheme": "overtake", "ring": HOSTILE, "clerk_id": "C01-K04", "capacity_per_day": None}
    planted = [
        about | {"centre_id": rows[0]["centre_id"], "booking_id": rows[0]["booking_id"], "carried_out": True},
        about | {"centre_id": rows[9]["centre_id"], "booking_id": rows[9]["booking_id"], "carried_out": False},
        about | {"centre_id": "C01", "booking_id": "of another night", "carried_out": True},
        about | {"centre_id": "C02", "booking_id": None, "scheme": "withheld", "carried_out": True} | {"ring": None},
    ]
    path = tmp_path / "truth.parquet"
    write_truth(path, pa.Table.from_pylist(planted, schema=TRUTH))
    return path


def test_what_was_found_is_said_in_three_ways(inturn: Command, judged: Home, truth: Path, tmp_path: Path) -> None:
    words = ("evaluate", "--truth", truth, *DAYS, "--home", judged.root)
    report = json.loads(inturn(*words, "--format", "json").out)
    assert report["ranking"]["positives"] == report["flagged"]["recall"]["part"] == 1
    assert (report["undecided"], report["outside"], report["nights"]) == (1, 1, 3)
    assert report["ranking"]["average_precision"] == 1.0
    assert [peer["name"] for peer in report["peers"]] == [
        "scikit-learn IsolationForest",
        "PyOD ECOD",
        "PyOD IForest",
        "most people passed",
    ]
    assert report["first_flags"] == [{"ring": HOSTILE, "working_days": 1, "after": 1, "listed": 1}]
    assert (report["cases"]["cases"], report["cases"]["purity"]) == (1, 1.0)
    assert report["checkups"] is None
    shown = inturn(*words, env={"COLUMNS": "160"})
    assert shown.status == 0
    assert "of 1 manipulated bookings 1 were flagged" in shown.out
    assert "not assessed" in shown.out
    page = tmp_path / "judged.html"
    written = inturn(*words, "--format", "html", "-o", page)
    assert (written.status, written.err) == (0, "")
    text = page.read_text(encoding="utf-8")
    tags: list[str] = []
    names: list[str | None] = []

    def see(tag: str, attributes: list[tuple[str, str | None]]) -> None:
        tags.append(tag)
        names.extend(value for name, value in attributes if name == "id")

    reader = HTMLParser()
    reader.handle_starttag = see  # type: ignore[method-assign]
    reader.handle_startendtag = see  # type: ignore[method-assign]
    reader.feed(text)
    assert len(set(names)) == len(names) > 0, "several pictures, and each name in them once"
    assert tags.count("svg") == 4
    assert not {"script", "link", "img", "iframe"} & set(tags)
    assert "&lt;script&gt;" in text


def test_the_page_has_the_same_bytes_each_time(inturn: Command, judged: Home, truth: Path) -> None:
    words = ("evaluate", "--truth", truth, *DAYS, "--home", judged.root, "--format", "html")
    assert inturn(*words).out == inturn(*words).out


def test_a_world_without_anything_planted_has_only_wrong_flags(inturn: Command, judged: Home, tmp_path: Path) -> None:
    write_truth(tmp_path / "truth.parquet", TRUTH.empty_table())
    words = ("evaluate", "--truth", tmp_path / "truth.parquet", *DAYS, "--home", judged.root)
    report = json.loads(inturn(*words, "--format", "json").out)
    assert report["ranking"]["average_precision"] is None
    assert report["ranking"]["precision_at_budget"] is None
    assert report["flagged"]["recall"] is None
    assert report["flagged"]["false_discovery"]["value"] == 1
    assert report["false_per_100_centre_months"] > 0
    assert "nothing was planted" in inturn(*words).out
    assert inturn(*words, "--format", "html").status == 0


def test_whoever_planted_by_other_schemes_names_them_in_a_csv_of_three_columns(
    inturn: Command, judged: Home, truth: Path, tmp_path: Path
) -> None:
    first = pq.read_table(truth).to_pylist()[0]
    sheet = tmp_path / "own.csv"
    sheet.write_text(
        f"booking_id,centre_id,scheme\n{first['booking_id']},{first['centre_id']},a favour\n", encoding="utf-8"
    )
    words = ("evaluate", "--truth", sheet, *DAYS, "--home", judged.root, "--format", "json")
    report = json.loads(inturn(*words).out)
    assert report["flagged"]["recall"]["part"] == 1
    assert [group["name"] for group in report["schemes"]] == ["a favour"]


def no_file(path: Path) -> Path:
    return path.with_name("nowhere.parquet")


def no_parquet(path: Path) -> Path:
    path.write_text("centre_id,booking_id\n", encoding="utf-8")
    return path


def no_column(path: Path) -> Path:
    pq.write_table(pq.read_table(path).drop_columns("scheme"), path)
    return path


def with_a_row(**spoilt: object) -> Callable[[Path], Path]:
    """The truth's first row alone, but for these columns."""

    def spoil(path: Path) -> Path:
        row = pq.read_table(path).to_pylist()[0]
        write_truth(path, pa.Table.from_pylist([{**row, **spoilt}], schema=TRUTH))
        return path

    return spoil


def as_csv(text: str, suffix: str = ".csv") -> Callable[[Path], Path]:
    """Another file in place of the truth."""

    def spoil(path: Path) -> Path:
        sheet = path.with_suffix(suffix)
        sheet.write_text(text, encoding="utf-8")
        return sheet

    return spoil


def another_world(path: Path) -> Path:
    rows = pq.read_table(path)
    write_truth(path, rows.set_column(0, TRUTH.field(0), pa.array(["X9"] * rows.num_rows)).slice(0, 1))
    return path


def world_file(text: str) -> Callable[[Path], Path]:
    def spoil(path: Path) -> Path:
        path.with_name("world.json").write_text(text, encoding="utf-8")
        return path

    return spoil


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (no_file, "no such file"),
        (no_parquet, "Parquet"),
        (no_column, "scheme"),
        (with_a_row(booking_id=None), "none where it is another"),
        (with_a_row(capacity_per_day=float("inf")), "no number of people in 1 of 1 rows"),
        (as_csv("centre_id,booking_id,scheme,carried_out\nC01,1,favour,perhaps\n"), "perhaps"),
        (as_csv("centre_id,booking_id,scheme,scheme\nC01,1,favour,favour\n", ".CSV"), "two columns scheme"),
        (another_world, "none of the 1 planted"),
        (world_file("{"), "world.json"),
        (world_file("[" * 100_000), "world.json"),
    ],
)
def test_a_truth_that_cannot_be_used_is_a_sentence(
    inturn: Command, judged: Home, truth: Path, spoil: Callable[[Path], Path], said: str
) -> None:
    refuses(inturn("evaluate", "--truth", spoil(truth), *DAYS, "--home", judged.root), said)


def test_days_that_were_not_run_and_a_budget_of_nothing(inturn: Command, judged: Home, truth: Path) -> None:
    words = ("evaluate", "--truth", truth, "--home", judged.root)
    refuses(inturn(*words, "--from", "2027-01-01"), "no night", "inturn run")
    assert inturn(*words, *DAYS, "--budget", "0").status == 2
    assert inturn(*words, *DAYS, "--format", "table", "-o", truth.with_name("x.txt")).status == 2
