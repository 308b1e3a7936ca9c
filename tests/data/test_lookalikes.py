"""Every innocent look-alike is there, in a clean world too, and overlaps with what is planted."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds_support import KEY, QUEUE, Made, clock, of_plan, planted, usual, with_ring

from data.worlds import simulate
from data.worlds.lookalikes.clocks import SLACK_S, set_clocks
from data.worlds.lookalikes.late import LATE_BY
from data.worlds.people import Contact, Person
from data.worlds.plan import Habits, Outage
from data.worlds.presets import presets
from data.worlds.records import Booking

DRAWN = ("city", "camouflaged", "lone", "clean")


def innocent(world: Made) -> pd.DataFrame:
    return world.bookings[world.bookings["scheme"].isna()]


def rebooked(bookings: pd.DataFrame) -> pd.DataFrame:
    """Bookings that took a freed slot, with whose it was and for how long it had been free (s)."""
    held = bookings.dropna(subset=["slot_id"]).sort_values(["centre_id", "slot_id", "created_at"], kind="stable")
    before = held.groupby(["centre_id", "slot_id"])
    held = held.assign(free_s=held["created_at"] - before["cancelled_at"].shift(), phone_before=before["phone"].shift())
    return held[held["free_s"].notna()]


def test_a_trainee_calls_out_of_turn_more_often_than_others() -> None:
    world = usual("clean")
    called = innocent(world).dropna(subset=["called_at"])
    trainees = {clerk.clerk_id for centre in world.plan.centres for clerk in centre.clerks if clerk.slips >= 0.1}
    assert len(trainees) == len(world.plan.centres)
    theirs = called["clerk_id"].isin(trainees)
    assert (called[theirs]["passed"] > 0).mean() > 1.5 * (called[~theirs]["passed"] > 0).mean()
    assert (called[theirs]["passed"] >= 3).any()


@cache
def with_outage() -> Made:
    """A clean hall whose calling system is down on the morning of the third day."""
    plan = presets()["clean"].plan(None, 1, 6)
    hall = replace(plan.centres[0], outages=(Outage(2, "09:00", "12:30"),))
    return of_plan(replace(plan, centres=(hall,)))


def test_half_a_day_is_out_of_order_when_the_system_is_down() -> None:
    world = with_outage()
    called = innocent(world).dropna(subset=["called_at"])
    down = (called["service_day"] == world.plan.calendar[2]) & (clock(called["called_at"]) < 12.5)
    assert (called[down]["passed"] > 0).mean() > 0.2
    assert called[down]["passed"].max() >= 5
    assert (called[~down]["passed"] > 0).mean() < 0.1


@pytest.mark.parametrize("name", DRAWN)
def test_a_years_plan_has_outages_of_half_a_day(name: str) -> None:
    plan = presets()[name].plan(None, 2, 260)
    assert all(1 <= len(centre.outages) <= 16 for centre in plan.centres)


@pytest.mark.parametrize("name", DRAWN)
def test_one_agency_brings_people_to_the_only_clerk_for_an_item(name: str) -> None:
    world = usual(name)
    for centre in world.plan.centres:
        special = next(window for window in centre.windows if window.specialist)
        agency = next(agent for agent in centre.agents if agent.service in special.services)
        brought = world.bookings[world.bookings["agent_id"] == agency.agent_id].dropna(subset=["called_at"])
        assert set(brought["window_id"]) <= {special.window_id}
        assert brought.groupby("service_day")["clerk_id"].nunique().max() in {1, np.nan} or brought.empty


def test_a_company_has_its_group_day() -> None:
    plan = presets()["clean"].plan(None, 2, 30)
    groups = of_plan(plan).bookings.dropna(subset=["agent_id"])
    days = groups.groupby(["agent_id", "service_day"])
    assert days.size().max() >= 9
    assert (days["phone"].nunique() == 1).all()
    assert (groups["priority_class"] == "group").any()


@pytest.mark.parametrize("name", [*DRAWN, "daoli"])
def test_hubs_are_innocent_too(name: str) -> None:
    bookings = innocent(usual(name))
    hubs = bookings.groupby("device_id").agg(people=("applicant_id", "nunique"), channel=("channel", "first"))
    assert hubs[hubs["channel"] == "onsite"]["people"].max() >= 15  # a kiosk of the hall
    if name != "daoli":
        assert hubs[hubs["channel"] == "online"]["people"].max() >= 15  # the library's computer
        carriers = bookings[bookings["ip"].str.startswith("198.18.", na=False)].groupby("ip")["applicant_id"].nunique()
        assert carriers.max() >= 15


@pytest.mark.parametrize("name", DRAWN)
def test_couples_are_served_in_one_go_and_swap_slots(name: str) -> None:
    bookings = innocent(usual(name))
    couples = bookings[bookings["party"].notna()].groupby(["centre_id", "party"])
    assert len(couples) >= 10
    assert (couples["phone"].nunique() == 1).all()
    again = rebooked(bookings)
    assert ((again["phone"] == again["phone_before"]) & (again["free_s"] <= 180)).sum() >= 5
    assert ((again["phone"] != again["phone_before"]) & (again["free_s"] <= 15)).sum() >= 5


@pytest.mark.parametrize("name", DRAWN)
def test_extra_units_are_released_on_the_morning_and_typed_in_by_staff(name: str) -> None:
    world = usual(name)
    extra = [one for day in world.days for one in day.released if clock(pd.Series([one.released_at]))[0] > 8.1]
    typed = innocent(world).query("channel == 'staff' and slot_id.notna() and checked_in_at - created_at < 900")
    assert 10 <= len(typed) <= sum(one.released_slots for one in extra)
    assert typed["created_by"].notna().all()


def test_who_has_no_telephone_is_typed_in_under_the_hall_s_by_everybody_at_the_counter() -> None:
    plan = presets()["clean"].plan(None, 1, 10)
    (hall,) = plan.centres
    world = of_plan(replace(plan, centres=(replace(hall, habits=replace(hall.habits, at_counter=0.8, topups=8)),)))
    of_hall = world.bookings[world.bookings["phone"].fillna("").str.startswith("0571")]
    assert len(of_hall) >= 15
    assert of_hall["phone"].nunique() == of_hall["device_id"].nunique() == 1
    assert of_hall["created_by"].nunique() >= len(hall.clerks) / 2
    assert of_hall["applicant_id"].nunique() >= 15


@pytest.mark.parametrize("name", DRAWN)
def test_classes_are_borrowed_and_forgotten(name: str) -> None:
    bookings = innocent(usual(name))
    assert ((bookings["priority_class"] == "elderly") & (bookings["applicant_birth_year"] > 1956)).sum() >= 10
    returned = bookings[bookings["channel"].eq("onsite") & bookings["created_at"].eq(bookings["checked_in_at"])]
    assert (returned["passed"] >= 5).any()


@pytest.mark.parametrize("name", DRAWN)
def test_numbers_and_times_of_tickets_disagree(name: str) -> None:
    tickets = innocent(usual(name)).dropna(subset=["ticket_no"]).sort_values([*QUEUE[:2], "ticket_no"])
    back = tickets.groupby(QUEUE[:2])["checked_in_at"].diff()
    assert (back < 0).sum() >= 20
    assert (back < -300).sum() >= 5  # printed again


def test_late_logs_stand_in_a_later_file(tmp_path: Path) -> None:
    plan = presets()["daoli"].plan(None, 1, 24)
    simulate("daoli", tmp_path / "w", days=24)
    files = {path.stem: set(pd.read_csv(path)["service_day"]) for path in (tmp_path / "w" / "bookings").iterdir()}
    days = [str(day) for day in plan.calendar]
    late = plan.centres[0].habits.late_days
    assert late == (19, 20)
    for number in late:
        assert not files[days[number]]
        assert files[days[number + LATE_BY]] == {days[number], days[number + LATE_BY]}
    assert files[days[0]] == {days[0]}


def test_the_refused_try_again_and_some_come_to_the_hall() -> None:
    world = usual("clean")
    refused = pd.DataFrame([(one.applicant_id, day.day) for day in world.days for one in day.refused])
    assert refused.duplicated().sum() > 50
    walked = innocent(world).query("channel == 'onsite'")[["applicant_id", "service_day"]]
    assert len(walked.merge(refused.drop_duplicates(), left_on=["applicant_id", "service_day"], right_on=[0, 1])) > 20


def test_people_queue_before_the_doors_open() -> None:
    at_the_doors = innocent(usual("daoli")).query("channel == 'onsite'")
    first = clock(at_the_doors["created_at"])
    assert ((first >= 8.45) & (first < 8.75)).mean() > 0.6


def test_citizens_come_back_over_the_months() -> None:
    days = usual("daoli").bookings.groupby("applicant_id")["service_day"]
    assert days.nunique().max() >= 2


@settings(max_examples=50, deadline=None, derandomize=True)
@given(skew=st.integers(0, 300), seed=st.integers(0, 2**31), waited=st.lists(st.integers(0, 600), min_size=1))
def test_no_clock_runs_ahead_by_more_than_the_slack(skew: int, seed: int, waited: list[int]) -> None:
    bookings = [_called(number, wait) for number, wait in enumerate(waited)]
    set_clocks(np.random.default_rng(seed), Habits(skew_s=skew), bookings)
    for booking, wait in zip(bookings, waited, strict=True):
        checked_in, called = booking.checked_in_at or 0, booking.called_at or 0
        assert checked_in <= called + SLACK_S
        assert abs(called - checked_in - wait) <= 1.25 * skew
        assert (booking.served_to or 0) - (booking.served_from or 0) == 300


def _called(number: int, waited: int) -> Booking:
    """A booking that was called after so many seconds and served for five minutes."""
    person = Person(f"P{number}", 1980, Contact(), None)
    booking = Booking("C01", "BX", pd.Timestamp("2026-01-05").date(), person, Contact(), "onsite", 1000 * number)
    booking.checked_in_at = 1000 * number
    booking.called_at = booking.served_from = 1000 * number + waited
    booking.served_to, booking.window_id = 1000 * number + waited + 300, f"W{number % 3}"
    return booking


# --- what is planted does not stand apart in any single figure


def test_innocent_calls_pass_as_many_as_planted_ones() -> None:
    jumps = planted(with_ring("overtake"))["passed"]
    lawful = pd.concat([innocent(usual("clean")), innocent(with_outage())])["passed"]
    assert lawful.max() >= jumps.quantile(0.75)
    assert (lawful >= jumps.min()).sum() > len(jumps)


def test_innocent_slots_are_taken_as_fast_as_handed_over_ones() -> None:
    handed = rebooked(planted(with_ring("hoard")))["free_s"]
    lawful = rebooked(innocent(usual("clean")))["free_s"]
    assert (lawful <= handed.max()).sum() > len(handed) / 4


def test_innocent_staff_bookings_are_as_late_as_inserts() -> None:
    def ahead(frame: pd.DataFrame) -> pd.Series:
        return (frame["checked_in_at"] - frame["created_at"])[frame["channel"] == "staff"]

    lawful = ahead(innocent(usual("clean")))
    assert (lawful <= ahead(planted(with_ring("insert"))).median()).sum() > 20


def test_innocent_calls_come_before_opening_and_after_closing() -> None:
    called = clock(innocent(of_plan(presets()["clean"].plan(None, 3, 20)))["called_at"].dropna())
    assert (called < 9).sum() > 20
    assert (called > 17).sum() > 3


def test_names_are_unique() -> None:
    assert not usual("city").bookings.duplicated(KEY).any()
