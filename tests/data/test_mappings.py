"""The shipped mappings read the data sets that they are written for: every row is accounted for."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.columns import WRONG_TYPE, ColumnSql
from data.contract import DELIVERED
from data.engine import engine
from data.home import Home
from data.ingest import ingest
from data.lake import Lake
from data.mapping import Mapping, parse_mapping, shipped_names, shipped_text
from data.report import IngestReport

SHARED = Path(__file__).parents[3] / "shared" / "data"


DOCS = Path(__file__).parents[2] / "docs" / "sources.md"


def real(name: str) -> Path:
    """The real data set's folder; the test skips where it is absent."""
    if not (SHARED / name).is_dir():
        pytest.skip(f"the data set {name} is not at {SHARED}")
    return SHARED / name


def rejected(report: IngestReport) -> dict[tuple[str, str | None], int]:
    return {(refused.rule, refused.column): refused.rows for refused in report.refused}


def stored(home: Home, columns: str, order: str) -> list[tuple[object, ...]]:
    with engine(home) as connection:
        rows = connection.execute(f"SELECT {columns} FROM {Lake.of(home).sql('bookings')} ORDER BY {order}")
        return [tuple(row.values()) for row in rows.to_arrow_table().to_pylist()]


def test_both_are_shipped_and_can_be_read():
    assert shipped_names() == ["bank_calls", "warsaw_offices"]
    for name in shipped_names():
        assert parse_mapping(shipped_text(name), name).tables["bookings"].files


def test_the_examples_of_the_documentation_can_be_read():
    examples = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        assert parse_mapping(example, str(DOCS)).tables


def test_every_rule_is_documented():
    rules = {rule.name for table in DELIVERED.values() for rule in table.rules} | set(WRONG_TYPE.values())
    for table in DELIVERED.values():
        for column in table.columns:
            sql = ColumnSql(column, None, formula=False, mapping=Mapping(), zone="UTC")
            rules |= {rule for _, rule in sql.faults()}
    text = DOCS.read_text(encoding="utf-8")
    assert [rule for rule in sorted(rules) if f"`{rule}`" not in text] == []


def test_the_bank_is_recognised_and_accounted_for(tmp_path):
    report = ingest(Home.create(tmp_path), str(real("bank_calls")))
    assert report.mapping == "the shipped mapping bank_calls, recognised by its headers"
    assert report.counts() == {"bookings": {"read": 75_422, "accepted": 75_367, "rejected": 55, "left_out": 0}}
    assert rejected(report) == {("called_at_after_served_from", "served_from"): 55}


def test_warsaw_is_recognised_and_accounted_for(tmp_path):
    home = Home.create(tmp_path)
    report = ingest(home, str(real("warsaw_offices")))
    assert report.mapping == "the shipped mapping warsaw_offices, recognised by its headers"
    assert report.counts() == {"bookings": {"read": 830_172, "accepted": 357_661, "rejected": 0, "left_out": 472_511}}
    kept = report.stored["bookings"]
    assert (kept.new, kept.changed) == (112_020, 0)
    assert kept.new + kept.repeated == 357_661
    [(first, last, days, centres)] = stored(
        home, "min(service_day), max(service_day), count(DISTINCT service_day), count(DISTINCT centre_id)", "ALL"
    )
    # the two holidays in between, 1 and 6 January, have snapshots but no number
    assert (first, last, days, centres) == (date(2019, 12, 30), date(2020, 1, 22), 16, 20)


#: name, date, time, number, group's letter
SNAPSHOTS = [
    ("USC_Andersa", "2020-12-30", "08:00", "", "T"),
    ("USC_Andersa", "2020-12-30", "08:05", "T007", "T"),
    ("USC_Andersa", "2020-12-30", "08:10", "T007", "T"),
    ("UD_Bemowo", "2019-12-30", "08:05", "K012", "K"),
    ("UD_Bemowo", "2019-12-30", "08:10", "J151", "K"),
    ("UD_Srodmiescie_2", "2012-02-27", "09:00", "A01", "A"),
    ("UD_Bemowo", "2020-01-17", "08:61", "K001", "K"),
]


@pytest.fixture
def warsaw(tmp_path) -> tuple[Home, IngestReport]:
    rows = pa.table(
        {
            "name": [row[0] for row in SNAPSHOTS],
            "date": [row[1] for row in SNAPSHOTS],
            "time": [row[2] for row in SNAPSHOTS],
            "idGrupy": pa.array([7] * len(SNAPSHOTS), pa.int32()),
            "literaGrupy": [row[4] for row in SNAPSHOTS],
            "aktualnyNumer": [row[3] for row in SNAPSHOTS],
        }
    )
    (tmp_path / "offices").mkdir()
    pq.write_table(rows, tmp_path / "offices" / "queues.parquet")
    home = Home.create(tmp_path / "home")
    (home.root / "inturn.toml").write_text("max_reject_share = 0.5\n")
    home = Home.open(home.root)
    return home, ingest(home, str(tmp_path / "offices"), mapping="warsaw_offices")


def test_wrong_years_are_mended_and_impossible_clocks_refused(warsaw):
    home, report = warsaw
    assert stored(home, "centre_id, service_day, called_at", "ALL") == [
        ("UD_Bemowo", date(2019, 12, 30), datetime(2019, 12, 30, 7, 5, tzinfo=UTC)),
        ("UD_Bemowo", date(2019, 12, 30), datetime(2019, 12, 30, 7, 10, tzinfo=UTC)),
        ("UD_Srodmiescie_2", date(2020, 1, 17), datetime(2020, 1, 17, 8, 0, tzinfo=UTC)),
        ("USC_Andersa", date(2019, 12, 30), datetime(2019, 12, 30, 7, 5, tzinfo=UTC)),
    ]
    assert report.counts()["bookings"] == {"read": 7, "accepted": 5, "rejected": 1, "left_out": 1}
    assert rejected(report) == {("formula_failed", "created_at"): 1}


def test_the_first_snapshot_of_a_number_is_its_call(warsaw):
    home, report = warsaw
    assert (report.stored["bookings"].new, report.stored["bookings"].repeated) == (4, 1)
    assert stored(home, "ticket_no, priority_class, service_code, applicant_id[1]", "centre_id, called_at") == [
        (12, None, "7/K", "?"),
        (151, "returning", "7/K", "?"),
        (1, None, "7/A", "?"),
        (7, None, "7/T", "?"),
    ]
