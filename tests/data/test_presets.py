"""What each preset is for holds, its figures lie in stated bands, and the product takes every row in."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds_support import KEY, clock, made, planted, usual

from data.home import Home
from data.ingest import ingest
from data.truth import SCHEMES, TRUTH_FILE, read_truth
from data.worlds import simulate
from data.worlds.presets import presets

NAMES = sorted(presets())
DRAWN = ("city", "camouflaged", "lone", "clean")


@pytest.mark.parametrize("name", NAMES)
def test_the_product_takes_every_row_in_and_the_truth_names_bookings_that_exist(name: str, tmp_path: Path) -> None:
    folder, few = tmp_path / "world", min(presets()[name].centres, 3)
    world = simulate(name, folder, centres=few, days=3)
    report = ingest(Home.create(tmp_path / "home"), str(folder))
    counts = report.counts()
    assert counts["bookings"]["accepted"] == world.bookings > 0
    assert all(table["rejected"] == 0 == table["left_out"] for table in counts.values())
    truth = read_truth(folder / TRUTH_FILE).to_pandas()
    read = {".csv": pd.read_csv, ".parquet": pd.read_parquet}
    known = pd.concat(read[file.suffix](file)[KEY] for file in (folder / "bookings").iterdir())
    named = truth.dropna(subset=["booking_id"])
    assert len(named.merge(known, on=KEY)) == len(named) == sum(world.planted.values())
    withheld = truth[truth["booking_id"].isna()]
    assert (withheld["scheme"] == "withheld").all()
    assert withheld["capacity_per_day"].tolist() == [world.capacity_per_day[name] for name in withheld["centre_id"]]
    assert (len(truth) == 0) == (name == "clean")


def test_all_schemes_are_mixed_in_the_city() -> None:
    jumps = usual("city").bookings.dropna(subset=["scheme"])
    assert set(jumps["scheme"]) == set(SCHEMES)
    assert sum(centre.withholds for centre in usual("city").plan.centres) == 1
    rate = jumps.groupby("centre_id").size() / usual("city").bookings.groupby("centre_id").size()
    assert 0.003 < len(jumps) / len(usual("city").bookings) < 0.02
    assert rate.dropna().max() > 2 * rate.dropna().min()


@pytest.mark.slow
def test_camouflaged_jumps_are_fewer_smaller_and_more_spread_than_the_citys() -> None:
    city, hidden = made("city", None, 3, 20), made("camouflaged", None, 3, 20)
    assert len(planted(hidden)) < 0.6 * len(planted(city))
    for kind in ("overtake", "insert"):
        small, large = ((done := planted(world))[done["scheme"] == kind] for world in (hidden, city))
        assert small["passed"].max() <= 6 < large["passed"].max()
        assert small["clerk_id"].nunique() > 1
    shared = planted(hidden).groupby("phone")["applicant_id"].nunique()
    assert (planted(hidden)["phone"].map(shared) <= 2).mean() > 0.3


def test_the_lone_share_nothing() -> None:
    jumps = usual("lone").bookings.dropna(subset=["scheme"])
    assert len(jumps) > 30
    homes = jumps.groupby("phone")["applicant_id"].nunique()
    assert homes.max() <= 4  # a household


def test_the_founding_case_at_its_own_seed() -> None:
    world = made("daoli", days=66)
    done = planted(world)
    assert len(done) == len(world.bookings.dropna(subset=["scheme"])) == 101
    assert done["created_by"].nunique() == done["planned_clerk"].nunique() == 2
    assert done["phone"].nunique() == 2
    assert done["ring"].nunique() == 1
    assert (str(done["service_day"].min())[:7], str(done["service_day"].max())[:7]) == ("2020-06", "2020-08")
    assert (done["passed"] >= 3).mean() > 0.5
    assert {day.day.year for day in world.days} == {2020}
    refused = [len(day.refused) for day in world.days]
    assert 30 <= np.mean(refused) <= 120
    assert max(clock(world.bookings["called_at"].dropna())) < 17.6


@settings(max_examples=3, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**31))
def test_the_founding_case_has_101_jumps_at_any_seed(seed: int) -> None:
    assert len(planted(made("daoli", seed, days=66))) == 101


def test_night_queues_are_complained_of_and_nobody_answers(tmp_path: Path) -> None:
    simulate("daoli", tmp_path / "w")
    complaints = pd.read_csv(tmp_path / "w" / "complaints" / "complaints.csv")
    assert complaints["text"].str.contains("夜|凌晨|天不亮").mean() > 0.4
    assert complaints["replied_at"].isna().all()


@pytest.mark.slow
def test_where_few_queue_at_night_complaints_are_mixed_and_some_are_answered(tmp_path: Path) -> None:
    simulate("clean", tmp_path / "w", days=20)
    complaints = pd.read_csv(tmp_path / "w" / "complaints" / "complaints.csv")
    at_night = complaints["text"].str.contains("夜|凌晨|天不亮")
    assert 0 < at_night.mean() < 0.3
    assert 0.4 < complaints["replied_at"].notna().mean() < 0.9
    assert complaints["category"].nunique() == 4


@pytest.mark.parametrize("name", DRAWN)
def test_waits_and_shares_lie_in_their_bands(name: str) -> None:
    world = usual(name)
    bookings = world.bookings
    lawful = bookings[
        ~bookings["centre_id"].isin([centre.centre_id for centre in world.plan.centres if centre.withholds])
    ]
    called = lawful.dropna(subset=["called_at"])
    wait = (called["called_at"] - called["checked_in_at"]) / 60
    busy = wait[clock(called["entitled_at"]).between(9, 11)]
    assert 20 <= wait.median() <= 38
    assert 25 <= busy.median() <= 55
    assert wait.groupby(called["centre_id"]).median().min() >= 15
    shares = lawful["status"].value_counts(normalize=True)
    assert 0.03 <= shares["cancelled"] <= 0.09
    assert 0.03 <= shares["no_show"] <= 0.09
    assert 0.02 <= shares["abandoned"] <= 0.08
    channels = lawful["channel"].value_counts(normalize=True)
    assert 0.5 < channels["online"] < 0.75
    assert channels.index.size == 4
    a_day = bookings.groupby(["centre_id", "service_day"]).size().groupby("centre_id").median()
    assert a_day.between(80, 400).all()
    assert a_day.max() > 1.5 * a_day.min()
