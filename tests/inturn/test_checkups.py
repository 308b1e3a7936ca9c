"""The weeks and months that the scheduler checks."""

from datetime import date

import pytest

from inturn.checkups import Period, days_of


@pytest.mark.parametrize(
    ("period", "day", "first", "last"),
    [
        ("week", date(2026, 3, 1), date(2026, 2, 23), date(2026, 3, 1)),
        ("week", date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 8)),
        ("month", date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        ("month", date(2028, 2, 1), date(2028, 2, 1), date(2028, 2, 29)),
        ("month", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_goes_from_its_first_day_to_its_last(period: Period, day: date, first: date, last: date) -> None:
    assert days_of(period, day) == (first, last)
