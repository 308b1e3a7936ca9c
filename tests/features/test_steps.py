"""The night's feature steps on a real lake: what they replace, what they do with little, and what they may not see."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from data.home import Home
from data.ingest import ingest
from data.lake import Lake
from data.tables import LAKE
from features import parts
from features.declare import all_features
from features.engine import engine
from features.night import KEY
from features.steps import FEATURE_STEPS, features_day, order_day
from tests.conftest import FIRST, LAST
from tests.features.hall_support import DAY, booking, column_of, day_of, deliver, home_of

NEXT = DAY + timedelta(days=1)
#: three people of one phone; the last is called first
A_DAY = [
    booking("a", checked_in_at="09:00", called_at="09:20", ticket_no="1", phone="13900000001"),
    booking("b", checked_in_at="09:01", called_at="09:21", ticket_no="2", phone="13900000001"),
    booking("c", checked_in_at="09:02", called_at="09:03", ticket_no="3", phone="13900000001"),
]


def night(home: Home, day: date = DAY) -> None:
    for step in FEATURE_STEPS:
        step(home, day)


def whole(home: Home, day: date = DAY) -> list[pa.Table]:
    """All that the steps have stored of a day, in the order in which it is stored."""
    lake = Lake.of(home)
    names = ("overtakes", "order", "rings", "ring_changes", "affinity", "features")
    stored = (duckdb.sql(f"SELECT * FROM {lake.sql(name, day, day)}") for name in names)
    return [rows.to_arrow_table().combine_chunks() for rows in stored]


def test_a_day_is_counted_listed_and_stored(tmp_path):
    home = home_of(tmp_path, A_DAY)
    assert order_day(home, DAY) == {"bookings": 3, "overtakes": 2, "queues_not_listed": 0}
    assert features_day(home, DAY) == {"bookings": 3, "features": len(all_features())}
    assert column_of(home, "order", "people_passed") == {"a": 0, "b": 0, "c": 2}
    assert column_of(home, "overtakes", "overtaken_id").keys() == {"c"}
    features = day_of(home, "features")
    assert features.schema.names[:3] == ["service_day", *KEY]
    assert set(features.schema.names[3:]) == set(all_features())
    assert {str(field.type) for field in list(features.schema)[3:]} == {"double"}


def test_a_second_run_changes_nothing(home):
    night(home, LAST)
    before = whole(home, LAST)
    night(home, LAST)
    assert whole(home, LAST) == before


def test_a_night_whose_centres_go_to_the_kernels_in_parts_says_the_same(home, monkeypatch):
    night(home, LAST)
    before = whole(home, LAST)
    monkeypatch.setattr(parts, "PART_ROWS", 20)
    night(home, LAST)
    assert whole(home, LAST) == before


def test_a_day_is_replaced_and_no_other(tmp_path):
    later = [booking(f"{row['booking_id']}+", **_moved(row)) for row in A_DAY]
    home = home_of(tmp_path, [*A_DAY, *later])
    night(home, DAY)
    night(home, NEXT)
    other = whole(home, NEXT)
    mended = [A_DAY[0], A_DAY[1], A_DAY[2] | {"called_at": f"{DAY}T09:30Z"}]
    ingest(home, str(deliver(tmp_path / "hall", [*mended, *later])))
    night(home, DAY)
    assert column_of(home, "features", "people_passed") == {"a": 0, "b": 0, "c": 0}
    assert day_of(home, "overtakes").num_rows == 0
    assert whole(home, NEXT) == other


def _moved(row: dict[str, str]) -> dict[str, str]:
    times = {name: f"{NEXT} {value[11:-1]}" for name, value in row.items() if name in {"checked_in_at", "called_at"}}
    return {"service_day": str(NEXT), "phone": row["phone"], **times}


def test_a_booking_that_moves_to_another_day_leaves_this_one(tmp_path):
    home = home_of(tmp_path, A_DAY)
    night(home)
    moved = booking("c", **_moved(A_DAY[2]))
    ingest(home, str(deliver(tmp_path / "hall", [*A_DAY[:2], moved])))
    night(home)
    assert column_of(home, "features", "people_passed") == {"a": 0, "b": 0}


def test_a_day_without_bookings_gives_empty_tables_that_can_be_read(tmp_path):
    home = home_of(tmp_path, A_DAY)
    assert order_day(home, NEXT) == {"bookings": 0, "overtakes": 0, "queues_not_listed": 0}
    assert features_day(home, NEXT) == {"bookings": 0, "features": len(all_features())}
    for name in ("overtakes", "order", "features"):
        assert day_of(home, name, NEXT).num_rows == 0


def test_a_home_without_any_delivery_has_days_without_bookings(tmp_path):
    home = Home.create(tmp_path / "home")
    night(home)
    assert day_of(home, "features").num_rows == 0


def test_what_a_source_does_not_deliver_is_null_not_zero(tmp_path):
    home = home_of(tmp_path, [booking("a", status="booked"), booking("b", status="booked")])
    night(home)
    features = day_of(home, "features")
    known = {name for name in all_features() if features[name].null_count == 0}
    of_applicants = {"applicant_bookings_28d", "applicant_never_shown_28d"}  # and no centres: there is but one
    assert known == {"typed_in_by_staff", "ordered_by_ticket", "claims_to_return"} | of_applicants
    assert {features[name].null_count for name in all_features() if name not in known} == {2}


#: under each rule: how many of `A_DAY` each booking passes, and whether minutes can be told
RULES = {
    "entitlement": ({"a": 0, "b": 0, "c": 2}, True),
    "check_in": ({"a": 0, "b": 0, "c": 2}, True),
    "ticket": ({"a": 0, "b": 0, "c": 2}, False),  # numbers are no times
    "slot": ({"a": None, "b": None, "c": None}, False),  # nobody has a slot
}


def test_centres_share_a_night_and_each_declared_discipline_orders_its_own_lines(tmp_path):
    home = Home.create(tmp_path / "home")
    for rule in RULES:
        rows = [row | {"centre_id": rule, "booking_id": f"{rule} {row['booking_id']}"} for row in A_DAY]
        ingest(home, str(deliver(tmp_path / rule, rows, discipline=rule)))
    night(home)
    passed, minutes = (column_of(home, "features", name) for name in ("people_passed", "minutes_taken"))
    for rule, (expected, timed) in RULES.items():
        assert {name: passed[f"{rule} {name}"] for name in "abc"} == expected, rule
        assert {name: minutes[f"{rule} {name}"] for name in "abc"} == (
            {"a": 0, "b": 0, "c": 2 + 1} if timed else dict.fromkeys("abc")
        ), rule
    order = day_of(home, "order")
    assert order["centre_id"].to_pylist() == [rule for rule in sorted(RULES) for _ in A_DAY]
    assert order.schema.equals(LAKE["order"].schema)


def test_where_no_check_in_is_delivered_tickets_order_the_night(tmp_path):
    rows = [{name: cell for name, cell in row.items() if name != "checked_in_at"} for row in A_DAY]
    home = home_of(tmp_path, rows)
    night(home)
    assert column_of(home, "features", "people_passed") == {"a": 0, "b": 0, "c": 2}
    assert column_of(home, "features", "minutes_taken") == dict.fromkeys("abc")


def test_links_count_the_window_s_days_and_identified_citizens_only(tmp_path):
    first = DAY - timedelta(days=29)
    before = first - timedelta(days=1)
    rows = [
        booking("a", phone="13900000001"),
        booking("first day", phone="13900000001", created_at=f"{first} 00:00", service_day=str(first)),
        booking("too old", phone="13900000001", created_at=f"{before} 00:00", service_day=str(before)),
        booking("nobody", phone="13900000001", applicant_id="?17"),
        booking("no phone"),
    ]
    home = home_of(tmp_path, rows)
    night(home)
    assert column_of(home, "features", "applicants_on_phone") == {"a": 2, "nobody": 2, "no phone": None}


def test_what_comes_later_changes_nothing_of_an_earlier_day(small_world: Path, tmp_path: Path):
    """Neither later days nor bookings created later are seen by a night, whenever it is rerun."""
    home = Home.create(tmp_path / "home")
    days = [FIRST, LAST]
    folder, late = tmp_path / "hall" / "bookings", []
    folder.mkdir(parents=True)
    for file in sorted((small_world / "bookings").glob("*.csv"))[:5]:
        header, *lines = file.read_text(encoding="utf-8").splitlines()
        created = header.split(",").index("created_at")
        known = [line for line in lines if line.split(",")[created][:10] <= str(LAST)]
        (folder / file.name).write_text("\n".join([header, *known]) + "\n", encoding="utf-8")
        late += [line for line in lines if line not in known]
    ingest(home, str(folder.parent))
    for day in days:
        night(home, day)
    before = [whole(home, day) for day in days]
    assert late
    (folder / "late.csv").write_text("\n".join([header, *late]) + "\n", encoding="utf-8")
    ingest(home, str(folder.parent))
    for day in days:
        night(home, day)
    assert [whole(home, day) for day in days] == before


def test_a_log_cut_after_a_night_says_the_same_of_it_as_the_whole(small_world: Path, tmp_path: Path):
    """Every table of the source, four weeks of it, against what had been delivered by the night."""
    cut = Home.create(tmp_path / "cut")
    everything = Home.open(shutil.copytree(cut.root, tmp_path / "whole"))  # the same key
    ingest(cut, str(small_world), last=LAST)
    ingest(everything, str(small_world))
    for home in (cut, everything):
        night(home, FIRST)
        night(home, LAST)
    assert [whole(everything, day) for day in (FIRST, LAST)] == [whole(cut, day) for day in (FIRST, LAST)]
    assert Lake.of(cut).days("bookings") < Lake.of(everything).days("bookings")


def test_what_a_frame_makes_goes_with_it_and_what_is_lasting_stays(home):
    with engine(home) as running:
        with running.passing():
            passing = running.rows(pa.table({"number": [1]}))
            lasting = running.kept(running.rows(pa.table({"number": [2]})), lasting=True)
            computed = running.kept(passing.mutate(number=passing.number + 2), lasting=True)
        assert [running.arrow(rows)["number"].to_pylist() for rows in (lasting, computed)] == [[2], [3]]
        with pytest.raises(duckdb.CatalogException):
            running.arrow(passing)
