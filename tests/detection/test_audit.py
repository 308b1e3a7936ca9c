"""The random audit: what is drawn, with which probability, and that it is drawn with just that one."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.home import Home
from detection.cases.audit import drawn, inclusion, start_of, strata_of
from detection.cases.day import cases_day
from tests.detection.cases_support import night, table, write_night

COUNTS, SIZES = st.integers(0, 400), st.integers(0, 6000).map(lambda hundredths: hundredths / 100)


@given(count=COUNTS, size=SIZES)
def test_probabilities_add_up_to_the_size_and_leave_nobody_out(count, size):
    chance = inclusion(strata_of(count), size)
    assert chance.sum() == pytest.approx(min(size, count))
    assert ((chance >= 0) & (chance <= 1)).all()
    assert (chance > 0).all() or size == 0
    assert (np.diff(chance) <= 1e-12).all(), "the more suspicious comes up no less often"


@given(count=COUNTS, size=SIZES, start=st.floats(0, 1, exclude_max=True), seed=st.integers(0, 99))
@example(count=3, size=3.0, start=1 - 2**-52, seed=0)
def test_as_many_are_drawn_as_the_probabilities_add_up_to(count, size, start, seed):
    chance = inclusion(strata_of(count), size)
    order = np.random.default_rng(seed).permutation(count)
    number = drawn(chance, order, start).sum()
    assert abs(number - chance.sum()) < 1 + 1e-6
    if abs(chance.sum() - round(chance.sum())) < 1e-9:
        assert number == round(chance.sum())
    assert drawn(chance, order, start)[chance == 1].all()


def test_each_stratum_gets_the_same_part_of_the_draws():
    strata = strata_of(1000)
    assert np.bincount(strata).tolist() == [50, 200, 750]
    assert np.bincount(strata, inclusion(strata, 6)).tolist() == pytest.approx([2, 2, 2])


def test_bookings_are_drawn_as_often_as_their_probability_says():
    """Over 20,000 salts; the largest of 200 deviations is within 4.5 standard errors."""
    count, salts, day = 200, 20_000, date(2026, 3, 2)
    strata = strata_of(count)
    chance = inclusion(strata, 4.5)
    numbers = np.random.default_rng(1)
    times = np.zeros(count)
    for salt in range(salts):
        order = np.lexsort((numbers.random(count), strata))
        times += drawn(chance, order, start_of(str(salt), day))
    error = np.sqrt(chance * (1 - chance) / salts)
    assert (np.abs(times / salts - chance) <= 4.5 * error).all()


def judged(tmp_path, settings: str = "", flagged: int = 0, count: int = 300) -> Home:
    home = Home.create(tmp_path / "home")
    (home.root / "inturn.toml").write_text(settings, encoding="utf-8")
    home = Home.open(home.root)
    rows = [{"booking": f"{n:03}", "clerk": f"K{n}", "flags": ["Q101"], "flagged": n < flagged} for n in range(count)]
    write_night(home, night(1), rows)
    cases_day(home, night(1))
    return home


def test_a_tenth_of_the_budget_is_drawn_among_those_whom_nothing_accuses(tmp_path):
    rows = table(judged(tmp_path, flagged=5), "scores")
    assert sum(row["audit"] for row in rows) == 2
    assert not any(row["audit"] and row["flagged"] for row in rows)
    assert {row["selection_probability"] for row in rows if row["flagged"]} == {1}
    assert all(0 < row["selection_probability"] < 1 for row in rows if not row["flagged"])
    assert sum(row["selection_probability"] for row in rows if not row["flagged"]) == pytest.approx(2)


def test_what_is_flagged_beyond_the_budget_comes_up_with_the_draw(tmp_path):
    rows = table(judged(tmp_path, "budget = 10", flagged=15), "scores")
    certain = [row["booking_id"] for row in rows if row["selection_probability"] == 1]
    assert len(certain) == 9, "ten, without the one that is drawn"
    beyond = [row for row in rows if row["flagged"] and row["booking_id"] not in certain]
    assert len(beyond) == 6
    assert all(0 < row["selection_probability"] < 1 for row in beyond)
    assert sum(row["audit"] for row in rows) == 1


def test_the_cases_within_the_budget_are_those_of_most_harm(tmp_path):
    home = Home.create(tmp_path / "home")
    (home.root / "inturn.toml").write_text("budget = 2\naudit_share = 0.5", encoding="utf-8")
    home = Home.open(home.root)
    few, many = ["x"], ["x", "y", "z"]
    rows = [
        {"booking": "a", "clerk": "K1", "flags": ["Q101"], "score": 0.99, "passed": few},
        {"booking": "b", "clerk": "K2", "flags": ["Q101"], "score": 0.9, "passed": many},
    ]
    write_night(home, night(1), rows)
    cases_day(home, night(1))
    assert {row["booking_id"]: row["selection_probability"] for row in table(home, "scores")} == {"a": 1, "b": 1}
    rows.append({"booking": "c", "flagged": False})
    write_night(home, night(1), rows)
    cases_day(home, night(1))
    assert {row["booking_id"]: row["selection_probability"] for row in table(home, "scores")} == {
        "a": 0.5,
        "b": 1,
        "c": 0.5,
    }


def test_a_rerun_draws_the_same_and_another_salt_or_day_others(tmp_path):
    home = judged(tmp_path)

    def audit() -> set[str]:
        return {row["booking_id"] for row in table(home, "scores") if row["audit"]}

    before = audit()
    cases_day(home, night(1))
    assert audit() == before
    other = judged(tmp_path / "other", 'audit_salt = "known to few"')
    assert {row["booking_id"] for row in table(other, "scores") if row["audit"]} != before
    assert len({start_of("", night(1) + timedelta(days=n)) for n in range(50)}) == 50


def test_no_audit_is_drawn_where_none_is_wanted(tmp_path):
    rows = table(judged(tmp_path, "audit_share = 0"), "scores")
    assert not any(row["audit"] for row in rows)
    assert {row["selection_probability"] for row in rows} == {0}
