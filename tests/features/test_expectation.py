"""What chance lets a call pass: laws of the distribution, and how often innocent calls look strange."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.chance.expectation import LEVELS, expected_passed
from features.summaries.strata import PASSED_CAP, STRATUM

laws = settings(derandomize=True, max_examples=100, deadline=None)

KEYS = [name for names in LEVELS for name in names]
STRATA = st.tuples(
    st.sampled_from(["north", "south"]),
    st.booleans(),
    st.sampled_from(["card", "move", None]),
    st.integers(8, 10),
    st.integers(0, 2),
    st.integers(0, 1),
    st.integers(0, 4),
)
CALLS = st.lists(st.tuples(STRATA, st.integers(0, 3)), min_size=1, max_size=40)


def judged(strata: list[tuple], passed: list[int]) -> dict[str, list]:
    """Expectation and p-value of calls, each of which is also a row of history; in the order given."""
    columns = [[*values, *values] for values in zip(*strata, strict=True)]
    size = len(passed)
    rows = pa.table(
        {
            **{name: pa.array(values) for name, values in zip(KEYS, columns, strict=True)},
            "people_passed": pa.array([*passed, *passed], pa.int64()),
            "booking_id": pa.array([*map(str, range(size)), *[None] * size], pa.string()),
            "calls": pa.array([0] * size + [1] * size, pa.int64()),
        }
    )
    return expected_passed(rows).to_pydict()


def test_the_levels_make_up_the_stratum():
    assert set(KEYS) == {*STRATUM, "weekday"}


@laws
@given(CALLS)
def test_order_and_names_of_rows_change_nothing(calls):
    strata, passed = map(list, zip(*calls, strict=True))
    found = judged(strata, passed)
    back = judged(strata[::-1], passed[::-1])
    for name in ("expected_people_passed", "people_passed_p"):
        assert found[name] == pytest.approx(back[name][::-1], nan_ok=True)


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_rows_changes_no_bit(seed):
    """Many strata of many sizes: added up in another order, sums of their squares differ in the last bits."""
    rng = np.random.default_rng(seed)
    strata, passed = drawn(rng, alike=False)
    strata, passed = strata[:1500], passed[:1500]
    places = rng.permutation(len(passed)).tolist()
    found = judged(strata, passed)
    shuffled = judged([strata[place] for place in places], [passed[place] for place in places])
    for name in ("expected_people_passed", "excess_people_passed", "people_passed_p"):
        assert shuffled[name] == [found[name][place] for place in places]


@laws
@given(CALLS)
def test_one_centre_says_nothing_of_another(calls):
    strata, passed = map(list, zip(*calls, strict=True))
    north = [place for place, stratum in enumerate(strata) if stratum[0] == "north"]
    if north:
        together, alone = judged(strata, passed), judged([strata[n] for n in north], [passed[n] for n in north])
        for name in ("expected_people_passed", "people_passed_p"):
            assert alone[name] == pytest.approx([together[name][n] for n in north])


@laws
@given(CALLS)
def test_a_p_value_is_a_share_and_one_for_who_passed_nobody(calls):
    strata, passed = map(list, zip(*calls, strict=True))
    found = judged(strata, passed)
    for value, people, expected in zip(found["people_passed_p"], passed, found["expected_people_passed"], strict=True):
        if value is not None:
            assert 1 / len(passed) <= value + 1e-12
            assert value <= 1
            assert people > 0 or value == pytest.approx(1)
            assert 0 <= expected + 1e-12 <= max(passed) + 1e-9


def drawn(rng: np.random.Generator, *, alike: bool) -> tuple[list[tuple], list[int]]:
    """Innocent calls of one centre: each passes somebody by chance, as often as its stratum does."""
    size = 6000
    services, hours, loads = rng.integers(0, 3, size), rng.integers(8, 17, size), rng.integers(0, 4, size)
    days = rng.integers(0, 5, size)
    rate = rng.beta(0.5, 6, (3, 24, 4))[services, hours, loads] if not alike else 0.08
    passed = np.where(rng.random(size) < rate, rng.geometric(0.3, size), 0)
    halls = zip(services, hours, loads, days, strict=True)
    strata = [("north", True, str(service), int(hour), int(load), 1, int(day)) for service, hour, load, day in halls]
    return strata, np.minimum(passed, PASSED_CAP).tolist()


@pytest.mark.parametrize("alike", [True, False])
@pytest.mark.parametrize("level", [0.05, 0.01, 0.002])
def test_innocent_calls_look_strange_no_more_often_than_stated(alike, level):
    """Of 30,000 calls that pass by chance within their strata, at most the stated share is below each level."""
    rng = np.random.default_rng(2026)
    values = np.concatenate([judged(*drawn(rng, alike=alike))["people_passed_p"] for _ in range(5)])
    spread = 3 * np.sqrt(level * (1 - level) / values.size)
    assert np.mean(values <= level) <= level + spread


def test_a_thin_stratum_leans_on_its_queue_and_a_thick_one_on_itself():
    thick = [("north", True, "card", 9, 1, 1, 0)] * 200 + [("north", True, "card", 10, 1, 1, 0)] * 200
    thin = [("north", True, "card", 11, 1, 1, 0)] * 2
    found = judged([*thick, *thin], [1, 0] * 100 + [0] * 200 + [1, 1])["expected_people_passed"]
    assert found[1] == pytest.approx(0.5, abs=0.02)
    assert found[200] == pytest.approx(0, abs=0.02)
    assert 0.25 < found[-1] < 0.9


def test_disorder_of_mondays_is_expected_on_mondays():
    strata = [("north", True, "card", 9, 1, 1, day) for day in range(5) for _ in range(200)]
    found = judged(strata, [1, 0] * 100 + [0] * 800)["expected_people_passed"]
    assert found[1] == pytest.approx(0.5, abs=0.02)
    assert found[-1] == pytest.approx(0, abs=0.02)


def test_one_call_past_a_hundred_does_not_decide_whether_strata_differ():
    strata = [("north", True, "card", hour, 1, 1, 0) for hour in (9, 10) for _ in range(50)]
    calm = [1 if place % 10 == 0 else 0 for place in range(100)]
    wild = [PASSED_CAP, *calm[1:]]
    assert judged(strata, wild)["people_passed_p"][10:] == pytest.approx(judged(strata, calm)["people_passed_p"][10:])
