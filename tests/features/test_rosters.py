"""Rosters: which calls were made while the same windows were on shift for their queue."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from data.lake import Lake
from data.tables import LAKE
from features.engine import engine
from features.night import Night
from features.queues.rosters import rostered
from tests.features.hall_support import DAY, booking, home_of, other

CALLS = ("09:00", "09:29", "09:30", "10:00", "17:00")


def shift(opens: str, closes: str, window: str = "W1", services: str = "", clerk: str = "A") -> dict[str, str]:
    cells = {"window_id": window, "opens_at": opens, "closes_at": closes, "services": services}
    return other("shifts", centre_id="north", clerk_id=clerk, **cells)


def rosters(folder: Path, shifts: list[dict[str, str]]) -> list[int | None]:
    """Those of calls at `CALLS`, and of a booking that nobody called."""
    rows = [booking(f"b{place}", called_at=at) for place, at in enumerate((*CALLS, ""))]
    with engine(home_of(folder, rows, others={"shifts": shifts})) as running:
        night = Night(DAY, running)
        found = running.arrow(rostered(night).select("booking_id", "roster").order_by("booking_id"))
    return found["roster"].to_pylist()


@pytest.mark.parametrize(
    ("shifts", "expected"),
    [
        ([], [0, 0, 0, 0, 0]),
        ([shift("09:00", "17:00")], [1, 1, 1, 1, 2]),
        ([shift("08:00", "09:30"), shift("09:30", "17:30", clerk="B")], [1, 1, 2, 2, 2]),
        ([shift("08:00", "09:30"), shift("08:00", "10:00", "W2")], [1, 1, 2, 3, 3]),
        (
            [shift("08:00", "09:30", "W1", "card|pension"), shift("08:00", "10:00", "W2", "pension")],
            [1, 1, 2, 2, 2],
        ),
        ([shift("2026-03-01 22:00", "09:30")], [1, 1, 2, 2, 2]),
        ([shift("08:00", "09:28"), shift("09:28", "17:30")], [1, 1, 1, 1, 1]),
        ([shift("08:00", "09:33:20"), shift("08:01", "09:34", "W2")], [1, 1, 2, 2, 2]),
    ],
    ids=[
        "no shifts",
        "one shift",
        "relieved",
        "one leaves",
        "another queue's do not count",
        "of the evening before",
        "written in two rows",
        "within five minutes",
    ],
)
def test_a_roster_counts_the_changes_of_shift_before_the_call(tmp_path, shifts, expected):
    assert rosters(tmp_path, shifts) == [*expected, None]


def test_a_hundred_thousand_shifts_are_told_to_five_minutes(tmp_path):
    home, size = home_of(tmp_path, [booking("b", called_at="12:00")]), 100_000
    opens = np.datetime64(DAY, "us") + np.arange(size) * np.timedelta64(86_400_000_000 // size, "us")
    rows = {"opens_at": opens, "closes_at": opens + np.timedelta64(10, "m"), "row_number": np.arange(size)}
    texts = {"centre_id": "north", "window_id": "W1", "source": "s", "file": "f"}
    columns = {name: pa.array(values) for name, values in rows.items()}
    columns["clerk_id"] = pa.array(np.arange(size)).cast(pa.string())
    columns |= {name: pa.repeat(text, size) for name, text in texts.items()}
    columns |= {"day": pa.repeat(pa.scalar(DAY), size), "services": pa.nulls(size, pa.list_(pa.string()))}
    schema = LAKE["shifts"].schema
    shifts = pa.table([columns[field.name].cast(field.type) for field in schema], schema=schema)
    Lake.of(home).replace_day("shifts", DAY, shifts)
    with engine(home) as running:
        night = Night(DAY, running)
        found = running.arrow(rostered(night).select("roster"))
    assert found["roster"].to_pylist() == [145]
