"""When windows are open, from a roster and without one."""

import numpy as np
import pandas as pd
import pytest

from detection.checkup.opening import on_paper, opening
from tests.detection.checkup.checkup_support import days

NINE, NOON, ONE, FIVE = 9 * 3600.0, 12 * 3600.0, 13 * 3600.0, 17 * 3600.0


def roster(closes: list[float], turns: int = 10, items: object = None, window: str = "W1") -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"service_day": day, "window_id": window, "clerk_id": "K1", "items": items, "opens": NINE, "closes": close,
             "place": 1, "busy_s": 60.0, "turns": turns, "last_end": close - 600}
            for day, close in zip(days(len(closes)), closes, strict=True)
        ]
    )  # fmt: skip


def seen(number: int = 1, **more: object) -> pd.DataFrame:
    row = {"window_id": "W1", "clerk_id": "K1", "first_call": NINE, "last_end": FIVE, "pause_from": np.nan,
           "pause_to": np.nan, "turns": 5, "busy_s": 300.0, "items": ["B", "A"]}  # fmt: skip
    return pd.DataFrame([{"service_day": day, **row, **more} for day in days(number)])


def test_overtime_adds_nothing_to_the_hours_and_an_early_closing_takes_off() -> None:
    """Most often it closes at five; signed off at 17:20 is five too, closed at noon is noon."""
    found = opening(roster([FIVE, FIVE, FIVE + 1200, NOON]), seen())
    assert list(found["closes"]) == [FIVE, FIVE, FIVE, NOON]
    assert set(found["opens"]) == {NINE}


@pytest.mark.parametrize(("items", "expected"), [(["B", "A"], ("A", "B")), (None, ("A", "B")), ([], ("A", "B"))])
def test_items_are_those_of_the_roster_or_else_those_seen(items: object, expected: tuple[str, ...]) -> None:
    assert opening(roster([FIVE], items=items), seen())["items"].iloc[0] == expected


def test_a_window_that_hardly_ever_serves_is_on_paper_only() -> None:
    both = pd.concat([roster([FIVE] * 10), roster([FIVE] * 10, turns=0, window="W2")])
    assert on_paper(both) == ["W2"]
    assert set(opening(both, seen())["window_id"]) == {"W1"}


def test_without_a_roster_a_window_is_open_from_the_usual_first_call_to_the_usual_last_end_but_for_lunch() -> None:
    found = opening(roster([]), seen(4, pause_from=NOON, pause_to=ONE))
    assert len(found) == 8
    assert (found["closes"] - found["opens"]).groupby(found["service_day"]).sum().unique() == pytest.approx([7 * 3600])
    assert found["turns"].sum() == 4 * 5, "what was done is told once"


def test_nothing_seen_and_no_roster_is_no_window() -> None:
    assert opening(roster([]), seen(0)).empty


def test_no_stretch_is_no_window_on_paper() -> None:
    assert on_paper(roster([])) == []
