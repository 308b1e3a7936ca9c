"""Cases: what binds flagged bookings, how a case grows, what it amounts to, and what changes nothing."""

import csv
import itertools
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.home import Home
from data.lake import Lake
from detection.cases.day import cases_day
from tests.detection.cases_support import Row, cases_of, night, rows_of, table, write_changes, write_night


def examples() -> dict[str, list[Row]]:
    found = defaultdict(list)
    with (Path(__file__).parent / "Cases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["case"]].append({name: value or None for name, value in row.items()})
    return found


EXAMPLES = examples()


def run(home: Home, rows: list[Row]) -> None:
    """The nights of an example, in order."""
    by_night = itertools.groupby(sorted(rows, key=lambda row: int(row["night"])), key=lambda row: int(row["night"]))
    for number, of_night in by_night:
        found = list(of_night)
        changes = [(row["ring"], *(row["change"].split(":"))) for row in found if row["change"]]
        write_changes(home, night(number), [(ring, change, other or None) for ring, change, other in changes])
        bookings = [{name: value for name, value in row.items() if value} for row in found if row["booking"]]
        write_night(home, night(number), [row | {"flags": row.get("flags", "").split()} for row in bookings])
        cases_day(home, night(number))


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_what_binds_a_booking_to_a_case(example, tmp_path):
    home = Home.create(tmp_path / "home")
    run(home, EXAMPLES[example])
    filed = cases_of(home)
    kinds = {row["case_id"]: row["kind"] for row in table(home, "cases")}
    expected = {row["booking"]: row["expected"] for row in EXAMPLES[example] if row["booking"]}
    assert filed.keys() == expected.keys()
    labels = {(filed[booking], label) for booking, label in expected.items()}
    assert len(labels) == len(kinds) == len(set(expected.values())), "a case each, and each its own"
    assert {label.split()[0] for case, label in labels if kinds[case] != label.split()[0]} == set()


def test_a_case_says_what_it_amounts_to(tmp_path):
    home = Home.create(tmp_path / "home")
    first = [
        {"booking": "a", "ring": "R1", "clerk": "K1", "flags": ["Q101", "Q501"], "passed": ["x", "y"], "minutes": 30.5},
        {
            "booking": "b",
            "ring": "R1",
            "clerk": "K2",
            "flags": ["Q101"],
            "score": 0.5,
            "passed": ["y", "z"],
            "minutes": 4,
        },
        {"booking": "x", "flagged": False, "score": 0.1},
    ]
    write_night(home, night(1), first)
    write_night(home, night(3), [{"booking": "c", "centre": "south", "ring": "R1", "score": 0.8, "passed": ["w"]}])
    for number in (1, 3):
        cases_day(home, night(number))
    (case,) = table(home, "cases")
    assert (case["kind"], case["status"]) == ("ring", "open")
    assert (case["opened_on"], case["last_day"]) == (night(1), night(3))
    assert case["centres"] == ["north", "south"]
    assert case["bookings"] == 3
    assert case["people_passed"] == 4, "y was passed twice and is one person"
    assert case["minutes_taken"] == 34.5
    assert (case["score"], case["q_value"]) == (0.9, 0.01), "those of the strangest"
    assert case["expected_harm"] == pytest.approx(0.9 * 3 + 0.5 * 3 + 0.8 * 2)
    assert case["flags"] == {"Q101": 2, "Q501": 1}
    assert case["members"] == {
        "bookings": [
            {"service_day": str(night(1)), "centre_id": "north", "booking_id": "a"},
            {"service_day": str(night(1)), "centre_id": "north", "booking_id": "b"},
            {"service_day": str(night(3)), "centre_id": "south", "booking_id": "c"},
        ],
        "identifiers": [{"kind": "phone", "value": f"phone of {name}"} for name in "abc"],
        "clerks": [{"centre_id": "north", "clerk_id": "K1"}, {"centre_id": "north", "clerk_id": "K2"}],
        "agents": [],
    }


def test_a_queue_that_was_too_long_to_be_listed_counts_at_least_the_most_that_one_passed(tmp_path):
    home = Home.create(tmp_path / "home")
    write_night(home, night(1), [{"booking": "a", "clerk": "K1", "flags": ["Q101"], "passed": ["x", "y", "z"]}])
    Lake.of(home).replace_day("overtakes", night(1), rows_of("overtakes", []))
    cases_day(home, night(1))
    assert [row["people_passed"] for row in table(home, "cases")] == [3]


def test_an_explained_overtaking_harms_nobody(tmp_path):
    home = Home.create(tmp_path / "home")
    write_night(home, night(1), [{"booking": "a", "clerk": "K1", "flags": ["Q201"]}])
    pair = {"service_day": night(1), "centre_id": "north", "queue": "card", "booking_id": "a", "overtaken_id": "x"}
    Lake.of(home).replace_day("overtakes", night(1), rows_of("overtakes", [pair | {"reason": "priority"}]))
    cases_day(home, night(1))
    assert [row["people_passed"] for row in table(home, "cases")] == [0]


def test_a_night_without_anything_flagged_makes_no_case(tmp_path):
    home = Home.create(tmp_path / "home")
    assert cases_day(home, night(1)) == {"cases": 0, "bookings": 0, "drawn": 0}
    write_night(home, night(1), [{"booking": str(n), "flagged": False} for n in range(30)])
    assert cases_day(home, night(1)) == {"cases": 0, "bookings": 0, "drawn": 2}
    assert table(home, "cases") == []


def test_a_rerun_with_other_findings_replaces_its_night_s_part_and_no_other(tmp_path):
    home = Home.create(tmp_path / "home")
    for number in (1, 2, 3):
        write_night(home, night(number), [{"booking": f"{number}", "clerk": "K1", "flags": ["Q101"]}])
        cases_day(home, night(number))
    (before,) = table(home, "cases")
    write_night(home, night(1), [{"booking": "1", "flagged": False}])
    cases_day(home, night(1))
    (after,) = table(home, "cases")
    assert after["case_id"] == before["case_id"], "its name stays, though it now begins later"
    assert (after["bookings"], after["opened_on"]) == (2, night(2))
    write_night(home, night(1), [{"booking": "1", "clerk": "K1", "flags": ["Q101"]}])
    cases_day(home, night(1))
    assert table(home, "cases") == [before]


def test_a_case_whose_only_night_no_longer_flags_anybody_is_gone(tmp_path):
    home = Home.create(tmp_path / "home")
    write_night(home, night(1), [{"booking": "a", "clerk": "K1", "flags": ["Q101"]}])
    cases_day(home, night(1))
    write_night(home, night(1), [{"booking": "a", "clerk": "K1", "flagged": False}])
    cases_day(home, night(1))
    assert table(home, "cases") == table(home, "case_days") == []


def test_what_a_review_has_said_of_a_case_stays_when_it_grows(tmp_path):
    home = Home.create(tmp_path / "home")
    for number in (1, 2):
        write_night(home, night(number), [{"booking": f"{number}", "clerk": "K1", "flags": ["Q101"]}])
    cases_day(home, night(1))
    lake = Lake.of(home)
    (case,) = table(home, "cases")
    closed = case | {"status": "lawful", "members": "{}", "flags": "{}"}
    lake.replace("cases", None, rows_of("cases", [closed]))
    cases_day(home, night(2))
    assert [(row["status"], row["bookings"]) for row in table(home, "cases")] == [("lawful", 2)]


#: of up to four nights, who is flagged: ring and clerk of each
FLAGGED = st.lists(st.tuples(st.sampled_from([None, "R1", "R2"]), st.sampled_from([None, "K1", "K2"])), max_size=4)
NIGHTS = st.dictionaries(st.sampled_from([1, 2, 20, 31, 60]), FLAGGED, min_size=1, max_size=4)
EVERYTHING = ("case_days", "cases", "scores")


def judged(folder: Path, nights: dict[int, list[tuple[str | None, str | None]]]) -> Home:
    home = Home.create(folder)
    for number, flagged in nights.items():
        bookings = [
            {"booking": f"{number}-{n}", "ring": ring, "clerk": clerk, "flags": ["Q101"], "passed": [f"p{number}"]}
            for n, (ring, clerk) in enumerate(flagged)
        ]
        write_night(home, night(number), [*bookings, {"booking": f"{number}-idle", "flagged": False}])
    return home


def all_of(home: Home) -> dict[str, object]:
    """Every row of the tables, and every file of the evidence."""
    files = {str(path.relative_to(home.root)): path.read_bytes() for path in home.path("evidence").rglob("*.*")}
    return {name: table(home, name) for name in EVERYTHING} | files


def nights_in(numbers: list[int]) -> list[date]:
    return [night(number) for number in numbers]


LAWS = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(nights=NIGHTS, data=st.data())
@LAWS
def test_a_rerun_of_any_nights_in_any_order_changes_nothing(nights, data, tmp_path_factory):
    home = judged(tmp_path_factory.mktemp("law") / "home", nights)
    for day in nights_in(sorted(nights)):
        cases_day(home, day)
    before = all_of(home)
    for day in nights_in(data.draw(st.permutations(sorted(nights)))):
        cases_day(home, day)
    assert all_of(home) == before


@given(nights=NIGHTS, data=st.data())
@LAWS
def test_in_whatever_order_nights_are_run_every_flagged_booking_is_in_one_case_and_sums_are_right(
    nights, data, tmp_path_factory
):
    home = judged(tmp_path_factory.mktemp("law") / "home", nights)
    filed: dict[str, str] = {}
    for day in nights_in(data.draw(st.permutations(sorted(nights)))):
        cases_day(home, day)
        now = cases_of(home)
        assert {booking: now.get(booking) for booking in filed} == filed, "growing neither splits nor renames a case"
        filed = now
    flagged = {row["booking_id"] for row in table(home, "scores") if row["flagged"]}
    assert filed.keys() == flagged
    cases = table(home, "cases")
    assert sum(row["bookings"] for row in cases) == len(flagged)
    for case in cases:
        members = [member["booking_id"] for member in case["members"]["bookings"]]
        assert sorted(members) == sorted(booking for booking, name in filed.items() if name == case["case_id"])
        days = {night(int(booking.split("-")[0])) for booking in members}
        assert (case["opened_on"], case["last_day"]) == (min(days), max(days))
        assert case["people_passed"] == len(days)
