"""What is known by now of earlier nights' suspects: what has become usual, and what inspectors found."""

from datetime import UTC, date, datetime, time, timedelta

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.engine import engine
from data.home import Home
from data.labels import Label, store_labels
from data.lake import Lake
from detection.flag import all_flags
from detection.hindsight import LEAST, SPARED, WORTH, Hindsight, hindsight, reconsider, suspects
from detection.lending import ANY, CENTRE, CLERK, RING
from detection.weighing import Finding

DAY = date(2026, 3, 2)
LAST = DAY + timedelta(days=9)
FLAGS = all_flags()
#: benefits, and a support that stands beside the first of them
BENEFIT, OTHER, SUPPORT = "Q101", "Q402", "Q505"
SHARE = 0.01


def findings(rows: int, share: float = SHARE, fired: bool = True) -> dict[str, Finding]:
    shares = np.full(rows, share)
    return {code: Finding(np.ones(rows, np.bool_), np.full(rows, fired), shares, shares) for code in FLAGS}


def remember(home: Home, *suspicions: float, day: date = DAY, apart: float = 1.0) -> None:
    """A night of bookings b0, b1, … of centre A, clerk k and ring r, each suspected by the benefit alone.

    `apart`: what part of it is left without what the centre lent.
    """
    said = {"service_day": day, "centre_id": "A", "hand": "k", "ring_id": "r"}
    night = pa.table(
        {name: [value] * len(suspicions) for name, value in said.items()}
        | {"booking_id": [f"b{place}" for place in range(len(suspicions))]}
    )
    by = {code: np.zeros(len(suspicions)) for code, flag in FLAGS.items() if flag.is_hypothesis}
    by[BENEFIT] = np.array(suspicions)
    parts = {code: apart * suspicion for code, suspicion in by.items()}
    Lake.of(home).replace_day("suspects", day, suspects(night, by, parts, findings(len(suspicions))))


def judge(home: Home, booking: str, verdict: str, day: date = DAY + timedelta(days=1), by: str = "inspector") -> None:
    when = datetime.combine(day, time(12), UTC)
    store_labels(home, [Label("A", booking, verdict, when, by, None, 1.0)], source=f"{by} {booking} {day}")


def known(home: Home, share: float = SHARE) -> Hindsight:
    with engine(home) as connection:
        days = DAY, LAST - timedelta(days=1)
        return hindsight(connection, Lake.of(home), days, pd.Series(["A", "A"]), findings(2, share))


def added(found: Hindsight, level: str, flag: str) -> float:
    rows = found.suspicions
    return float(rows.loc[(rows["level"] == level) & (rows["flag"] == flag), "suspected"].sum())


@pytest.fixture
def home(tmp_path):
    return Home.create(tmp_path / "home")


def test_a_first_night_has_none(home):
    assert known(home).suspicions.empty
    assert known(home).company.empty


def test_without_verdicts_and_with_the_same_usual_nothing_is_added(home):
    remember(home, 0.2, 0.6)
    assert known(home).suspicions["suspected"].abs().sum() == pytest.approx(0)
    assert known(home).company["suspected"].abs().sum() == pytest.approx(0)


@pytest.mark.parametrize(
    ("verdict", "after"), [("manipulated", 19 / 20), ("lawful", 1 / 20), ("unclear", 1 / 2)], ids=str
)
def test_a_verdict_speaks_of_centre_clerk_and_ring_as_far_as_it_may_be_right(home, verdict, after):
    remember(home, 0.5, 0.3)
    judge(home, "b0", verdict)
    for level, flag in ((CENTRE, BENEFIT), (CENTRE, ANY), (CLERK, BENEFIT), (CLERK, ANY), (RING, ANY)):
        assert added(known(home), level, flag) == pytest.approx(after - 0.5), (level, flag)
    company = known(home).company
    beside = company[(company["benefit"] == BENEFIT) & (company["support"] == SUPPORT)]
    assert beside["fired"].sum() == beside["suspected"].sum() == pytest.approx(after - 0.5)
    assert beside["innocent"].sum() == pytest.approx(0.5 - after)


@pytest.mark.parametrize(("verdict", "after"), [("manipulated", 19 / 20), ("lawful", 0.05 / 19 / (0.95 + 0.05 / 19))])
def test_of_what_was_lent_only_a_verdict_counts_for_the_centre(home, verdict, after):
    remember(home, 0.5, apart=0.1)
    judge(home, "b0", verdict)
    assert added(known(home), CENTRE, BENEFIT) == pytest.approx(after - 0.05)


def test_what_an_earlier_version_left_counts_whole_for_the_centre(home):
    remember(home, 0.5)
    judge(home, "b0", "manipulated")
    lake = Lake.of(home)
    whole = added(known(home), CENTRE, BENEFIT)
    with engine(home) as connection:
        rows = connection.execute(f"FROM {lake.sql('suspects')}").to_arrow_table()
    place = rows.schema.get_field_index("apart")
    lake.replace_day("suspects", DAY, rows.set_column(place, "apart", pa.nulls(rows.num_rows, pa.float64())))
    assert added(known(home), CENTRE, BENEFIT) == pytest.approx(whole)


def test_what_was_not_known_yet_says_nothing(home):
    remember(home, 0.5)
    judge(home, "b0", "manipulated", day=LAST)
    assert added(known(home), CENTRE, ANY) == pytest.approx(0)


def test_what_has_become_usual_since_is_suspected_less(home):
    remember(home, 0.5, 0.99)
    left = 0.5 / 10, 0.99 / 10
    now = sum(part / (part + whole) for part, whole in zip(left, (0.5, 0.01), strict=True))
    assert added(known(home, 10 * SPARED * SHARE), CENTRE, BENEFIT) == pytest.approx(now - 1.49)
    assert added(known(home, SPARED * SHARE), CENTRE, BENEFIT) == pytest.approx(0), (
        "that much manipulation may have done"
    )
    assert added(known(home, SHARE / 10), CENTRE, BENEFIT) == pytest.approx(0), "and never more"


def test_of_three_inspectors_no_one_says_more_than_two_fifths_of_all(home):
    remember(home, *[0.1] * 12)
    for place in range(10):
        judge(home, f"b{place}", "manipulated", by="zealous")
    judge(home, "b10", "manipulated", by="one")
    judge(home, "b11", "manipulated", by="other")
    each = 0.1 * WORTH / (0.9 + 0.1 * WORTH) - 0.1
    assert added(known(home), CENTRE, ANY) == pytest.approx(2 * each / 0.6)


def test_only_the_suspected_are_kept_one_row_a_way(home):
    remember(home, LEAST / 2, LEAST, 0.5)
    with engine(home) as connection:
        rows = connection.execute(f"FROM {Lake.of(home).sql('suspects')} ORDER BY booking_id").df()
    assert rows["booking_id"].tolist() == ["b1", "b2"]
    assert set(rows["hypothesis"]) == {BENEFIT}
    assert all(set(fired) <= set(assessed) for fired, assessed in zip(rows["fired"], rows["assessed"], strict=True))
    assert SUPPORT in rows["fired"][0]


#: how likely a booking was, which part of that in the first way, how usual that is by now, and the verdict
BOOKINGS = st.tuples(
    st.floats(LEAST, 0.999), st.floats(0.01, 0.99), st.floats(1e-4, 1.0), st.sampled_from([True, False, None])
)


@settings(max_examples=10, deadline=None)
@given(st.lists(BOOKINGS, min_size=1, max_size=20))
def test_what_is_known_by_now_is_a_probability_and_ordered_by_the_verdict(bookings):
    rows = pd.DataFrame(bookings, columns=["in_all", "part", "by_now", "manipulated"])
    rows = rows.assign(centre_id=[f"{place}" for place in rows.index], booking_id="b", decided_by="inspector")
    rows = rows.assign(service_day=DAY, hand="k", ring_id="r", share=SHARE)
    ways = {BENEFIT: rows["part"], OTHER: 1 - rows["part"]}
    suspected = pd.concat(
        [
            rows.assign(hypothesis=way, suspicion=rows["in_all"] * part, apart=rows["in_all"] * part)
            for way, part in ways.items()
        ]
    )
    suspected = suspected.drop(columns=["part", "manipulated", "decided_by"]).assign(
        assessed=[[SUPPORT]] * len(suspected), fired=[[SUPPORT]] * len(suspected)
    )

    def by_now(verdicts: pd.DataFrame) -> pd.DataFrame:
        with duckdb.connect() as connection:
            connection.register("suspected", suspected.drop(columns="by_now"))
            connection.register("usual_by_now", suspected[["hypothesis", "centre_id", "by_now"]])
            connection.register("said", verdicts[["centre_id", "booking_id", "manipulated", "decided_by"]])
            reconsider(connection)
            more = connection.execute("SELECT centre_id, hypothesis, more FROM reconsidered").df()
        found = suspected.merge(more, "left", ["centre_id", "hypothesis"]).set_index(["centre_id", "hypothesis"])
        return found["suspicion"] + found["more"].fillna(0.0)

    said = rows.dropna(subset=["manipulated"]).astype({"manipulated": bool})
    now, lawful, unsaid, guilty = map(
        by_now,
        (said, rows.assign(manipulated=False), rows.assign(manipulated=False).iloc[:0], rows.assign(manipulated=True)),
    )
    assert (now >= -1e-12).all()
    assert (now.groupby(level=0).sum() <= 1 + 1e-9).all()
    assert (lawful <= unsaid + 1e-12).all()
    assert (unsaid <= guilty + 1e-12).all()
