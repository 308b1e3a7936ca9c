"""A case computed again from the tables as they stood: the same numbers, or what differs, on a real lake."""

import io
import json
import shutil
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.errors import UserError
from data.home import Home
from data.lake import Lake
from detection.cases.day import cases_day
from detection.evidence.comparing import differences, values
from detection.evidence.night import folder_of
from detection.learning.registry import ROLLBACK, Service, put_in_service
from detection.replay import replay
from detection.scoring import score_day
from tests.command import Command, refuses, wait_until
from tests.conftest import FIRST, LAST
from tests.detection.cases_support import table
from tests.detection.conftest import plant, rewrite, run_all
from tests.detection.serving_support import VERSION, serve
from tests.features.hall_support import day_of

BEFORE = LAST - timedelta(days=1)
WIDE = {"COLUMNS": "200"}


@pytest.fixture(scope="module")
def two_nights(first_days: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with one case, of a ring that jumped on two days; not to be changed."""
    folder = tmp_path_factory.mktemp("replay")
    hall = shutil.copytree(first_days, folder / "hall")
    for day in (BEFORE, LAST):
        rewrite(hall / "bookings" / f"{day}.csv", plant)
    return run_all(folder, hall)


@pytest.fixture
def home(two_nights: Home, tmp_path: Path) -> Home:
    """A copy of it that the test may change."""
    return Home.open(shutil.copytree(two_nights.root, tmp_path / "home"))


def case_of(home: Home) -> tuple[str, str]:
    """Name and evidence of the only case."""
    (case,) = table(home, "cases")
    return case["case_id"], case["evidence_ref"]


def stored(home: Home) -> dict[str, bytes]:
    """Every file of the evidence and of the lake."""
    return {
        str(path): path.read_bytes()
        for place in ("evidence", "lake")
        for path in sorted(home.path(place).rglob("*"))
        if path.is_file()
    }


def spoil(home: Home, name: str, column: str, day) -> None:
    """A later version of a day of a table, in which every value of a column is another."""
    rows = day_of(home, name, day)
    place = rows.schema.get_field_index(column)
    other = pa.array([None] * rows.num_rows, rows.schema.field(place).type)
    Lake.of(home).replace_day(name, day, rows.set_column(place, rows.schema.field(place), other))


def test_it_gives_the_same_numbers_also_once_the_lake_says_otherwise_and_changes_nothing(home):
    spoil(home, "bookings", "called_at", LAST)
    spoil(home, "scores", "q_value", BEFORE)
    spoil(home, "findings", "Q101_value", LAST)
    before = stored(home)
    nights = list(replay(home, *case_of(home)))
    assert [(night.day, night.same) for night in nights] == [(BEFORE, True), (LAST, True)], nights
    assert all(night.values > 400 and not night.facts for night in nights)
    assert stored(home) == before
    assert not home.path("staging", "replay").exists()


def test_a_night_that_a_learnt_model_scored_is_replayed_with_that_model(home):
    serve(home, LAST)
    score_day(home, LAST, "with it")
    cases_day(home, LAST)
    case, reference = case_of(home)
    assert all(name.endswith(VERSION) for name in day_of(home, "scores", LAST)["model_version"].to_pylist())
    put_in_service(home, Service(str(LAST), None, ROLLBACK, "", "", ""))
    nights = replay(home, case, reference)
    assert [night.day for night in nights] == [BEFORE, LAST]
    assert all(night.same for night in nights), nights


def test_an_altered_slice_is_named_with_what_it_was_before(inturn: Command, home):
    case, reference = case_of(home)
    file = folder_of(home, reference)[0] / "scores.parquet"
    rows = pq.read_table(file)
    score = rows["score"][0].as_py()
    pq.write_table(rows.set_column(rows.schema.get_field_index("score"), "score", pa.array([0.25])), file)
    ended = inturn("replay", case, "--night", LAST, "--home", home.root, env=WIDE)
    assert ended.status == 1
    assert "altered since it was sealed, or lost: scores.parquet\n" in ended.out
    assert f"scores.parquet score of {LAST} " in ended.out
    assert f"sealed 0.25, now {score!r}\n" in ended.out
    assert ended.out.count(": sealed ") == 1, "nothing else differs"
    assert f"Not the same: 1 of 1 night of case {case}.\n" in ended.out


def test_a_changed_setting_is_said_before_what_it_changes(inturn: Command, home):
    case, _ = case_of(home)
    with home.path("inturn.toml").open("a", encoding="utf-8") as file:
        file.write("training_days = 1\n")
    ended = inturn("replay", case, "--night", LAST, "--home", home.root, env=WIDE)
    assert ended.status == 1
    lines = ended.out.splitlines()
    now = Home.open(home.root).settings.digest()
    assert lines[1] == (
        f"    other settings: sealed with {home.settings.digest()}, replayed with {now}, which may explain what differs"
    )
    assert any(line.startswith("    case.json numbers.score: sealed 0.") for line in lines)
    assert "altered" not in ended.out


def test_a_version_that_is_gone_is_named_with_what_to_do(inturn: Command, home):
    case, reference = case_of(home)
    versions = json.loads((folder_of(home, reference)[0] / "versions.json").read_text())
    lake = Lake.of(home)
    lake.replace_day("features", LAST, day_of(home, "features", LAST))
    lake.retain("features", 0)
    ended = inturn("replay", case, "--night", LAST, "--home", home.root, env=WIDE)
    assert ended.status == 1
    assert f"these versions of the lake's tables are gone: features {versions['features']}. " in ended.out
    assert "Restore a backup of the home" in ended.out
    assert f"Not the same: 1 of 1 night of case {case}." in ended.out


def test_killed_it_leaves_everything_as_it_was_and_the_next_one_clears_up(inturn: Command, home):
    before, case = stored(home), case_of(home)
    started = inturn.start("replay", case[0], "--home", home.root)
    wait_until(home.path("staging", "replay", "lake", "made").exists)
    started.kill(after=0.5)
    assert stored(home) == before
    (night,) = replay(home, *case, LAST)
    assert night.same
    assert not home.path("staging", "replay").exists()


def test_a_night_sealed_again_is_held_against_the_sums_of_its_own_chain(home):
    """The first night no longer flags anything: the last one is sealed again, with versions of when it had."""
    scores = day_of(home, "scores", BEFORE)
    calm = pa.array([False] * scores.num_rows)
    Lake.of(home).replace_day(
        "scores", BEFORE, scores.set_column(scores.column_names.index("flagged"), "flagged", calm)
    )
    cases_day(home, BEFORE)
    case, reference = case_of(home)
    assert f"{LAST}.2#" in reference
    (night,) = replay(home, case, reference)
    assert (night.day, night.same) == (LAST, True), night


def test_what_has_lost_its_seal_or_its_versions_is_not_computed(inturn: Command, home):
    case, reference = case_of(home)
    folder, _ = folder_of(home, reference)
    (folder / "versions.json").write_bytes(b'{"case_days": 1, "bookings": "x"}')
    assert "are gone: bookings x" in str(next(replay(home, case, reference, LAST)).failed)
    (folder / "versions.json").write_bytes(b"[1]")
    (night,) = replay(home, case, reference, LAST)
    assert night.altered == ["SHA256SUMS", "versions.json"]
    assert f"run the night again: inturn run --from {LAST}" in str(night.failed)
    with pytest.raises(UserError, match=f"has no night {FIRST}"):
        list(replay(home, case, reference, FIRST))
    (folder / "manifest.json").write_bytes(b"{}")
    refuses(inturn("replay", case, "--home", home.root, env=WIDE), "the manifest does not fit its seal")
    refuses(inturn("replay", "C0", "--home", home.root, env=WIDE), "no case 'C0'", "inturn cases")


def test_an_earlier_night_that_was_altered_is_found_and_its_sums_are_not_trusted(home):
    case, reference = case_of(home)
    (home.path("evidence", case, str(BEFORE)) / "case.json").write_bytes(b"{}")
    nights = {night.day: night for night in replay(home, case, reference, LAST)}
    assert "an earlier night of the case does not fit its seal" in str(nights[LAST].failed)


def parquet(**columns: list) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content)
    return content.getvalue()


NIGHT = {"centre_id": ["n", "n"], "service_code": ["card", "card"], "flag": ["Q1", "Q2"]}


@pytest.mark.parametrize(
    ("sealed", "now", "said"),
    [
        ({"median": [1.0, None]}, {"median": [1.0, None]}, []),
        ({"median": [1.0, 2.0]}, {"median": [1.0, 2.0000000000000004]}, [("median", 1, "n card Q2", "2.0", None)]),
        ({"median": [1.0, None]}, {"median": [0.0, 0.0]}, [("median", 2, "n card Q1", "1.0", "0.0")]),
        ({"median": [1, 2]}, {"median": [1.0, 2.0]}, [("median", 2, "n card Q1", "1", "1.0")]),
        ({}, {"median": [1, 2]}, [("median", 2, "n card Q1", "–", "1")]),
        ({"median": [1, 2]}, {}, [("median", 2, "n card Q1", "1", "–")]),
        ({"median": [1, 2]}, {"median": [1], "lost": 1}, [("row", 1, "n card Q2", "True", "–")]),
    ],
    ids=["same", "last digit", "null and zero", "type", "new column", "given up", "row"],
)
def test_values_are_compared_exactly(sealed, now, said):
    rows = len(NIGHT["flag"]) - now.pop("lost", 0)
    before, after = parquet(**NIGHT, **sealed), parquet(**{k: v[:rows] for k, v in NIGHT.items()}, **now)
    found = differences("comparison.parquet", before, after)
    told = [(each.column, each.count, each.place, each.sealed, each.now) for each in found]
    assert [
        tuple(x if y is not None else None for x, y in zip(a, b, strict=True)) for a, b in zip(told, said, strict=True)
    ] == said
    assert values("comparison.parquet", before) == 2 * (3 + len(sealed))


def test_json_is_compared_leaf_by_leaf():
    before = json.dumps({"numbers": {"score": 0.5}, "bookings": [{"id": "a"}, {"id": "b"}], "none": []}).encode()
    after = json.dumps({"numbers": {"score": 0.5}, "bookings": [{"id": "a"}, {"id": "c"}], "none": [1]}).encode()
    told = [
        (each.column, each.count, each.place, each.sealed, each.now) for each in differences("case.json", before, after)
    ]
    assert told == [
        ("bookings.id", 1, "2", "'b'", "'c'"),
        ("none", 2, "1", "–", "1"),
    ]
    assert [each.sealed for each in differences("case.json", b"spoilt", after)] == ["cannot be read"]
    assert [each.sealed for each in differences("scores.parquet", b"spoilt", parquet(**NIGHT))] == ["cannot be read"]
