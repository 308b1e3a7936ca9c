"""The pictures of a case: what they show can be worked out by hand, in both languages, and a log's text stays text."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from data.errors import UserError
from data.home import Home
from data.lake import Lake
from detection.cases.day import cases_day
from detection.flag import all_flags
from review.pictures import Picture, pictures, pictures_of_booking
from review.pictures.shown.links import MOST_BOOKINGS
from review.pictures.shown.queue import MOST
from tests.detection.cases_support import rows_of
from tests.review.hall_of_one_jump import DAY, HOSTILE, hall, person, write_centre, write_hall

NAMES = ["waterfall", "findings", "harm", "queue", "links", "meetings", "clerks", "capacity"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The hall of one jump; not to be changed."""
    home = write_hall(tmp_path_factory.mktemp("pictures") / "home", hall())
    write_centre(home)
    return home


def case_of(home: Home) -> str:
    ((case,),) = duckdb.sql(f"SELECT case_id FROM {Lake.of(home).sql('cases')}").fetchall()
    return str(case)


def drawn(home: Home, name: str, lang: str = "en") -> Picture:
    return pictures(home, case_of(home), lang)[name]


def option(picture: Picture) -> dict[str, Any]:
    assert picture.option is not None, picture.notes
    return picture.option


def texts(value: object) -> Iterator[str]:
    """Every text in a structure, names of its fields left out."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def values(picture: Picture, place: int) -> list[float | None]:
    """The bars of one series."""
    return [item and item["value"] for item in option(picture)["series"][place]["data"]]


def groups(picture: Picture) -> dict[str, set[str]]:
    """Of the queue's picture: whose lines stand in each group."""
    return {part["name"]: {line["name"].split()[0] for line in part["data"]} for part in option(picture)["series"]}


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_each_picture_is_plain_data_with_its_words(home, lang):
    found = pictures(home, case_of(home), lang)
    assert list(found) == NAMES
    for picture in found.values():
        assert picture.title
        assert picture.about
        assert picture.alt
        assert json.loads(json.dumps(picture.option, allow_nan=False)) == picture.option
        assert option(picture)["tooltip"]["renderMode"] == "richText"
        assert option(picture)["aria"]["label"]["description"] == picture.alt


def test_chinese_and_english_differ_wherever_there_are_words(home):
    english, chinese = (pictures(home, case_of(home), lang) for lang in ("en", "zh"))
    for name in NAMES:
        for part in ("title", "about", "alt"):
            assert getattr(english[name], part) != getattr(chinese[name], part)
        assert not any("\u4e00" <= sign <= "\u9fff" for text in texts(english[name].option) for sign in text)


def test_the_steps_of_the_waterfall_lead_from_the_base_rate_to_the_score(home):
    picture = drawn(home, "waterfall")
    names, series = option(picture)["yAxis"]["data"], option(picture)["series"]
    assert names[0] == "before any evidence"
    assert names[1] == f"Q101 {all_flags()['Q101'].name.en}"
    assert names[-1] == "score"
    labels = [
        next(part["data"][row]["label"]["formatter"] for part in series[1:] if part["data"][row])
        for row in range(len(names))
    ]
    assert labels[:2] == ["0.03 %", "× 40"]
    assert "× 5.0" in labels  # lent by the ring
    assert labels[-1] == "99 %"
    start, end = series[1]["data"][0]["value"], series[1]["data"][-1]["value"]
    steps = [
        (series[2]["data"][row] or {"value": 0})["value"] - (series[3]["data"][row] or {"value": 0})["value"]
        for row in range(1, len(names) - 1)
    ]
    assert start + sum(steps) == pytest.approx(end)


def test_the_queue_s_lines_cross_where_somebody_was_passed(home):
    picture = drawn(home, "queue")
    assert groups(picture) == {
        "others": set(),
        "passed, with a recorded reason": {"z"},
        "passed, unexplained": {"x", "y"},
        "bookings of this case": {"a"},
    }
    assert "past 2 unexplained and 1 with a recorded reason" in picture.alt
    assert "09:20:00" in picture.alt  # the hall's clock
    assert "Of 6 people" in picture.notes[0]
    assert "4 who were there then are shown, 2 are left out" in picture.notes[0]
    lines = {line["name"].split()[0]: line["coords"] for part in option(picture)["series"] for line in part["data"]}
    for passed in ("x", "y"):
        assert lines[passed][1][0] < lines["a"][1][0]  # entitled before
        assert lines[passed][2][0] > lines["a"][2][0]  # called after
    assert (lines["y"][1][0] - lines["y"][0][0]) / 60_000 == 5  # came five minutes before the slot


def test_the_words_count_whom_the_booking_passed_and_not_whom_the_case_passed(tmp_path):
    people = [*hall(), person("b", "09:21", "09:26")]
    home = write_hall(tmp_path / "home", people, jumpers=("a", "b"), passed=(("x", None), ("y", None)))
    lake = Lake.of(home)
    pairs = duckdb.sql(f"SELECT * FROM {lake.sql('overtakes')} WHERE booking_id = 'a' OR overtaken_id = 'x'")
    rows = [
        row | {"overtaken_id": "z"} if row["booking_id"] == "b" else row for row in pairs.to_arrow_table().to_pylist()
    ]
    lake.replace_day("overtakes", DAY, rows_of("overtakes", rows))
    cases_day(home, DAY)
    picture = drawn(home, "queue")
    assert groups(picture)["passed, unexplained"] == {"x", "y", "z"}
    assert "Booking a" in picture.alt
    assert "past 2 unexplained" in picture.alt


def test_a_long_queue_shows_those_nearest_and_says_how_many_are_left_out(tmp_path):
    crowd = [person(f"p{number:03}", "09:00", "09:30") for number in range(100)]
    passed = tuple((row["booking_id"], None) for row in crowd[:5])
    home = write_hall(tmp_path / "home", [*crowd, hall()[4]], passed=passed)
    picture = drawn(home, "queue")
    found = groups(picture)
    assert sum(len(names) for names in found.values()) == MOST
    assert len(found["passed, unexplained"]) == 5
    assert f"Of 101 people called in queue card (north, 2026-03-03), {MOST}" in picture.notes[0]


def test_a_queue_ordered_by_ticket_has_no_entitlement(tmp_path):
    home = write_hall(tmp_path / "home", hall())
    rule = {"service_day": DAY, "centre_id": "north", "service_code": "card", "rule": "ticket"}
    Lake.of(home).replace_day("disciplines", DAY, rows_of("disciplines", [rule]))
    lines = [line["coords"] for part in option(drawn(home, "queue"))["series"] for line in part["data"]]
    assert {len(coords) for coords in lines} == {2}


@pytest.mark.parametrize(
    ("name", "people", "said"),
    [
        pytest.param("queue", [person("a", "", "09:25")], "not assessed", id="no check-in"),
        pytest.param("queue", [person("a", "09:00", None)], "not assessed", id="never called"),
        pytest.param("links", [person("a", "09:00", "09:25", clerk_id=None)], "not assessed", id="nothing delivered"),
        pytest.param("clerks", [person("a", "09:00", "09:25")], "not assessed", id="no calls to compare"),
        pytest.param("capacity", [person("a", "09:00", "09:25")], "No check-up", id="no check-up"),
        pytest.param("capacity", [person("a", "09:00", "09:25")], "released, refused", id="no quotas, no refusals"),
    ],
)
def test_what_was_not_delivered_is_said_in_words(tmp_path, name, people, said):
    picture = drawn(write_hall(tmp_path / "home", people, passed=()), name)
    assert said in " ".join(picture.notes)


def test_a_hub_is_dashed_and_fainter_than_what_few_use(home):
    picture = drawn(home, "links")
    styles = {link["source"].split()[0]: link["lineStyle"] for link in option(picture)["series"][0]["links"]}
    assert styles["phone"]["type"] == "solid"
    assert styles["device"]["type"] == "dashed"
    assert styles["device"]["opacity"] < 0.5 < styles["phone"]["opacity"]
    ids = [node["id"] for node in option(picture)["series"][0]["data"]]
    assert len(ids) == len(set(ids)) == 4


def test_the_links_of_a_large_case_are_bounded(tmp_path):
    names = [f"b{number:02}" for number in range(MOST_BOOKINGS + 7)]
    people = [person(name, "09:20", "09:25", phone=f"phone of {name}") for name in names]
    home = write_hall(tmp_path / "home", [*people, *hall()[:4]], jumpers=tuple(names))
    picture = drawn(home, "links")
    kinds = [node["category"] for node in option(picture)["series"][0]["data"]]
    assert kinds.count(3) == MOST_BOOKINGS
    assert "7 are left out" in picture.notes[0]
    assert len(picture.notes) == 2


def test_meetings_clerks_and_capacity_show_what_the_lake_says(home):
    meetings, clerks, capacity = (drawn(home, name) for name in ("meetings", "clerks", "capacity"))
    assert values(meetings, 0) == [5.0]
    assert values(meetings, 1) == [1.25]
    assert option(clerks)["yAxis"]["data"] == ["north K1", "north K2"]
    assert values(clerks, 0) == [6.0, None]  # of the case
    assert values(clerks, 1) == [None, 1.0]
    assert values(clerks, 2) == [2.5, 4.5]
    assert [values(capacity, place) for place in range(3)] == [[60], [6], [3]]
    (line,) = (part["markLine"] for part in option(capacity)["series"] if "markLine" in part)
    assert line["data"] == [{"yAxis": 120.0}]
    assert capacity.notes == ()


def test_each_flag_stands_beside_its_queue(home):
    picture = drawn(home, "findings")
    assert option(picture)["yAxis"]["data"] == [f"{code} {all_flags()[code].name.en}" for code in ("Q101", "Q501")]
    assert values(picture, 0) == [100.0, 100.0]
    assert values(picture, 1) == pytest.approx([100 / 6, 100 / 6])


def test_what_the_bookings_add_is_the_case_s_expected_harm(home):
    ((harm,),) = duckdb.sql(f"SELECT expected_harm FROM {Lake.of(home).sql('cases')}").fetchall()
    assert values(drawn(home, "harm"), 2)[-1] == pytest.approx(harm)


def test_what_a_log_says_stays_text(tmp_path):
    people = [*hall(HOSTILE)[:4], hall(HOSTILE)[4] | {"phone": HOSTILE, "agent_id": HOSTILE, "clerk_id": HOSTILE}]
    home = write_hall(tmp_path / "home", people, jumpers=(HOSTILE,))
    for picture in pictures(home, case_of(home), "en").values():
        for text in texts(picture.option):
            shown = text.replace("{b}", "").replace("{a}", "").replace("{c}", "").replace("{value}", "")
            shown = shown.replace("{HH}", "").replace("{mm}", "")
            assert not {"{", "}", "\n"} & set(shown), text
    assert any("｛b|" in text for text in texts(option(drawn(home, "links"))))


def test_altered_evidence_is_not_shown_as_if_it_were_genuine(tmp_path):
    home = write_hall(tmp_path / "home", hall())
    (file,) = home.path("evidence").glob("*/*/scores.parquet")
    file.write_bytes(file.read_bytes() + b"\0")
    for picture in pictures(home, case_of(home), "en").values():
        assert picture.option is None
        assert picture.notes[-1].endswith("2026-03-03.")
    file.unlink()
    assert drawn(home, "queue").option is None


def test_a_booking_that_the_lake_no_longer_has_has_no_queue(tmp_path):
    home = write_hall(tmp_path / "home", hall())
    case = case_of(home)
    Lake.of(home).replace_day("bookings", DAY, rows_of("bookings", []))
    found = pictures(home, case, "en")
    assert found["queue"].option is None
    assert "no longer" in found["queue"].notes[0]
    assert found["capacity"].option is None
    assert found["waterfall"].option is not None


def test_a_booking_drawn_at_random_is_shown_from_the_lake(home):
    found = pictures_of_booking(home, DAY, ("north", "x"), "en")
    assert list(found) == NAMES
    assert groups(found["queue"])["bookings of this case"] == {"x"}
    assert found["findings"].option is None
    with pytest.raises(UserError, match="was scored"):
        pictures_of_booking(home, DAY, ("north", "nobody"), "en")


def test_one_may_choose_the_booking_but_only_of_the_case(home):
    case = case_of(home)
    assert "Booking a:" in pictures(home, case, "en", ("north", "a"))["waterfall"].alt
    with pytest.raises(UserError, match="not in this case"):
        pictures(home, case, "en", ("north", "x"))
    with pytest.raises(UserError, match="no case"):
        pictures(home, "C0", "en")


def test_a_case_without_evidence_says_so(tmp_path: Path):
    home = write_hall(tmp_path / "home", hall(), cases=False)
    row = {"case_id": "C1", "kind": "centre", "members": "{}", "flags": "{}", "centres": ["north"]}
    days = {"opened_on": DAY, "last_day": DAY, "status": "open"}
    Lake.of(home).replace("cases", None, rows_of("cases", [row | days]))
    for picture in pictures(home, "C1", "zh").values():
        assert picture.option is None
        assert "未评估" in picture.notes[0]
