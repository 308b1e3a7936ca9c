"""What chance deals to clerks and windows: exact sums, and how often innocent hands look strange."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from features.chance.chances import TRIM, sums_of_draws, tails_of_sums
from features.chance.hands import HAND_CALLS, beside_others
from features.queues.credits import CLASSES
from features.summaries.hands import LOG_PARTS, tallied
from tests.features.test_calls import day_of, person

laws = settings(derandomize=True, max_examples=100, deadline=None)

#: calls drawn, marked calls and calls of some hours
DRAWS = st.lists(
    st.integers(1, 60).flatmap(lambda total: st.tuples(st.integers(0, total), st.integers(0, total), st.just(total))),
    min_size=1,
    max_size=6,
)


def summed(*hours: tuple[int, int, int]) -> tuple[int, np.ndarray]:
    drawn, marked, total = (np.array(column, np.int64) for column in zip(*hours, strict=True))
    lowest, _, chance = sums_of_draws(np.array([0, len(hours)]), drawn, marked, total)
    return int(lowest[0]), chance


@laws
@given(DRAWS)
def test_sums_of_hours_are_those_of_the_hypergeometric_distribution(hours):
    expected = np.ones(1)
    for drawn, marked, total in hours:
        expected = np.convolve(expected, stats.hypergeom(total, marked, drawn).pmf(np.arange(drawn + 1)))
    low, chance = summed(*hours)
    found = np.zeros(expected.size)
    found[low : low + chance.size] = chance
    assert found == pytest.approx(expected, abs=1e-12)


@laws
@given(DRAWS, st.integers(0, 200))
def test_tails_add_up_days(hours, observed):
    runs = [summed(hour) for hour in hours]
    ends = np.cumsum([chance.size for _, chance in runs])
    lowest = np.array([low for low, _ in runs])
    chances = np.concatenate([chance for _, chance in runs])
    (found,) = tails_of_sums(np.array([0, len(runs)]), lowest, ends, chances, np.array([observed]))
    low, chance = summed(*hours)
    assert found == pytest.approx(max(chance[max(observed - low, 0) :].sum(), TRIM), abs=1e-12)


def test_a_clerk_of_a_hundred_thousand_calls_has_a_short_distribution():
    low, chance = summed((100_000, 60_000, 200_000), (50_000, 10, 200_000))
    assert chance.size < 5000
    assert low > 25_000
    assert np.average(np.arange(low, low + chance.size), weights=chance) == pytest.approx(30_000 + 2.5)
    far = np.array([40_000])
    assert tails_of_sums(np.array([0, 1]), np.array([low]), np.array([chance.size]), chance, far)[0] == TRIM


def crew(clerks: str, passing: set[int] | None = None, *, hour: int = 0, **cells: str) -> list[dict]:
    """Calls in one queue, one a letter, by the clerk of that name; those at `passing` go before a waiting person."""
    rows = []
    for place, clerk in enumerate(clerks):
        hands = {"clerk_id": clerk, "window_id": f"W{clerk}", "created_by": f"T{clerk}"}
        rows.append(person(**hands, called_at=hour * 60 + place / 2, **cells))
    return [row | {"passes": place in (passing or set())} for place, row in enumerate(rows)]


def calls_of(rows: list[dict]) -> pa.Table:
    """Calls as the summary reads them, with `people_passed` set as the rows say."""
    from features.queues.calls import of_calls

    day = day_of([{name: value for name, value in row.items() if name != "passes"} for row in rows])
    found = of_calls(day)
    passed = pa.array([int(rows[int(name)].get("passes", False)) for name in found["booking_id"].to_pylist()])
    return found.set_column(found.schema.get_field_index("people_passed"), "people_passed", passed)


def judged(days: list[list[dict]]) -> dict[str, dict]:
    """What the frame finds for a booking of each clerk, after these days."""
    parts = []
    for number, rows in enumerate(days):
        found = tallied(calls_of(rows))
        parts.append(found.append_column("service_day", pa.repeat(pa.scalar(number, pa.date32()), found.num_rows)))
    summary = pa.concat_tables(parts)
    clerks = sorted({row["clerk_id"] for rows in days for row in rows})
    classes = sorted({row.get("priority_class") for rows in days for row in rows} - {None})
    rows = [
        {
            "centre_id": "north",
            "booking_id": f"{clerk} {name}",
            "clerk_id": clerk,
            "window_id": f"W{clerk}",
            "created_by": f"T{clerk}",
            "priority_class": name,
        }
        for clerk in clerks
        for name in (classes or [None])
    ]
    names = ["booking_id", "clerk_id", "window_id", "created_by"]
    asked = pa.Table.from_pylist(rows)
    asked = asked.set_column(
        asked.schema.get_field_index("priority_class"),
        "priority_class",
        asked["priority_class"].cast(pa.string()),
    )
    summary = summary.filter(pa.compute.is_valid(summary["chance"]))
    for name in names:
        summary = summary.append_column(name, pa.nulls(summary.num_rows, pa.string()))
    together = pa.concat_tables([asked, summary], promote_options="permissive")
    return {row["booking_id"]: row for row in beside_others(together).to_pylist()}


def test_a_clerk_beside_one_colleague():
    found = judged([crew("ABABABABABABABABABAB", {0, 2, 4})])
    assert found["A None"]["clerk_excess"] == pytest.approx(3 - 0)
    assert found["A None"]["clerk_p"] == pytest.approx(10 * 9 * 8 / (20 * 19 * 18))
    assert found["B None"]["clerk_excess"] == pytest.approx(0 - 3)
    assert found["B None"]["clerk_p"] == 1
    assert found["A None"]["window_excess"] == found["A None"]["clerk_excess"]


def test_nobody_to_compare_with_is_not_assessed():
    apart = [*crew("A" * 20, {0, 1, 2}), *crew("B" * 20, hour=1)]
    assert judged([apart])["A None"]["clerk_excess"] is None
    assert judged([crew("A" * (HAND_CALLS - 1) + "B" * 20, {0})])["A None"]["clerk_p"] is None
    assert judged([crew("A" * HAND_CALLS + "B" * 20, {0})])["A None"]["clerk_p"] is not None


def test_days_add_up():
    one, other = crew("AABB", {0}), crew("AAAAAAAABB", {1, 2})
    found = judged([one, other])["A None"]
    likely = np.convolve(stats.hypergeom(4, 1, 2).pmf([0, 1]), stats.hypergeom(10, 2, 8).pmf([0, 1, 2]))
    assert found["clerk_p"] == pytest.approx(likely[3:].sum())


@laws
@given(st.text("ABC", min_size=2, max_size=30), st.sets(st.integers(0, 29)), st.permutations("ABC"))
def test_new_names_of_clerks_change_nothing_but_whose_value_it_is(clerks, passing, names):
    named = dict(zip("ABC", names, strict=True))
    before = judged([crew(clerks, passing)])
    after = judged([crew("".join(named[clerk] for clerk in clerks), passing)])
    for clerk in set(clerks):
        old, new = before[f"{clerk} None"], after[f"{named[clerk]} None"]
        assert {name: old[name] for name in old if name != "booking_id"} == {
            name: new[name] for name in new if name != "booking_id"
        }


@laws
@given(st.text("ABC", min_size=2, max_size=30), st.sets(st.integers(0, 29)), st.randoms(use_true_random=False))
def test_the_order_of_calls_changes_no_bit(clerks, passing, chance):
    calls = calls_of(crew(clerks, passing))
    places = list(range(calls.num_rows))
    chance.shuffle(places)
    assert tallied(calls.take(pa.array(places))).equals(tallied(calls))


def drawn(rng: np.random.Generator, outage: int | None) -> list[list[dict]]:
    """Days of innocent crews: rosters and specialists, hours of very different crowds, and perhaps an outage."""
    days = []
    for day in range(10):
        rows: list[dict] = []
        for hour in range(6):
            rate = 0.9 if day == outage else rng.beta(0.4, 3)
            at_work = rng.choice(list("ABCDEF"), rng.integers(2, 5), replace=False)
            who = rng.choice(at_work, 16, p=rng.dirichlet(np.ones(at_work.size)))
            passing = set(np.flatnonzero(rng.random(16) < rate).tolist())
            rows += crew("".join(who), passing, hour=hour)
        days.append(rows)
    return days


@pytest.mark.parametrize("outage", [pytest.param(None, marks=pytest.mark.slow), 4])
def test_innocent_clerks_look_strange_no_more_often_than_stated(outage):
    """Also where everybody passes everybody for a day: it meets all who work that day."""
    rng = np.random.default_rng(7)
    values = [row["clerk_p"] for _ in range(40) for row in judged(drawn(rng, outage)).values() if row["clerk_p"]]
    assert len(values) > 200
    for level in (0.2, 0.05, 0.01):
        spread = 3 * np.sqrt(level * (1 - level) / len(values))
        assert level / 3 - spread <= np.mean(np.array(values) <= level) <= level + spread


def test_a_class_that_one_clerk_calls():
    day = crew("ABABABABABABABABABAB")
    for place in (0, 2, 4):
        day[place]["priority_class"] = "elderly"
    found = judged([day])
    assert found["A elderly"]["class_excess"] == pytest.approx(3 - 0)
    assert found["A elderly"]["class_p"] == pytest.approx(10 * 9 * 8 / (20 * 19 * 18))
    assert found["B elderly"]["class_p"] == 1


def test_a_class_that_one_typist_types_in_whoever_calls():
    day = crew("ABABABABABABABABABAB")
    for place, row in enumerate(day):
        row |= {"clerk_id": "AB"[place // 10], "priority_class": "elderly" if place in (0, 2, 14) else None}
    found = judged([day])
    assert found["A elderly"]["typist_excess"] == pytest.approx(3 - 0)
    assert found["A elderly"]["typist_p"] == pytest.approx(10 * 9 * 8 / (20 * 19 * 18))
    assert found["B elderly"]["typist_p"] == 1


def test_of_thousands_of_classes_the_most_frequent_of_each_queue_are_judged():
    crowd = crew("AB" * 2000)
    for place, row in enumerate(crowd):
        row |= {"called_at": place % 50, "priority_class": f"{place:04}"}
    for place, row in enumerate(crowd[:60]):
        row["priority_class"] = f"often {place % 20:02}"
    few = crew("AB" * 2, service_code="move", priority_class="often 19")
    rows = tallied(calls_of([*crowd, *few])).to_pylist()
    classes = [row["priority_class"] for row in rows if row["kind"] == "class" and row["hand_id"] == "A"]
    assert classes == [*(f"often {number:02}" for number in range(CLASSES)), "often 19"]
    assert next(row["calls"] for row in rows if row["priority_class"] == "often 19") == len(few) / 2


def test_work_is_counted_for_unknown_clerks_too():
    rows = tallied(calls_of([*crew("AAB"), person(called_at=3)])).to_pylist()
    work = {row["hand_id"]: row["calls"] for row in rows if row["kind"] == "work"}
    assert work == {"A": 2, "B": 1, None: 1}


def test_service_times_are_set_against_colleagues_of_the_day():
    calls = calls_of(crew("AABB"))
    starts = calls["called_at"]
    seconds = [100, 400, 50, 50]
    ends = [at.timestamp() + took for at, took in zip(starts.to_pylist(), seconds, strict=True)]
    for name, values in (("served_from", starts), ("served_to", pa.array([int(end * 1e6) for end in ends]))):
        calls = calls.set_column(
            calls.schema.get_field_index(name), name, values.cast(pa.int64()).cast(calls.schema.field(name).type)
        )
    work = {row["hand_id"]: row for row in tallied(calls).to_pylist() if row["kind"] == "work"}
    pace = np.exp((work["A"]["log_seconds"] - work["A"]["log_usual"]) / work["A"]["timed"] / LOG_PARTS)
    assert pace == pytest.approx(200 / 50, rel=1e-2)


def test_no_calls_give_no_rows():
    assert tallied(calls_of([person(called_at=1)]).slice(0, 0)).num_rows == 0
