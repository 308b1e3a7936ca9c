"""Every declared feature against its readable cases, `cases/<feature>.csv`.

A case is a hall of its own, or more than one where its rows name them in `centre_id`. A row is a booking, or of the
table that `table` names; `not_delivered` names columns that its file does not have. `expected` is the feature's value
of the night's booking, as arithmetic that can be followed; `null`: not assessed; `-`: a booking of another day, which
is not the night's.
"""

import csv
from itertools import groupby
from pathlib import Path

import duckdb
import pytest

from data.contract import TABLES
from data.home import Home
from features import declare
from features.declare import all_features, all_frames
from features.steps import FEATURE_STEPS
from tests.features.hall_support import DAY, booking, day_of, home_of, other
from tests.once import made_once

FOLDER = Path(__file__).parent / "cases"
SOURCES = Path(declare.__file__).parent
FEATURES = all_features()
#: identifiers that the cases write as a number; no two cases share one, nor a citizen who is named
WRITTEN = {
    "phone": "139{case:04}{number:04}",
    "device_id": "d-{case}-{number}",
    "ip": "10.0.{case}.{number}",
    "agent_id": "a-{case}-{number}",
}


def cases_of(name: str) -> dict[str, list[dict[str, str]]]:
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return {case: list(rows) for case, rows in groupby(csv.DictReader(file), lambda row: row["case"])}


CASES = {
    (name, case): rows
    for name in FEATURES
    if (FOLDER / f"{name}.csv").exists()
    for case, rows in cases_of(name).items()
}


@pytest.fixture(scope="session")
def computed(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict]:
    """Every feature of every case's bookings, by hall and booking."""

    def compute(place: Path) -> None:
        home = home_of_cases(place)
        for step in FEATURE_STEPS:
            step(home, DAY)

    home = Home.open(made_once(tmp_path_factory, "cases", compute) / "home")
    return {(row["centre_id"], row["booking_id"]): row for row in day_of(home, "features").to_pylist()}


def home_of_cases(folder: Path) -> Home:
    """A home that has taken in all cases: one night, each case a centre."""
    tables: dict[str, list[dict[str, str]]] = {}
    for number, (key, rows) in enumerate(CASES.items()):
        for row in rows:
            tables.setdefault(row.get("table") or "bookings", []).append(delivered(number, key, row))
    return home_of(folder, tables.pop("bookings"), others=tables)


def delivered(number: int, key: tuple[str, str], row: dict[str, str]) -> dict[str, str]:
    cells = {
        name: value for name, value in row.items() if name not in {"case", "table", "booking", "expected"} and value
    }
    for name in WRITTEN.keys() & cells.keys():
        cells[name] = WRITTEN[name].format(case=number, number=int(cells[name]))
    if "applicant_id" in cells:
        cells["applicant_id"] += f" of case {number}"
    cells["centre_id"] = hall(key, row)
    return other(row["table"], **cells) if row.get("table") else booking(row["booking"], **cells)


def hall(key: tuple[str, str], row: dict[str, str]) -> str:
    """The case's centre, or that of its centres which the row names."""
    return " / ".join([*key, *filter(None, [row.get("centre_id")])])


def worked_out(arithmetic: str) -> float:
    return float(duckdb.sql(f"SELECT {arithmetic}").fetchall()[0][0])


@pytest.mark.parametrize("key", CASES, ids=" / ".join)
def test_case(key, computed):
    for row in (row for row in CASES[key] if not row.get("table")):
        found = computed.get((hall(key, row), row["booking"]))
        if row["expected"] == "-":
            assert found is None
        elif row["expected"] == "null":
            assert found[key[0]] is None
        else:
            assert found[key[0]] == pytest.approx(worked_out(row["expected"])), row


def test_every_feature_has_cases_and_every_table_of_cases_its_feature():
    assert {path.stem for path in FOLDER.iterdir()} == FEATURES.keys()


@pytest.mark.parametrize("name", FEATURES)
def test_the_cases_show_a_value_and_where_it_can_be_null_a_null(name):
    rows = [row for case, rows in CASES.items() if case[0] == name for row in rows if not row.get("table")]
    expected = {row["expected"] for row in rows}
    assert expected - {"null", "-"}
    assert ("null" in expected) == (FEATURES[name].null != "never null")


@pytest.mark.parametrize("feature", FEATURES.values(), ids=FEATURES)
def test_a_declaration_says_what_its_value_means(feature):
    assert feature.unit
    assert feature.null
    assert feature.meaning.endswith(".")
    assert feature.frame in all_frames()
    assert {*feature.needs, *feature.delivered} <= set(TABLES["bookings"].arrow.names)


def test_nothing_tells_a_feature_of_nationality_region_or_disability():
    """No column of bookings holds one, and no code of features parts one class from others for a disability."""
    told = ("nationality", "ethnic", "region", "disab")
    columns = " ".join(TABLES["bookings"].arrow.names)
    code = {str(path): path.read_text(encoding="utf-8").lower() for path in SOURCES.rglob("*.py")}
    assert len(code) > len(FEATURES) / 10, "the code was looked at"
    assert [word for word in told if word in columns] == []
    assert [(path, word) for path, text in code.items() for word in told if word in text] == []
