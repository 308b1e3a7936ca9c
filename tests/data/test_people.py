"""The people of a world: invented identifiers, drawn without repetition, on a calendar of working days."""

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from data.worlds.clock import iso, working_days
from data.worlds.people import Population, right_check_character


@settings(max_examples=8, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**31), centre=st.integers(0, 48))
def test_identifiers_are_invented(seed: int, centre: int) -> None:
    population = Population(seed, centre, 150, year=2026)
    ids = [person.applicant_id for person in population.people]
    assert len(set(ids)) == len(ids)
    for person in population.people:
        assert len(person.applicant_id) == 18
        assert person.applicant_id.startswith(f"000000{person.birth_year}")
        assert person.applicant_id[17] != right_check_character(person.applicant_id[:17])
        assert (person.standing == "elderly") == (person.birth_year <= 1956)
        phone, ip = person.contact.phone, person.contact.ip
        assert phone
        assert phone.startswith("1990")
        assert len(phone) == 11
        assert ip
        assert ip.startswith(("203.0.113.", "198.51.100."))


def test_people_drawn_are_different_and_none_of_those_barred() -> None:
    population = Population(1, 0, 60, year=2026)
    barred = {person.applicant_id for person in population.people[:20]}
    drawn = population.draw(np.random.default_rng(0), 40, but=barred)
    assert len({person.applicant_id for person in drawn}) == 40
    assert not barred & {person.applicant_id for person in drawn}


def test_the_calendar_skips_weekends() -> None:
    assert working_days(date(2026, 3, 6), 3) == [date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 10)]
    assert iso(0) == "1970-01-01T08:00:00+08:00"
