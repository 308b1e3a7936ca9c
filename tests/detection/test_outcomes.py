"""What became of each flag, and which warn about themselves."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from data.lake import Lake
from detection.flag import all_flags
from detection.outcomes import WARN_AT, judged, outcomes, together, warnings
from inturn import tasks
from tests.conftest import LAST
from tests.features.hall_support import day_of

#: stated: 1 in 100
CODE = "Q402"


@pytest.mark.parametrize(
    ("fired", "passed", "unknown", "too_common"),
    [
        (1, 29, 0, False),
        (2, 28, 0, False),
        (6, 24, 0, True),
        (1, 0, 0, False),
        (10, 990, 0, False),
        (15, 985, 0, False),
        (40, 960, 0, True),
        (40, 960, 100_000, True),
        (0, 1_000, 0, False),
        (0, 0, 50, False),
        (0, 0, 0, False),
    ],
)
def test_it_is_too_common_where_chance_alone_hardly_gets_there(fired, passed, unknown, too_common):
    assert all_flags()[CODE].rare == 0.01
    found = judged(CODE, fired, passed, unknown)
    assert found["too_common"] is too_common
    assert found["share"] == (fired / (fired + passed) if fired + passed else None), "null: none was assessed"
    assert found["stated"] == 0.01
    assert len(warnings({CODE: found})) == too_common


@given(st.integers(0, 400), st.integers(0, 400))
def test_one_more_that_fires_never_ends_a_warning(fired, passed):
    if judged(CODE, fired, passed, 0)["too_common"]:
        assert judged(CODE, fired + 1, passed, 0)["too_common"]


def test_by_themselves_flags_at_their_share_warn_as_seldom_as_is_said():
    """Over all numbers of 500 bookings that may fire, by their own chances."""
    chance = sum(binom.pmf(n, 500, 0.01) for n in range(501) if judged(CODE, n, 500 - n, 0)["too_common"])
    assert 0 < chance <= WARN_AT


def test_nulls_are_counted_and_make_no_share():
    fired = pa.array([True, None, False, None])
    found = outcomes(pa.table({f"{CODE}_fired": fired, "other": [1, 2, 3, 4]}))
    assert found == {CODE: judged(CODE, 1, 1, 2)}
    assert found[CODE]["share"] == 0.5


def test_several_nights_are_judged_as_one():
    """Each night says little, all together much; a flag that has been given up since is left out."""
    nights = [{CODE: judged(CODE, 2, 28, 1), "Q999": {"fired": 1}}] * 10
    assert not any(night[CODE]["too_common"] for night in nights)
    assert together(nights) == {CODE: judged(CODE, 20, 280, 10)}
    assert together(nights)[CODE]["too_common"] is True


def test_the_task_s_log_names_them(rerun, monkeypatch, caplog):
    """Every slot of the night was handed on within a second."""
    rows = day_of(rerun, "features", LAST)
    for name, value in (("handed_over", 0.0), ("handover_gap_seconds", 1.0), ("handed_within_phone", 0.0)):
        rows = rows.set_column(rows.column_names.index(name), name, pa.array([value] * rows.num_rows))
    Lake.of(rerun).replace_day("features", LAST, rows)
    monkeypatch.setenv("INTURN_HOME", str(rerun.root))
    found = tasks.flags(str(LAST))
    assert found[CODE]["too_common"] is True
    assert "Q402 (handover of a slot) fires on 100.00% of the bookings" in caplog.text


def test_a_warning_tells_both_shares_and_where_to_read_on():
    (said,) = warnings({CODE: judged(CODE, 40, 960, 0)})
    assert "4.00% of the bookings" in said
    assert "states 1.00%" in said
    assert "inturn flags --explain Q402" in said
    assert said.endswith("docs/operations.md")
