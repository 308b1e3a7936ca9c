"""The judge's figures on nights whose answers can be worked out by hand, and laws that hold for any."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from detection.evaluation.ages import by_age
from detection.evaluation.calibration import calibration
from detection.evaluation.cases import cases
from detection.evaluation.checkups import checkups
from detection.evaluation.groups import FirstFlag, by, by_centre, first_flags
from detection.evaluation.inputs import Inputs
from detection.evaluation.ranking import curve, flagged, in_budget, ranking, share

CASES = pd.read_csv(Path(__file__).with_name("Judge.csv"), dtype={"booking": str})
NIGHT = {1: date(2026, 3, 2), 2: date(2026, 3, 3)}


def bookings_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the case table as the judge has them."""
    return pd.DataFrame(
        {
            "service_day": rows["night"].map(NIGHT),
            "centre_id": rows["centre"],
            "booking_id": rows["booking"],
            "score": rows["score"],
            "assessed": rows["score"].notna(),
            "flagged": rows["flagged"].astype(bool),
            "positive": rows["positive"].astype(bool),
            "scheme": rows["scheme"],
            "ring": rows["ring"],
            "case_id": rows["filed"],
        }
    ).reset_index(drop=True)


def inputs_of(bookings: pd.DataFrame, **given_: Any) -> Inputs:
    nothing = {"cases": pd.DataFrame(), "checkups": pd.DataFrame(), "withheld": frozenset(), "capacity": {}}
    first, last = date(2026, 3, 2), date(2026, 3, 31)
    return Inputs(first, last, 1, bookings, undecided=0, outside=0, **(nothing | given_))


def value(found: Any) -> float | None:
    return None if found is None else round(found.value, 3)


@pytest.mark.parametrize("name", CASES["case"].unique())
def test_the_case_table(name: str) -> None:
    rows = CASES[CASES["case"] == name]
    expected = rows.iloc[0].replace({np.nan: None})
    bookings = bookings_of(rows)
    within = in_budget(bookings, bookings["score"], 1)
    ranked, found = ranking(bookings, bookings["score"], within, 1), flagged(bookings)
    precision = None if ranked.average_precision is None else round(ranked.average_precision, 3)
    assert precision == expected["average_precision"]
    assert (value(found.precision), value(found.recall)) == (expected["precision"], expected["recall"])
    assert value(ranked.recall_at_budget) == expected["in_budget"]
    if found.precision and found.false_discovery:
        assert found.precision.part + found.false_discovery.part == found.flagged


NIGHTS = st.lists(
    st.tuples(st.integers(1, 2), st.none() | st.integers(0, 9).map(lambda n: n / 10), st.booleans(), st.booleans()),
    min_size=1,
    max_size=30,
)


def drawn(rows: list[tuple[int, float | None, bool, bool]]) -> pd.DataFrame:
    columns = ["night", "score", "flagged", "positive"]
    frame = pd.DataFrame(rows, columns=columns).astype({"score": float})
    names = [f"{number:02}" for number in range(len(frame))]
    scheme = np.where(frame["positive"], "overtake", None)
    ring = np.where(frame["positive"], "R", None)
    return bookings_of(frame.assign(centre="A", booking=names, scheme=scheme, ring=ring, filed=None))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(NIGHTS, st.randoms(use_true_random=False), st.integers(1, 5))
def test_laws_of_a_ranking(rows: list[Any], random: Any, budget: int) -> None:
    bookings = drawn(rows)
    within = in_budget(bookings, bookings["score"], budget)
    found = ranking(bookings, bookings["score"], within, budget)
    assert within.sum() == bookings.groupby("service_day").size().clip(upper=budget).sum()
    if found.positives:
        by_library = average_precision_score(bookings["positive"], bookings["score"].fillna(-1))
        assert found.average_precision == pytest.approx(by_library)
        assert found.average_precision >= found.base_rate / 2
        line = curve(bookings, bookings["score"])
        assert line
        assert line.recall[0] == 1
        assert line.precision[0] >= found.base_rate
        assert all(recall > 0 for recall, right in zip(line.recall, line.precision, strict=True) if right > 0)
    order = list(range(len(bookings)))
    random.shuffle(order)
    shuffled = bookings.iloc[order].reset_index(drop=True)
    again = in_budget(shuffled, shuffled["score"], budget)
    assert ranking(shuffled, shuffled["score"], again, budget) == found
    everything = in_budget(bookings, bookings["score"], len(bookings))
    everywhere = ranking(bookings, bookings["score"], everything, len(bookings))
    assert everywhere.recall_at_budget is None or everywhere.recall_at_budget.value == 1


@settings(max_examples=60, deadline=None, derandomize=True)
@given(NIGHTS)
def test_laws_of_flags_and_groups(rows: list[Any]) -> None:
    bookings = drawn(rows)
    found = flagged(bookings)
    if found.precision and found.recall:
        assert found.precision.part == found.recall.part
    within = in_budget(bookings, bookings["score"], 2)
    schemes = by(bookings, "scheme", bookings["score"], within, 2)
    assert sum(group.ranking.positives for group in schemes) == bookings["positive"].sum()
    centres = by_centre(bookings, bookings["score"], within, 2)
    assert sum(group.flagged.flagged for group in centres) == found.flagged
    if centres:  # all that is drawn is of one scheme at one centre
        assert centres[0].flagged == found
        assert centres[0].ranking == ranking(bookings, bookings["score"], within, 2)
    if schemes:
        assert schemes[0].ranking == centres[0].ranking
    for first in first_flags(bookings, within):
        for day in (first.after, first.listed):
            assert day is None or 1 <= day <= first.working_days


def test_a_share_of_nothing_is_unknown_and_one_of_few_is_wide() -> None:
    assert share(0, 0) is None
    found = share(8, 8)
    assert found
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.631, abs=5e-4)  # (0.05 / 2) ** (1 / 8)


def test_a_ring_is_noticed_on_its_second_working_day_and_another_never() -> None:
    rows = CASES[CASES["case"] == "one of two"].assign(positive=1, flagged=[0, 0, 0, 1], night=[1, 1, 1, 2])
    bookings = bookings_of(rows.assign(ring=["R", "R", "S", "R"]))
    within = pd.Series([False, True, False, False], bookings.index)
    assert first_flags(bookings, within) == [FirstFlag("R", 2, 2, 1), FirstFlag("S", 1, None, None)]


def test_a_scheme_is_judged_as_if_it_were_the_only_one() -> None:
    """Right, wrong, right of another scheme: alone, each scheme's one positive stands before and behind the wrong."""
    rows = CASES[CASES["case"] == "one of two"].iloc[:3].assign(scheme=["overtake", None, "insert"])
    bookings = bookings_of(rows)
    within = in_budget(bookings, bookings["score"], 1)
    insert, overtake = by(bookings, "scheme", bookings["score"], within, 1)
    assert (insert.name, overtake.name) == ("insert", "overtake")
    assert (overtake.ranking.average_precision, insert.ranking.average_precision) == (1.0, 0.5)
    assert (value(overtake.flagged.precision), value(insert.flagged.precision)) == (0.5, 0.0)


def test_calibration_by_hand() -> None:
    rows = CASES[CASES["case"] == "one of two"].assign(score=[1.0, 0.5, 0.5, 0.0])
    found = calibration(bookings_of(rows))
    assert found
    assert found.brier == pytest.approx((0 + 0.25 + 0.25 + 0) / 4)
    assert found.base_brier == pytest.approx(0.25)
    assert [(step.low, step.bookings, step.positives) for step in found.steps] == [
        (0.0, 1, 0),
        (0.5, 2, 0.5),
        (0.9, 1, 1),
    ]
    assert calibration(bookings_of(rows.assign(score=np.nan))) is None


def test_cases_by_hand() -> None:
    """c1 holds two of ring R and one innocent; c2 one of R; c3 only an innocent. Ring S is in no case."""
    rows = (
        CASES[CASES["case"] == "one of two"]
        .iloc[[0] * 6]
        .assign(
            booking=list("123456"),
            positive=[1, 1, 0, 1, 0, 1],
            ring=["R", "R", None, "R", None, "S"],
            filed=["c1", "c1", "c1", "c2", "c3", None],
        )
    )
    found = cases(inputs_of(bookings_of(rows)))
    assert found
    assert found.cases == 3
    assert found.purity == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert found.completeness == pytest.approx((2 / 3 + 0) / 2)
    assert found.false_cases == 1
    assert found.false_per_100_centre_months == pytest.approx(100 / (30 / 30.436875))
    assert cases(inputs_of(bookings_of(rows.assign(filed=None)))) is None
    opened = cases(inputs_of(bookings_of(rows.assign(filed=None)), cases=pd.DataFrame({"case_id": ["c9"]})))
    assert opened
    assert (opened.cases, opened.purity) == (0, None)


def test_a_clerk_without_a_ring_makes_a_pure_case() -> None:
    rows = CASES[CASES["case"] == "one of two"].assign(positive=[1, 1, 0, 1], ring=None, filed=["c1", "c1", None, "c2"])
    rows = rows.assign(scheme=["overtake", "overtake", None, "insert"])
    found = cases(inputs_of(bookings_of(rows)))
    assert found
    assert (found.purity, found.completeness, found.false_cases) == (1, None, 0)


def test_checkups_by_hand() -> None:
    """A withholds and is found; B does not and is accused; C's capacity is missed; D was not assessed."""
    day = pd.Timestamp(2026, 3, 2)
    rows = pd.DataFrame(
        {
            "centre_id": ["A", "A", "B", "C", "D"],
            "from_day": day,
            "to_day": [day, *[day + pd.Timedelta(days=7)] * 4],
            "capacity_per_day": [1.0, 110.0, 100.0, 50.0, np.nan],
            "capacity_per_day_low": [1.0, 90.0, 90.0, 45.0, np.nan],
            "capacity_per_day_high": [1.0, 120.0, 110.0, 55.0, np.nan],
            "verdict": ["adequate", "withheld", "withheld", "adequate", "not_assessed"],
        }
    )
    bookings = bookings_of(CASES[CASES["case"] == "perfect"].assign(centre=list("ABCD")))
    true = {"A": 100.0, "B": 100.0, "C": 100.0, "D": 100.0}
    found = checkups(inputs_of(bookings, checkups=rows, withheld=frozenset("A"), capacity=true))
    assert found
    assert found.centres == 3
    assert found.error == pytest.approx(0.1)
    assert (found.coverage.part, found.coverage.whole) == (2, 3) if found.coverage else False
    assert (found.found.part, found.found.whole) == (1, 1) if found.found else False
    assert (found.accused.part, found.accused.whole) == (1, 2) if found.accused else False
    assert found.not_assessed == 1
    assert checkups(inputs_of(bookings)) is None


def test_errors_by_age_by_hand() -> None:
    """Two innocent of 30 and 44, one flagged; one manipulated of 45, not assessed; one of unknown age."""
    rows = [
        (30, 0.9, True, False),
        (44, 0.1, False, False),
        (45, None, False, True),
        (None, 0.8, True, True),
    ]
    bookings = pd.DataFrame(rows, columns=["age", "score", "flagged", "positive"])
    found = by_age(bookings.assign(assessed=bookings["score"].notna()))
    assert [group.ages for group in found] == ["30 to 44", "45 to 59", "unknown"]
    young, middle, unknown = found
    assert (young.bookings, young.positives, young.flagged, young.assessed_positives) == (2, 0, 1, 0)
    assert (value(young.false_alarms), young.recall) == (0.5, None)
    assert (young.mean_score, young.brier) == (pytest.approx(0.5), pytest.approx((0.81 + 0.01) / 2))
    assert (middle.assessed, middle.mean_score, middle.brier) == (0, None, None)
    assert (value(middle.recall), middle.false_alarms) == (0.0, None)
    assert (value(unknown.recall), unknown.false_alarms, unknown.mean_score) == (1.0, None, 0.8)


@given(st.lists(st.tuples(st.none() | st.integers(-1, 130), st.booleans(), st.booleans()), min_size=1))
def test_every_booking_is_of_one_age_group(rows: list[Any]) -> None:
    bookings = pd.DataFrame(rows, columns=["age", "flagged", "positive"]).astype({"age": float})
    found = by_age(bookings.assign(score=0.5, assessed=True))
    assert sum(group.bookings for group in found) == len(rows)
    assert sum(group.positives for group in found) == bookings["positive"].sum()
    assert sum(group.flagged for group in found) == bookings["flagged"].sum()
    unknown = sum(group.bookings for group in found if group.ages == "unknown")
    assert unknown == bookings["age"].isna().sum()
