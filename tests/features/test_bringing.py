"""What a log does not record is null, whatever else was delivered before or after."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from data.bringing import brought, has_brought
from data.home import Home
from data.ingest import ingest
from features.steps import FEATURE_STEPS
from tests.features.hall_support import DAY, NOT_DELIVERED, booking, day_of, deliver

LATER = DAY + timedelta(days=1)
FIRST = [
    booking("a", checked_in_at="09:00", called_at="09:20"),
    booking("b", checked_in_at="09:05", called_at="09:06"),
]
#: the night's features of the passer that stand for recorded reasons
REASONS = ("people_passed_priority", "people_passed_recall", "people_passed_absent")


def without(columns: str, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row | {NOT_DELIVERED: columns} for row in rows]


def night(home: Home) -> pa.Table:
    for step in FEATURE_STEPS:
        step(home, DAY)
    return day_of(home, "features")


def reasons(rows: pa.Table) -> tuple[float | None, ...]:
    (passer,) = rows.filter(pc.equal(rows["booking_id"], "b")).to_pylist()
    assert passer["people_passed"] == 1
    return tuple(passer[name] for name in REASONS)


#: what a source lacks, and what is said of its passer
LACKING = {
    "": (0, 0, 0),
    "priority_class": (None, 0, 0),
    "missed_at": (0, None, None),
    "missed_at priority_class": (None, None, None),
}


def test_only_what_was_recorded_is_assessed(tmp_path: Path):
    home = Home.create(tmp_path / "home")
    for number, lacking in enumerate(LACKING):
        rows = [row | {"centre_id": f"hall {number}"} for row in FIRST]
        ingest(home, str(deliver(tmp_path / str(number), without(lacking, rows))))
    features = night(home)
    for number, (lacking, found) in enumerate(LACKING.items()):
        assert reasons(features.filter(pc.equal(features["centre_id"], f"hall {number}"))) == found, lacking


def test_a_file_of_later_days_with_more_columns_changes_no_earlier_night(tmp_path: Path):
    """Also under the same name: who delivers `bookings.csv` anew every day may add a column one day."""
    home, hall = Home.create(tmp_path / "home"), tmp_path / "hall"
    ingest(home, str(deliver(hall, without("missed_at", FIRST))))
    before = night(home)
    (hall / "bookings" / "allmissed_at.csv").unlink()
    later = [booking("c", service_day=str(LATER), checked_in_at=f"{LATER} 09:00", missed_at=f"{LATER} 09:01")]
    deliver(hall, later, file="allmissed_at")
    ingest(home, str(hall))
    assert night(home).equals(before)


def test_the_same_rows_with_one_more_column_say_that_there_was_nothing(tmp_path: Path):
    home, hall = Home.create(tmp_path / "home"), tmp_path / "hall"
    ingest(home, str(deliver(hall, without("missed_at", FIRST))))
    assert reasons(night(home)) == (0, None, None)
    ingest(home, str(deliver(tmp_path / "again" / "hall", FIRST)))
    assert reasons(night(home)) == (0, 0, 0)


def test_a_row_of_which_nothing_is_known_came_with_nothing():
    texts = pa.chunked_array([[brought(["phone", "ip"]), None], [brought([])]])
    assert has_brought(texts, ["ip"]).to_pylist() == [True, False, False]
    assert has_brought(texts, ["ip", "missed_at"]).to_pylist() == [False] * 3
