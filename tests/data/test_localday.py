"""Local days: what the zone's calendar showed, for every instant that a log may hold."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.localday import local_days

ZONES = ["Asia/Shanghai", "Europe/Warsaw", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]


def instants(*values: datetime) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, pa.timestamp("us", "UTC"))])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(st.datetimes(datetime(1980, 1, 1), datetime(2099, 12, 31)), max_size=20),  # noqa: DTZ001 # made UTC below
    st.sampled_from(ZONES),
)
def test_it_is_the_day_on_the_zones_calendar(moments: list[datetime], zone: str) -> None:
    utc = [moment.replace(tzinfo=UTC) for moment in moments]
    assert local_days(instants(*utc), zone).to_pylist() == [one.astimezone(ZoneInfo(zone)).date() for one in utc]


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        ("2026-03-01T15:59:59.999999+00:00", "Asia/Shanghai", "2026-03-01"),
        ("2026-03-01T16:00:00+00:00", "Asia/Shanghai", "2026-03-02"),
        ("1979-12-31T23:59:59+00:00", "UTC", "1979-12-31"),
        ("1969-12-31T23:59:59.999999+00:00", "UTC", "1969-12-31"),
        ("2011-12-30T09:59:59+00:00", "Pacific/Apia", "2011-12-29"),
        ("2011-12-30T10:00:00+00:00", "Pacific/Apia", "2011-12-31"),  # the 30th never was
    ],
)
def test_at_the_edges_of_days(instant: str, zone: str, day: str) -> None:
    assert local_days(instants(datetime.fromisoformat(instant)), zone).to_pylist() == [date.fromisoformat(day)]
