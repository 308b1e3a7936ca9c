"""The foreign city against the contract's rules, and against what it promises of itself."""

from itertools import pairwise

import pandas as pd
import pytest

from benchmarks.foreign.tables import SCHEMAS, Rows
from benchmarks.foreign.world import build


def table(rows: Rows, name: str) -> pd.DataFrame:
    return pd.DataFrame(rows[name], columns=SCHEMAS[name].names)


@pytest.mark.parametrize("variant", ["mixed", "nothing"])
def test_its_bookings_keep_the_contracts_rules(variant: str) -> None:
    rows = build(3, variant, 6, 3)
    bookings, truth = table(rows, "bookings"), table(rows, "truth")
    assert not bookings.duplicated(["centre_id", "booking_id"]).any()
    steps = ["checked_in_at", "called_at", "served_from", "served_to"]
    for order in (["created_at", "cancelled_at"], ["missed_at", "called_at"], steps):
        for before, after in pairwise(order):
            both = bookings[[before, after]].dropna()
            assert (both[before] <= both[after]).all(), (before, after)
    assert bookings.loc[bookings["status"] == "cancelled", "cancelled_at"].notna().all()
    assert set(bookings["channel"]) <= {"online", "phone", "onsite", "staff"}
    assert truth.empty == (variant == "nothing")
    assert len(truth.merge(bookings, on=["centre_id", "booking_id"])) == len(truth)


def test_ordinary_life_does_not_depend_on_what_is_planted() -> None:
    people = [set(table(build(3, variant, 2, 2), "bookings")["applicant_id"]) for variant in ("mixed", "nothing")]
    assert len(people[0] & people[1]) > len(people[1]) * 0.9


def test_a_seed_is_a_city() -> None:
    first, again, other = (build(seed, "mixed", 2, 2) for seed in (5, 5, 6))
    assert first == again
    assert first["bookings"] != other["bookings"]
