"""Rosters: which calls were made while the same windows were on shift for their queue."""

from pathlib import Path

import pytest

from features.engine import engine
from features.night import Night
from features.queues.rosters import rostered
from tests.features.hall_support import DAY, booking, home_of, other

CALLS = ("09:00", "09:29", "09:30", "10:00", "17:00")


def shift(opens: str, closes: str, window: str = "W1", services: str = "") -> dict[str, str]:
    cells = {"window_id": window, "opens_at": opens, "closes_at": closes, "services": services}
    return other("shifts", centre_id="north", clerk_id="A", **cells)


def rosters(folder: Path, shifts: list[dict[str, str]]) -> list[int | None]:
    """Those of calls at `CALLS`, and of a booking that nobody called."""
    rows = [booking(f"b{place}", called_at=at) for place, at in enumerate((*CALLS, ""))]
    with engine(home_of(folder, rows, others={"shifts": shifts})) as running:
        night = Night(DAY, running)
        found = running.arrow(rostered(night, night.bookings).select("booking_id", "roster").order_by("booking_id"))
    return found["roster"].to_pylist()


@pytest.mark.parametrize(
    ("shifts", "expected"),
    [
        ([], [0, 0, 0, 0, 0]),
        ([shift("09:00", "17:00")], [1, 1, 1, 1, 2]),
        ([shift("08:00", "09:30"), shift("09:30", "17:30")], [1, 1, 2, 2, 2]),
        ([shift("08:00", "09:30"), shift("08:00", "10:00", "W2")], [1, 1, 2, 3, 3]),
        (
            [shift("08:00", "09:30", "W1", "card|pension"), shift("08:00", "10:00", "W2", "pension")],
            [1, 1, 2, 2, 2],
        ),
        ([shift("2026-03-01 22:00", "09:30")], [1, 1, 2, 2, 2]),
    ],
    ids=["no shifts", "one shift", "relieved", "one leaves", "another queue's do not count", "of the evening before"],
)
def test_a_roster_counts_the_changes_of_shift_before_the_call(tmp_path, shifts, expected):
    assert rosters(tmp_path, shifts) == [*expected, None]
