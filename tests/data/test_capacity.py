"""The stated capacity is what a hall serves in which somebody always waits."""

from dataclasses import replace
from datetime import date
from statistics import mean

import numpy as np
import pytest

from data.worlds.capacity import capacity_per_day
from data.worlds.hall import Hall
from data.worlds.people import Contact, Person
from data.worlds.plan import Centre, Habits
from data.worlds.presets import presets
from data.worlds.records import Booking
from data.worlds.roster import roster

DAY, ALWAYS_WAITING, DAYS = date(2026, 1, 5), 3, 60


def served(centre: Centre, seed: int) -> int:
    """People served on a day on which three times as many as possible stand there from the start."""
    rng = np.random.default_rng(seed)
    clerks = tuple(replace(clerk, starts_early_s=0) for clerk in centre.clerks)
    centre = replace(centre, habits=Habits(), clerks=clerks)
    quotas = np.array([service.quota for service in centre.services])
    many = int(ALWAYS_WAITING * capacity_per_day(centre))
    codes = rng.choice([service.code for service in centre.services], many, p=quotas / quotas.sum())
    person = Person("P", 1980, Contact(), None)
    bookings = [
        Booking(centre.centre_id, str(code), DAY, person, Contact(), "onsite", place, arrives_at=place)
        for place, code in enumerate(codes)
    ]
    Hall(rng, centre, DAY, roster(centre, seed % 20, DAY), None).run(bookings)
    return sum(booking.status == "served" for booking in bookings)


@pytest.mark.parametrize("name", ["small", "city", "daoli"])
def test_a_saturated_hall_serves_its_capacity(name: str) -> None:
    centre = presets()[name].plan(None, 1, 5).centres[0]
    assert mean(served(centre, seed) for seed in range(DAYS)) == pytest.approx(capacity_per_day(centre), rel=0.02)


def test_the_founding_case_can_serve_120() -> None:
    centre = presets()["daoli"].plan().centres[0]
    assert capacity_per_day(centre) == pytest.approx(120, abs=0.5)
    assert sum(service.quota for service in centre.services) == 60


@pytest.mark.parametrize("name", ["city", "camouflaged", "lone", "clean"])
def test_who_does_not_withhold_releases_most_of_it(name: str) -> None:
    for centre in presets()[name].plan().centres:
        given = sum(service.quota for service in centre.services) + centre.walk_in_tickets
        assert (given / capacity_per_day(centre) < 0.75) == centre.withholds
