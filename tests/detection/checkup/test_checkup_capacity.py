"""Capacity by hand, its laws, and beside the worlds' truth."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detection.checkup.capacity import Capacity, capacity
from detection.checkup.checkup import check_up
from tests.detection.checkup.checkup_support import Known, days, gaps, services, windows


def able(**parts: object) -> Capacity:
    found = capacity(**parts)  # type: ignore[arg-type]
    assert isinstance(found, Capacity), found
    return found


def test_by_hand_cycles_of_ten_minutes_over_two_stretches_of_four_hours() -> None:
    """9 min of service and 1 min behind it: 24 an hour and a half... 4 h are 24 cycles, and half a one runs over."""
    of = days(10)
    found = able(services=services(of, {"A": 540}), gaps=gaps(of, 60), open_=windows(of, ("A",)), mix={"A": 1.0})
    assert found.per_day == pytest.approx(2 * (24 + 0.5))
    assert (found.low, found.high) == pytest.approx((found.per_day, found.per_day)), "no day differs from another"
    assert found.item_s == {"A": 540}
    assert found.gap_s == 60


def test_items_count_by_how_much_they_are_asked_for() -> None:
    """Items of 4 and 14 minutes, three of the first to one of the second: 6.5 minutes and 1 behind each."""
    of = days(10)
    found = able(
        services=services(of, {"A": 240, "B": 840}),
        gaps=gaps(of, 60),
        open_=windows(of, ("A", "B"), hours=8, stretches=1),
        mix={"A": 3, "B": 1},
    )
    cycle, variance = 450.0, 0.75 * 0.25 * 600**2
    assert found.per_day == pytest.approx(8 * 3600 / cycle + (variance + cycle**2) / (2 * cycle**2))


def test_a_clerk_who_always_takes_longer_is_slower_by_that() -> None:
    of = days(20)
    slow = services(of, {"A": 600}, turns=100, clerk="slow").assign(log_s=100 * np.log(600))
    fast = services(of, {"A": 300}, turns=100, clerk="fast").assign(log_s=100 * np.log(300))
    both = pd.concat([slow, fast], ignore_index=True)
    at = {who: windows(of, ("A",)).assign(clerk_id=who) for who in ("slow", "fast")}
    per_day = {who: able(services=both, gaps=gaps(of, 1), open_=rows, mix={"A": 1}).per_day for who, rows in at.items()}
    assert per_day["fast"] / per_day["slow"] == pytest.approx(2, rel=0.05)


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"open_": windows(days(4), ("A",))}, "fewer than 5 days"),
        ({"gaps": gaps(days(10), 60, number=1)}, "hardly anybody waited"),
        ({"services": services(days(10), {"A": 60}).iloc[:0]}, "no service"),
        ({"open_": windows(days(10), ())}, "no service"),
        ({"open_": windows(days(10), ("A",)).iloc[:0]}, "fewer than 5 days"),
    ],
)
def test_what_cannot_be_said_is_said_so(parts: dict[str, object], why: str) -> None:
    of = days(10)
    whole = {
        "services": services(of, {"A": 540}),
        "gaps": gaps(of, 60),
        "open_": windows(of, ("A",)),
        "mix": {"A": 1.0},
    }
    found = capacity(**(whole | parts))  # type: ignore[arg-type]
    assert isinstance(found, str)
    assert why in found


@settings(deadline=None, derandomize=True, max_examples=25)
@given(
    lengths=st.dictionaries(st.sampled_from("ABC"), st.floats(60, 3000), min_size=1),
    gap=st.floats(1, 300),
    hours=st.floats(0.5, 10),
    count=st.integers(1, 5),
)
def test_laws(lengths: dict[str, float], gap: float, hours: float, count: int) -> None:
    """More windows serve as many times more; longer services or gaps fewer; the order of rows says nothing."""
    of, items = days(6), tuple(sorted(lengths))
    parts = {
        "services": services(of, lengths),
        "gaps": gaps(of, gap),
        "open_": windows(of, items, hours=hours),
        "mix": dict.fromkeys(items, 1.0),
    }
    found = able(**parts)
    assert found.low <= found.per_day * (1 + 1e-9)
    assert found.high >= found.per_day * (1 - 1e-9)
    more = able(**parts | {"open_": windows(of, items, hours=hours, count=count)})
    assert more.per_day == pytest.approx(count * found.per_day)
    assert able(**parts | {"gaps": gaps(of, gap + 60)}).per_day < found.per_day
    longer = services(of, {item: length * 1.5 for item, length in lengths.items()})
    assert able(**parts | {"services": longer}).per_day < found.per_day
    shuffled = {name: rows.iloc[::-1] for name, rows in parts.items() if isinstance(rows, pd.DataFrame)}
    assert able(**parts | shuffled).per_day == pytest.approx(found.per_day)


@pytest.mark.parametrize("world", ["daoli", "city"])
def test_beside_the_truth(world: str, request: pytest.FixtureRequest) -> None:
    known: Known = request.getfixturevalue(world)
    for one in check_up(known.home, known.first, known.last):
        assert one.capacity is not None
        assert one.capacity.per_day == pytest.approx(known.capacity[one.centre_id], rel=0.05)
