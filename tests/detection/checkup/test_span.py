"""Only days of which something is stored are read."""

from datetime import date
from pathlib import Path

import pytest

from data.engine import engine
from data.home import Home
from data.lake import Lake
from detection.checkup.facts.span import DAYS_AT_ONCE, spans
from tests.detection.cases_support import rows_of

FIRST, LAST = date(1976, 1, 1), date(2025, 12, 31)


def asked(home: Home) -> list[tuple[date, date]]:
    with engine(home) as connection:
        return [(span.first, span.last) for span in spans(home, connection, FIRST, LAST)]


def test_of_fifty_years_only_the_stretches_with_rows(tmp_path: Path) -> None:
    home = Home.create(tmp_path)
    lake = Lake.of(home)
    assert asked(home) == [(FIRST, date(1976, 1, DAYS_AT_ONCE))]
    early, late = date(1976, 2, 1), LAST
    lake.replace_day(
        "bookings", late, rows_of("bookings", [{"service_day": late, "centre_id": "C", "booking_id": "b"}])
    )
    lake.replace_day(
        "quotas", early, rows_of("quotas", [{"service_day": early, "centre_id": "C", "released_slots": 60}])
    )
    ((first, last), (last_first, last_last)) = asked(home)
    assert first <= early <= last
    assert last_first <= late == last_last


@pytest.mark.parametrize("days", [1, DAYS_AT_ONCE, DAYS_AT_ONCE + 1])
def test_stretches_meet_and_end_with_the_period(tmp_path: Path, days: int) -> None:
    home = Home.create(tmp_path)
    every = [date(2026, 1, 1).fromordinal(date(2026, 1, 1).toordinal() + ago) for ago in range(days)]
    rows = [{"service_day": day, "centre_id": "C", "booking_id": "b"} for day in every]
    Lake.of(home).replace_days("bookings", every, rows_of("bookings", rows))
    with engine(home) as connection:
        found = spans(home, connection, every[0], every[-1])
    read = [date.fromordinal(n) for s in found for n in range(s.first.toordinal(), s.last.toordinal() + 1)]
    assert read == every
