"""Each scheme shows in the log what it says, and its truth agrees with what happened."""

import pandas as pd
import pytest
from worlds_support import HOUR, KEY, RING_DAYS, clock, planted, with_ring

from data.worlds.demand import released_at
from data.worlds.schemes.bundle import Bundle
from data.worlds.schemes.favour import all_arrangements
from data.worlds.schemes.insert import TYPED_IN_S
from data.worlds.schemes.withheld import withholding


def test_the_registry_finds_the_seven() -> None:
    seven = ["after_hours", "backdate", "bundle", "hoard", "insert", "overtake", "priority"]
    assert list(all_arrangements()) == seven


@pytest.mark.parametrize("kind", all_arrangements())
def test_most_of_what_is_planned_takes_effect_and_a_ring_keeps_to_its_clerks(kind: str) -> None:
    world = with_ring(kind)
    done, failed = planted(world), planted(world, carried_out=False)
    assert set(done["scheme"]) == {kind}
    assert len(done) >= 20
    assert len(done) > len(failed)
    for centre in world.plan.centres:
        clerks = set(done.loc[done["centre_id"] == centre.centre_id, "planned_clerk"])
        assert clerks == ({None} if kind == "hoard" else set(centre.schemes[0].clerks))


def test_overtake_passes_people_by_the_rings_clerk_soon_after_check_in() -> None:
    done = planted(with_ring("overtake", clerks=2))
    assert (done["passed"] >= 3).mean() > 0.9
    assert (done["clerk_id"] == done["planned_clerk"]).all()
    assert ((done["called_at"] - done["checked_in_at"]).median()) < 5 * 60


def test_insert_is_typed_in_minutes_before_and_beyond_the_quota() -> None:
    done = planted(with_ring("insert", releases=0.55))
    assert set(done["channel"]) == {"staff"}
    assert (done["created_by"] == done["planned_clerk"]).all()
    ahead = done["checked_in_at"] - done["created_at"]
    assert ahead.between(TYPED_IN_S[0] - 100, TYPED_IN_S[1] + 100).all()
    assert done["slot_id"].notna().all()
    assert done["device_id"].isna().all()


def test_hoard_gives_the_straws_slot_to_the_client_within_seconds() -> None:
    world = with_ring("hoard")
    done = planted(world)
    straws, clients = done[done["status"] == "cancelled"], done[done["status"] != "cancelled"]
    pairs = straws.merge(clients, on=["centre_id", "slot_id"], suffixes=("", "_client"))
    assert len(pairs) == len(straws) == len(clients)
    assert (pairs["created_at_client"] - pairs["cancelled_at"]).between(1, 15).all()
    assert (pairs["applicant_id"] != pairs["applicant_id_client"]).all()
    after = straws["created_at"] - [released_at(day) for day in straws["service_day"]]
    assert after.between(1, 15).all()


def test_priority_gives_a_class_that_the_client_does_not_hold() -> None:
    done = planted(with_ring("priority"))
    assert done["priority_class"].isin(["elderly", "disabled", "veteran"]).all()
    young = done[(done["priority_class"] == "elderly") & (2026 - done["applicant_birth_year"] < 70)]
    assert len(young) == (done["priority_class"] == "elderly").sum() > 0
    assert (done["clerk_id"] == done["planned_clerk"]).mean() > 0.7


def test_backdate_looks_in_order_but_for_the_ticket() -> None:
    world = with_ring("backdate", wants=("09:00", "09:30", "10:00"))
    done, everybody = planted(world), world.bookings.dropna(subset=["ticket_no", "checked_in_at"])
    assert (done["passed"] <= 1).mean() > 0.8
    contradicted = []
    for _, one in done.iterrows():
        hall = everybody[(everybody[["centre_id", "service_day"]] == one[["centre_id", "service_day"]]).all(axis=1)]
        later = hall[hall["checked_in_at"] > one["checked_in_at"]]
        contradicted.append((later["ticket_no"] < one["ticket_no"]).sum())
    assert pd.Series(contradicted).median() >= 3


def test_a_bundle_has_one_call_one_window_and_one_time_of_service() -> None:
    world = with_ring("bundle")
    done = planted(world)
    parties = done.groupby(["centre_id", "party"])
    assert parties.size().between(2, Bundle.size).all()
    assert (parties[["called_at", "served_from", "served_to", "window_id", "clerk_id"]].nunique() == 1).all(axis=None)
    assert (parties["ticket_no"].nunique() == parties.size()).all()
    assert (parties["passed"].max() >= 1).mean() > 0.8


def test_after_hours_lies_outside_the_hours_and_the_roster() -> None:
    done = planted(with_ring("after_hours"))
    early = clock(done["called_at"]) < 9
    assert 0.2 < early.mean() < 0.8
    assert clock(done.loc[~early, "called_at"]).min() > 17
    assert (done["called_at"] - done["checked_in_at"]).max() < HOUR


def test_withholding_releases_a_share_and_leaves_demand_and_windows() -> None:
    centre = with_ring("insert").plan.centres[0]
    less = withholding(centre, 0.5)
    assert less.withholds
    assert less.windows == centre.windows
    for before, after in zip(centre.services, less.services, strict=True):
        assert after.quota == round(before.quota / 2)
        assert after.demand == before.demand
    withheld, whole = with_ring("insert", releases=0.55), with_ring("insert")
    assert sum(len(day.refused) for day in withheld.days) > 2 * sum(len(day.refused) for day in whole.days)


@pytest.mark.parametrize(("share", "low", "high"), [(1.0, 1.0, 1.0), (0.5, 0.25, 0.75), (0.0, 0.0, 0.0)])
def test_the_share_of_identified_bookings_carries_the_rings_telephone(share: float, low: float, high: float) -> None:
    jumps = with_ring("overtake", identified=share, phones=1, devices=1).bookings
    for _, ring in jumps[jumps["scheme"].notna()].groupby("ring"):
        people = ring.groupby("phone")["applicant_id"].nunique()
        assert low <= ring["phone"].isin(people[people > 4].index).mean() <= high


def test_a_ring_acts_in_its_span_and_its_decoys_are_not_planted() -> None:
    world = with_ring("overtake", span=(0.5, 1.0), decoys=1.0, phones=1, devices=1)
    jumps = planted(world)
    assert jumps["service_day"].min() >= world.plan.calendar[RING_DAYS // 2]
    phones = set(jumps["phone"])
    decoys = world.bookings[world.bookings["phone"].isin(phones) & world.bookings["scheme"].isna()]
    assert len(decoys) > 0.5 * len(jumps)


def test_adherence_nought_changes_nothing() -> None:
    world = with_ring("overtake", adherence=0.0)
    assert planted(world).empty
    assert len(planted(world, carried_out=False)) > 20


def test_small_passes_stay_small() -> None:
    done = planted(with_ring("overtake", passes=(2, 5)))
    assert len(done) > 10
    assert done["passed"].max() <= 6
    assert not done.duplicated(KEY).any()
