"""The parts of a training by themselves: settling, counting, blending, measuring, drift."""

import warnings
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.engine import engine
from data.home import Home
from data.labels import Label, store_labels
from data.lake import Lake
from detection.learning import walk as walking
from detection.learning.agreement import agreement, kappa
from detection.learning.blend import NOTHING, Blend, blended, losses
from detection.learning.counting import MOST_OF_ONE, Known, bounded, examples, inverse, known, stood_for
from detection.learning.drift import LABELS, SCORE, drift_day, profile
from detection.learning.estimates import recall, weighted_count
from detection.learning.measures import leading_sign, measures
from detection.learning.promotion import Decision, Shadow, decided, leaning, shadow, worse_off
from detection.learning.registry import PROMOTE, Model, Service, put_in_service, save
from detection.learning.rows import Rows, input_names, log_odds, probability, training_rows
from detection.learning.verdicts import settled, verdicts_as_of
from detection.learning.walk import Walked, trained, walk
from tests.detection.cases_support import rows_of
from tests.detection.learning_support import learnable, night, noon

DAY = date(2026, 3, 2)


def said(*verdicts: str) -> pd.DataFrame:
    """Verdicts on one booking, `inspector:verdict`, one a day."""
    rows = []
    for place, text in enumerate(verdicts):
        by, verdict = text.split(":")
        when = pd.Timestamp(DAY) + pd.Timedelta(days=place)
        rows.append({"verdict": verdict, "decided_by": by, "decided_at": when, "known_on": when})
    return pd.DataFrame(rows).assign(centre_id="C1", booking_id="B1", chance=0.5)


@pytest.mark.parametrize(
    ("verdicts", "manipulated", "conflict", "known_on"),
    [
        pytest.param(["li:manipulated"], True, False, 0, id="one verdict"),
        pytest.param(["li:manipulated", "wang:lawful"], False, True, 1, id="a tie: the later one"),
        pytest.param(["li:lawful", "wang:manipulated"], True, True, 1, id="a tie the other way"),
        pytest.param(["li:lawful", "wang:lawful", "zhao:manipulated"], False, True, 1, id="the majority"),
        pytest.param(["li:lawful", "wang:unclear"], False, False, 0, id="unclear answers nobody"),
    ],
)
def test_verdicts_are_settled_by_rule(verdicts: list[str], manipulated: bool, conflict: bool, known_on: int) -> None:
    (row,) = settled(said(*verdicts)).to_dict("records")
    assert (row["manipulated"], row["conflict"]) == (manipulated, conflict)
    assert row["known_on"] == pd.Timestamp(DAY) + pd.Timedelta(days=known_on)


def test_nothing_but_unclear_settles_nothing() -> None:
    assert settled(said("li:unclear")).empty


def test_agreement_beyond_chance() -> None:
    one = np.array([1.0] * 20 + [0.0] * 20)
    assert kappa(one, one) == 1
    assert kappa(one, 1 - one) == -1
    assert kappa(one, np.tile([1.0, 0.0], 20)) == pytest.approx(0)
    both = pd.concat([said("li:lawful", "wang:lawful").assign(booking_id=f"B{n}") for n in range(12)])
    assert agreement(both) == {"li and wang": 1.0}
    assert agreement(both[both["booking_id"] == "B1"]) == {}


@settings(max_examples=50)
@given(
    counts=st.lists(st.floats(0.01, 100), min_size=1, max_size=30),
    names=st.text("abcd", min_size=30, max_size=30),
)
def test_no_inspectors_verdicts_count_beyond_the_bound(counts: list[float], names: str) -> None:
    count, by = np.array(counts), np.array(list(names[: len(counts)]), object)
    after = bounded(count, by)
    assert (after <= count + 1e-9).all()
    number = len(set(names[: len(counts)]))
    for name in set(by):
        assert after[by == name].sum() <= max(MOST_OF_ONE, 1 / number) * after.sum() * (1 + 1e-6)


def rows_with(label_free: list[float]) -> Rows:
    number = len(label_free)
    about = pd.DataFrame({"service_day": [pd.Timestamp(DAY)] * number, "centre_id": "C1", "age_group": "unknown"})
    about["booking_id"] = [f"B{n}" for n in range(number)]
    scores = np.array(label_free)
    return Rows(about, ("x",), np.zeros((number, 1), np.float32), scores, np.ones(number))


def test_what_nobody_looked_at_is_unlabelled_and_not_lawful() -> None:
    """The first has a verdict, of one in four that come up; the second counts as its score has it, half."""
    what = Known(np.array([1.0, np.nan]), np.array([0.25, np.nan]), np.array(["li", ""], object))
    place, answer, count = examples(rows_with([0.5, 0.3]), what)
    found = {(int(p), bool(a)): float(c) for p, a, c in zip(place, answer, count, strict=True)}
    assert found == {(0, True): 1.0, (1, True): pytest.approx(0.15), (1, False): pytest.approx(0.35)}
    assert inverse(np.array([0.001] * 100)).max() == 10


@settings(max_examples=50)
@given(odds=st.lists(st.floats(-12, 12), min_size=1, max_size=20))
def test_without_a_verdict_the_blend_is_just_the_score_without_verdicts(odds: list[float]) -> None:
    free = np.array(odds)
    assert NOTHING.odds(free, free + 3) is free
    assert np.allclose(log_odds(probability(free)), free)


def test_a_model_that_later_nights_refute_gets_no_part() -> None:
    chance = np.random.default_rng(1)
    guilty = (chance.random(400) < 0.3).astype(float)
    good = np.where(guilty == 1, 2.0, -2.0) + chance.normal(size=400)
    groups = np.arange(400)
    assert blended(good, -good, guilty, np.ones(400), groups).share < 0.1
    right = blended(np.zeros(400), good, guilty, np.ones(400), groups)
    assert right.share > 0.8
    few = blended(np.zeros(8), good[:8], np.array([1.0, 0] * 4), np.ones(8), groups[:8])
    assert few.share < right.share
    assert losses(np.array([0.0]), np.array([1.0]))[0] == pytest.approx(np.log(0.95) + np.log(2))


def test_a_week_counts_as_much_as_its_model_knew() -> None:
    """The same gain and the same loss: what the later model shows decides."""
    guilty, chance, by = np.array([1.0, 0] * 20), np.ones(40), np.array(["li", "wu"] * 20, object)
    knew = np.repeat([10.0, 40.0], 20)
    good, bad = np.where(guilty == 1, 2.0, -2.0), np.zeros(40)
    walked = Walked(good, knew, [])
    learner = np.where(knew == 40, good, -good / 2)
    seen = shadow(Known(guilty, chance, by), walked, bad, learner)
    assert seen.count[-1] == pytest.approx(4 * seen.count[0])
    assert np.sum(seen.count * seen.challenger) < np.sum(seen.count * seen.champion)
    assert np.sum(seen.challenger) > 0


def test_sums_of_rare_events_have_intervals_that_hold() -> None:
    assert weighted_count(np.zeros(0)) == (0.0, 0.0)
    low, high = weighted_count(np.ones(10))
    assert low == pytest.approx(4.80, abs=0.01)  # the exact Poisson interval of 10
    assert high == pytest.approx(18.39, abs=0.01)


def test_recall_leaves_room_for_what_nobody_saw_and_for_wrong_verdicts() -> None:
    count = np.append(np.ones(100), np.full(60, 100.0))
    found = count == 1
    guilty = np.append(np.repeat([1.0, 0.0], [80, 20]), np.zeros(60))
    clean = recall(guilty, count, found)
    assert clean is not None
    assert clean.high == 1
    assert 0.1 < clean.low < 0.3  # 60 draws without any may still have missed 370
    guilty[100] = 1
    one = recall(guilty, count, found)
    assert one is not None
    assert one.high == 1  # that one verdict may be wrong
    assert one.low < clean.low
    assert recall(np.zeros(0), np.zeros(0), np.zeros(0, bool)) is None
    assert recall(guilty[:100], count[:100], found[:100]) is None, "nobody looked at others"


def test_a_booking_leads_with_the_family_of_its_heaviest_flag() -> None:
    rows = rows_with([0.1] * 4)
    weights = np.array([[4, 9, 2], [np.nan, 1, 0.5], [3, np.nan, 50], [np.nan] * 3], np.float32)
    names = ("Q101_weight", "Q402_weight", "people_passed")
    assert leading_sign(replace(rows, names=names, inputs=weights)).tolist() == ["booking", "none", "order", "none"]
    assert leading_sign(rows).tolist() == ["none"] * 4


def test_figures_are_of_all_and_of_each_group_with_verdicts_and_null_where_nothing_can_be_said() -> None:
    rows = rows_with([0.9, 0.1, 0.5])
    rows.about["centre_id"] = ["C1", "C1", "C2"]
    what = Known(np.array([1.0, 0.0, np.nan]), np.array([1.0, 0.5, np.nan]), np.array(["li", "li", ""], object))
    found = measures(rows, what, log_odds(rows.label_free), np.ones(3, bool), budget=1)
    assert list(found) == ["all", "centre C1", "centre C2", "age unknown", "sign none"]
    assert found["centre C2"] == {"verdicts": 0}
    assert found["all"] == found["centre C1"]
    assert found["all"]["precision_at_budget"]["value"] == 1
    alone = measures(rows, what, log_odds(rows.label_free), np.array([True, False, False]), budget=1)["all"]
    assert alone["precision_at_budget"]["value"] == 1
    assert alone["recall_at_budget"] is alone["average_precision"] is None, "nobody looked beyond the first"
    far = Known(what.manipulated, np.array([1.0, 1e-9, np.nan]), what.by)
    capped = measures(rows, far, log_odds(rows.label_free), np.ones(3, bool), budget=1)["all"]
    most = Known(what.manipulated, np.array([1.0, 1 / 3, np.nan]), what.by)
    assert capped == measures(rows, most, log_odds(rows.label_free), np.ones(3, bool), budget=1)["all"]
    assert found["all"]["manipulated"] == 1


def test_however_small_a_chance_is_what_it_counts_is_a_number() -> None:
    """The contract lets any probability above 0 pass; 1 over the least of them is more than a number can be."""
    least = np.array([5e-324, 0.5, np.nan])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert inverse(least) == pytest.approx([3**0.5, 3**0.5, 1.0])
        assert stood_for(least, np.array([4.0, 4.0, 4.0])) == pytest.approx([4.0, 2.0, 1.0])
        rows = rows_with([0.5] * 3)
        what = Known(np.array([1.0, 0.0, 0.0]), least, np.array(["li"] * 3, object))
        found = measures(rows, what, log_odds(rows.label_free), np.ones(3, bool), budget=1)["all"]
    assert (found["verdicts"], found["manipulated"]) == (3, 1)


def test_a_gain_that_nights_do_not_bear_out_or_that_a_group_pays_for_is_refused() -> None:
    rows = rows_with([0.5] * 120)
    rows.about["service_day"] = [pd.Timestamp(DAY + timedelta(days=n % 12)) for n in range(120)]
    rows.about["centre_id"] = ["C1"] * 90 + ["C2"] * 30
    places, ones = np.arange(120), np.ones(120)

    def judged(challenger: np.ndarray, serving: np.ndarray | None = None) -> Decision:
        seen = Shadow(places, ones, ones, challenger)
        spared = seen if serving is None else Shadow(places, ones, ones, serving)
        return decided(rows, seen, spared, served=True)

    better = judged(ones * 0.8)
    assert better.promoted
    assert better.gain == pytest.approx(0.2)
    assert "less than" in judged(ones * 0.995).reason
    lucky = np.where(rows.about["service_day"] == pd.Timestamp(DAY), 0.0, 1.0)
    assert "not certain" in judged(lucky).reason
    unfair = np.where(rows.about["centre_id"] == "C2", 1.2, 0.7)
    assert "centre C2" in judged(unfair).reason
    spared = judged(unfair, np.where(rows.about["centre_id"] == "C2", 1.0, unfair))
    assert spared.promoted
    assert spared.gain == judged(unfair).gain, "what went badly at the spared centre still counts against it"
    nothing = Shadow(places[:0], ones[:0], ones[:0], ones[:0])
    assert not decided(rows, nothing, nothing, served=True).promoted


@pytest.mark.parametrize(("served", "champion"), [(True, "in service"), (False, "without a model")])
def test_the_reason_names_what_served_and_no_negative_zero(served: bool, champion: str) -> None:
    rows, ones = rows_with([0.5] * 10), np.ones(10)
    rows.about["service_day"] = [pd.Timestamp(DAY + timedelta(days=n)) for n in range(10)]
    seen = Shadow(np.arange(10), ones, ones, ones * 1.0001)
    said = f"its loss on 10 verdicts is 0.0% below that {champion}, at least 0.0% (90%): less than 1%"
    assert decided(rows, seen, seen, served=served).reason == said


def test_a_centre_for_which_the_model_was_worse_keeps_the_score_without_it() -> None:
    """Forty verdicts each at two centres: the model is right at one of them and wrong at the other."""
    rows = rows_with([0.5] * 80)
    rows.about["service_day"] = [pd.Timestamp(DAY + timedelta(days=n % 10)) for n in range(80)]
    rows.about["centre_id"] = ["C1"] * 40 + ["C2"] * 40
    guilty = np.tile([1.0, 0.0], 40)
    what = Known(guilty, np.ones(80), np.array(["li", "wu"] * 40, object))
    right = np.where(guilty == 1, 2.0, -2.0)
    said = np.where(rows.about["centre_id"] == "C2", -right, right)
    walked = Walked(said, np.full(80, 40.0), [])
    assert worse_off(rows, what, walked, said) == ("C2",)
    assert worse_off(rows, what, walked, right) == ()
    blend = Blend(0.5, 1.0, 0.0, without=("C2",))
    assert log_odds(blend.scores(rows, said)[:40]) == pytest.approx(0.5 * right[:40])
    assert (blend.scores(rows, said)[40:] == 0.5).all()


def test_of_many_small_groups_the_unluckiest_is_no_reason_to_refuse() -> None:
    chance = np.random.default_rng(5)
    rows = rows_with([0.5] * 300)
    rows.about["service_day"] = [pd.Timestamp(DAY + timedelta(days=n % 30)) for n in range(300)]
    rows.about["centre_id"] = [f"C{n // 30}" for n in range(300)]
    before = chance.exponential(1.0, 300)
    after = 0.85 * chance.permutation(before)
    seen = Shadow(np.arange(300), np.ones(300), before, after)
    found = decided(rows, seen, seen, served=True)
    each = [1 - after[at].sum() / before[at].sum() for at in (slice(k * 30, k * 30 + 30) for k in range(10))]
    assert min(each) < -0.05, "by itself one looks worse beyond the margin"
    assert found.promoted, found.reason


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(0, 1)), min_size=1, max_size=12))
def test_a_group_s_gain_leans_on_the_others_and_never_beyond_them(each: list[tuple[float, float]]) -> None:
    gains, spreads = (np.array(part) for part in zip(*each, strict=True))
    found = leaning(gains, spreads)
    assert (found >= gains.min() - 1e-9).all()
    assert (found <= gains.max() + 1e-9).all()


def test_a_group_that_is_surely_worse_stays_so() -> None:
    assert leaning(np.array([0.1, 0.1, 0.1, -0.3]), np.array([0.02] * 4))[3] < -0.25
    assert leaning(np.array([0.1, 0.1, 0.1, -0.3]), np.array([0.5] * 4))[3] == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("audit", "in_scores", "in_label", "chance"),
    [
        pytest.param(True, 0.04, None, 0.04, id="drawn"),
        pytest.param(True, 0.04, 0.05, 0.05, id="drawn, and the label knows better"),
        pytest.param(False, 1.0, None, 1.0, id="flagged"),
        pytest.param(False, 0.04, None, None, id="neither drawn nor flagged"),
        pytest.param(False, 0.04, 0.04, None, id="the same, its label copied from the scores"),
        pytest.param(False, 0.04, 0.2, 0.2, id="drawn by somebody else"),
    ],
)
def test_a_verdict_stands_for_others_only_where_a_draw_brought_it_up(
    tmp_path: Path, audit: bool, in_scores: float, in_label: float | None, chance: float | None
) -> None:
    home = Home.create(tmp_path / "home")
    lake = Lake.of(home)
    row = {"service_day": DAY, "centre_id": "C1", "booking_id": "B1", "score": 0.1, "p_value": 0.5, "rank": 1}
    row |= {"reasons": "[]", "flagged": False, "audit": audit, "selection_probability": in_scores}
    lake.replace_days("scores", [DAY], rows_of("scores", [row]))
    store_labels(home, [Label("C1", "B1", "lawful", noon(DAY, 1), "li", None, in_label)], source="li")
    with engine(home) as connection:
        (found,) = verdicts_as_of(connection, lake, DAY + timedelta(days=2)).each["chance"]
    assert (None if np.isnan(found) else found) == chance


def test_a_sample_stands_for_all_and_is_of_the_more_suspicious(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    learnable(home, 21)
    lake = Lake.of(home)
    with engine(home) as connection:
        verdicts = verdicts_as_of(connection, lake, night(20)).settled
        every, sample = (
            training_rows(connection, lake, input_names(lake), (night(0), night(20)), verdicts, size)
            for size in (10**9, 200)
        )
    assert len(every) == every.stands_for.sum()
    assert len(sample) - len(verdicts) == pytest.approx(200, abs=45)  # each booking with a verdict is there
    assert sample.stands_for.sum() == pytest.approx(len(every), rel=0.15)
    assert (sample.stands_for * sample.label_free).sum() == pytest.approx(every.label_free.sum(), rel=0.15)
    drawn, others = sample.label_free[sample.stands_for > 1], every.label_free[~known(every, verdicts).reviewed]
    assert drawn.mean() > others.mean()


def test_a_booking_of_two_inspectors_comes_once(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    learnable(home, 21)
    lake = Lake.of(home)
    with engine(home) as connection:
        once = verdicts_as_of(connection, lake, night(20)).each
        rows, again = (
            training_rows(connection, lake, input_names(lake), (night(0), night(20)), verdicts)
            for verdicts in (once, pd.concat([once, once]))
        )
    pd.testing.assert_frame_equal(again.about, rows.about)
    assert not again.about.duplicated(["centre_id", "booking_id"]).any()


def test_no_week_is_told_by_a_model_that_knew_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Verdicts known from the 15th day on cannot have told the week that begins then."""
    home = Home.create(tmp_path / "home")
    seen = []
    monkeypatch.setattr(walking, "trained", lambda rows, what: seen.append((rows, what)) or trained(rows, what))

    learnable(home, 21)
    lake = Lake.of(home)
    with engine(home) as connection:
        verdicts = verdicts_as_of(connection, lake, night(20))
        rows = training_rows(connection, lake, input_names(lake), (night(0), night(20)), verdicts.settled)
    walked = walk(rows, verdicts.each, night(20))
    assert walked.blocks[-1] == night(14)
    late, what = seen[-1]
    assert late.day.max() < np.datetime64(night(14))
    then = verdicts.each[verdicts.each["known_on"] < pd.Timestamp(night(14))]
    assert what.reviewed.sum() == len(then)
    assert np.isnan(walked.odds[rows.day < np.datetime64(walked.blocks[0])]).all()


def test_a_night_like_the_training_has_not_drifted_and_another_one_has(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    learnable(home, 20)
    assert drift_day(home, night(19)) == {"assessed": 0, "drifted": [], "retrain": False}
    lake = Lake.of(home)
    with engine(home) as connection:
        verdicts = verdicts_as_of(connection, lake, night(18))
        rows = training_rows(connection, lake, input_names(lake), (night(0), night(18)), verdicts.settled)
    what = known(rows, verdicts.settled)
    card = {"as_of": "x", "labels": {}, "profile": profile(rows, what, log_odds(rows.label_free))}
    version = "learned-0123456789ab"
    save(home, Model(version, trained(rows, what), Blend(0.5, 1.0, 0.0), card))
    put_in_service(home, Service(str(night(0)), version, PROMOTE, "", "", ""))
    same = drift_day(home, night(19))
    assert same["assessed"] == len(rows.names) + 2
    assert same["drifted"] == []
    with engine(home) as connection:
        moved = connection.execute(
            f"SELECT * REPLACE (people_passed + 30 AS people_passed) FROM {lake.sql('features', night(19), night(19))}"
        ).to_arrow_table()
    lake.replace_day("features", night(19), moved)
    other = drift_day(home, night(19))
    assert other["drifted"] == ["people_passed"]
    assert SCORE not in other["drifted"]
    assert LABELS not in other["drifted"]
