"""Every preset, at any seed, keeps the laws of the contract and of a hall."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds_support import HALLS, KEY, QUEUE, Made, made, usual

from data.worlds.presets import presets
from data.worlds.records import Released

#: the contract's slack between clocks (s)
SKEW_S = 60
ORDER = (
    ("created_at", "cancelled_at"),
    ("created_at", "checked_in_at"),
    ("checked_in_at", "missed_at"),
    ("missed_at", "called_at"),
    ("checked_in_at", "called_at"),
    ("called_at", "served_from"),
    ("served_from", "served_to"),
)

NAMES = sorted(presets())
laws = settings(max_examples=2 * len(NAMES), deadline=None, derandomize=True)


def keeps_the_laws(world: Made) -> None:
    times_are_in_order(world.bookings)
    a_window_serves_one_at_a_time_but_for_those_served_in_one_go(world.bookings)
    tickets_are_numbered_once(world.bookings)
    the_quota_is_kept_but_for_inserts(world)
    no_slot_is_held_by_two(world.bookings)


@laws
@given(name=st.sampled_from(NAMES), seed=st.integers(0, 2**31))
def test_any_seed_keeps_the_laws(name: str, seed: int) -> None:
    keeps_the_laws(made(name, seed, halls=min(presets()[name].centres, 2), days=3))


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_preset_keeps_the_laws(name: str) -> None:
    keeps_the_laws(usual(name))


def times_are_in_order(bookings: pd.DataFrame) -> None:
    for earlier, later in ORDER:
        both = bookings[[earlier, later]].dropna()
        assert (both[earlier] <= both[later] + SKEW_S).all(), (earlier, later)


def a_window_serves_one_at_a_time_but_for_those_served_in_one_go(bookings: pd.DataFrame) -> None:
    served = bookings[bookings["status"] == "served"]
    together = served[served["party"].notna()].groupby(["centre_id", "party"])
    assert (together[["called_at", "served_from", "served_to", "window_id"]].nunique() == 1).all(axis=None)
    one_a_party = pd.concat([served[served["party"].isna()], together.head(1)]).sort_values("called_at")
    for who in ("window_id", "clerk_id"):
        before = one_a_party.groupby(["centre_id", "service_day", who])["served_to"].shift()
        assert (before.isna() | (before <= one_a_party["called_at"])).all()


def tickets_are_numbered_once(bookings: pd.DataFrame) -> None:
    tickets = bookings.dropna(subset=["ticket_no"])
    assert not tickets.duplicated(["centre_id", "service_day", "ticket_no"]).any()
    assert not bookings.duplicated(KEY).any()


def the_quota_is_kept_but_for_inserts(world: Made) -> None:
    released = [vars_of(one) for day in world.days for one in day.released]
    quota = pd.DataFrame(released).groupby(QUEUE)["released_slots"].sum()
    bookings = world.bookings
    standing = bookings[bookings["slot_id"].notna() & (bookings["status"] != "cancelled")]
    lawful = standing[standing["scheme"] != "insert"].groupby(QUEUE).size()
    assert (lawful <= quota.reindex(lawful.index).fillna(0)).all()
    inserted = standing[standing["scheme"] == "insert"]
    number = inserted["slot_id"].str.rsplit("-", n=1).str[1].astype(int)
    limit = quota.reindex(pd.MultiIndex.from_frame(inserted[QUEUE])).fillna(0).to_numpy()
    assert (number > limit).all()


def vars_of(one: Released) -> dict[str, object]:
    return {name: getattr(one, name) for name in (*QUEUE, "released_slots")}


def no_slot_is_held_by_two(bookings: pd.DataFrame) -> None:
    held = bookings.dropna(subset=["slot_id"]).sort_values(["centre_id", "slot_id", "created_at"], kind="stable")
    freed = held.groupby(["centre_id", "slot_id"])["cancelled_at"].shift()
    again = held.duplicated(["centre_id", "slot_id"])
    assert (freed[again] <= held.loc[again, "created_at"]).all()


@pytest.mark.parametrize("name", NAMES)
def test_what_happened_agrees_with_the_status(name: str) -> None:
    bookings = usual(name).bookings
    served = bookings["status"] == "served"
    for column in ("called_at", "served_from", "served_to", "window_id", "clerk_id"):
        assert (bookings[column].notna() == served).all(), column
    assert (bookings["cancelled_at"].notna() == (bookings["status"] == "cancelled")).all()
    assert (bookings["created_by"].notna() == (bookings["channel"] == "staff")).all()
    assert bookings.loc[served, "ticket_no"].notna().all()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_makes_the_same_world_and_another_does_not(name: str) -> None:
    few = min(presets()[name].centres, 2)
    first, again, other = (made(name, seed, few, 2).bookings for seed in (5, 5, 6))
    shown = [column for column in first.columns if column != "party"]
    pd.testing.assert_frame_equal(first[shown], again[shown])
    assert not first[shown].equals(other[shown])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(3))
def test_a_world_of_one_hall_and_one_day_can_be_made(name: str, seed: int) -> None:
    assert len(made(name, seed, halls=1, days=1).bookings) > 40


def test_a_clean_world_has_nothing_planted() -> None:
    assert len(usual("clean").plan.centres) == HALLS
    assert usual("clean").bookings["scheme"].isna().all()
    assert not any(centre.withholds for centre in usual("clean").plan.centres)
