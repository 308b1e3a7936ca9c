"""Every declared flag against its case table, `tests/flags/<code>.csv`, and what each must say of itself.

A case gives features as numbers (empty: not assessed), the flag's value and its outcome. The cases of a flag are
the bookings of one night, judged by the night's own step.
"""

import csv
import re
from pathlib import Path
from typing import get_args

import ibis
import ibis.expr.operations as ops
import pyarrow as pa
import pytest

from data.contract import TABLES
from data.home import Home
from data.lake import Lake
from data.tables import LAKE
from detection.flag import FAMILIES, Family, Side, Words, all_flags
from detection.flag import flag as declare_flag
from detection.judging import flags_day
from detection.publishing import WRITTEN
from features.declare import all_features
from tests.features.hall_support import DAY, day_of

FOLDER = Path(__file__).parents[1] / "flags"
FLAGS = all_flags()
OUTCOMES = {True: "fired", False: "passed", None: "not_assessed"}
#: what a declaration needs, a threshold apart
WORDLESS = {
    "code": "Q999",
    **dict.fromkeys(("name", "unit", "rarity", "why", "text"), Words("", "")),
    **{"family": "order", "side": "benefit", "rare": 0.1, "needs": (), "source": "", "innocent": (), "meaning": ""},
}
every_flag = pytest.mark.parametrize("flag", FLAGS.values(), ids=FLAGS)


def cases_of(code: str) -> list[dict[str, str]]:
    with (FOLDER / f"{code}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def judged(home: Home, cases: list[dict[str, str]]) -> dict[str, dict]:
    """The night's findings of bookings that have these features and no others."""
    key = {"service_day": DAY, "centre_id": "north"}
    features = [
        key
        | {"booking_id": case["case"]}
        | {name: float(case[name]) if case.get(name) else None for name in all_features()}
        for case in cases
    ]
    schema = pa.schema([*LAKE["features"].schema, *(pa.field(name, pa.float64()) for name in all_features())])
    blank = {field.name: None if field.nullable else "any" for field in LAKE["bookings"].schema}
    bookings = [
        blank | key | {"booking_id": case["case"], "created_at": 0, "row_number": 1, "service_code": "card"}
        for case in cases
    ]
    lake = Lake.of(home)
    lake.replace_day("features", DAY, pa.Table.from_pylist(features, schema))
    lake.replace_day("bookings", DAY, pa.Table.from_pylist(bookings, LAKE["bookings"].schema))
    flags_day(home, DAY)
    return {row["booking_id"]: row for row in day_of(home, "findings").to_pylist()}


@every_flag
def test_cases(flag, tmp_path):
    cases = cases_of(flag.code)
    findings = judged(Home.create(tmp_path / "home"), cases)
    for case in cases:
        found = findings[case["case"]]
        assert found[f"{flag.code}_value"] == (float(case["value"]) if case["value"] else None), case
        assert OUTCOMES[found[f"{flag.code}_fired"]] == case["outcome"], case
        assert (found[f"{flag.code}_p"] is None) == (case["outcome"] == "not_assessed"), case


def test_every_flag_has_a_case_table_and_every_table_its_flag():
    assert {path.stem for path in FOLDER.glob("*")} == FLAGS.keys()


@every_flag
def test_the_cases_show_every_outcome_and_both_sides_of_the_threshold(flag):
    cases = cases_of(flag.code)
    assert {case["outcome"] for case in cases} == set(OUTCOMES.values())
    values = {float(case["value"]) for case in cases if case["value"]}
    assert flag.threshold in values, "it is inclusive: show it at its threshold"
    beyond = {value for value in values if abs(value - flag.threshold) <= 1} - {flag.threshold}
    assert {flag.fires(value) for value in beyond} >= {False}, "show it a step beyond its threshold"


@every_flag
def test_it_needs_just_the_features_that_it_reads(flag):
    table = ibis.table(dict.fromkeys(all_features(), "float64"), name="features")
    assert {field.name for field in flag.value(table).op().find(ops.Field)} == set(flag.needs)
    assert len(set(flag.needs)) == len(flag.needs)
    assert set(flag.columns) <= set(TABLES["bookings"].arrow.names)
    assert flag.p is None or flag.p in all_features()
    assert (flag.p is None) == (flag.stratum is None), "what its p-value is against"
    assert flag.p is None or all_features()[flag.p].unit == "probability"


@every_flag
def test_a_flag_argues_both_sides(flag):
    assert re.fullmatch(r"Q\d{3}", flag.code)
    assert flag.side in get_args(Side)
    assert flag.family in get_args(Family)
    assert (flag.at_least is None) != (flag.at_most is None)
    assert len(flag.why.en.split()) >= 5
    assert len(flag.source.split()) >= 5
    assert flag.meaning.en.endswith(".")
    assert flag.innocent
    assert not any(flag.name.en == other.name.en for other in FLAGS.values() if other is not flag)


@every_flag
def test_it_says_how_rare_it_is_among_innocent_bookings_and_why(flag):
    assert 0 < flag.rare < 0.5
    assert len(flag.rarity.en.split()) >= 5


@every_flag
def test_a_benefit_that_supports_nothing_is_a_hypothesis_and_a_channel_never_is(flag):
    """A channel may support nothing: a trainee's calls pass people beyond chance, exactly and innocently (Q102)."""
    assert flag.is_hypothesis == (flag.side == "benefit" and not flag.beside)
    assert set(flag.beside) <= set(FAMILIES)
    assert set(FAMILIES) == set(get_args(Family))


@every_flag
def test_it_speaks_chinese_and_english(flag):
    explanations = [innocent.explanation for innocent in flag.innocent]
    said = [flag.name, flag.unit, flag.why, flag.rarity, flag.exposure, flag.text, flag.meaning, *explanations]
    said += [flag.stratum] if flag.stratum else []
    for words in said:
        assert re.search(r"[\u4e00-\u9fff]", words.zh), words
        assert re.fullmatch(r"[\x20-\x7e\n–−]+", words.en), words


@every_flag
def test_its_sentences_tell_the_value_and_what_is_usual_and_have_no_other_blank(flag):
    blanks = ["expected"] if flag.unit.en == "0 or 1" else ["expected", "value"]
    for text in (flag.text.zh, flag.text.en):
        assert sorted(re.findall(r"\{(.*?)\}", text)) == blanks


def test_a_threshold_is_declared_once():
    with pytest.raises(ValueError, match="at_least or at_most"):
        declare_flag(**WORDLESS)
    with pytest.raises(ValueError, match="at_least or at_most"):
        declare_flag(**WORDLESS, at_least=1, at_most=2)


@every_flag
def test_it_stands_in_the_file_that_is_named_after_it(flag):
    module = flag.value.__module__.rsplit(".", 1)[1]
    assert module.startswith(f"{flag.code.lower()}_")


def test_one_night_s_step_writes_nothing_but_findings(tmp_path):
    home = Home.create(tmp_path / "home")
    judged(home, cases_of("Q101"))
    assert {path.name for path in home.path("lake").iterdir()} & {*WRITTEN} == {"features", "findings"}
