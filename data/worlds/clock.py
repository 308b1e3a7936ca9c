"""Instants of a world: whole seconds since 1970-01-01 UTC, so that a simulation compares integers."""

from datetime import date, datetime, timedelta, timezone

#: China has one zone and no summer time (State Council, since 1992), so an offset is enough
ZONE = timezone(timedelta(hours=8))

MINUTE = 60  # s
HOUR = 3600  # s
DAY = 86400  # s
SATURDAY = 5  # date.weekday()


def instant(day: date, clock: str = "00:00") -> int:
    """The second at which the wall clock of the world's zone shows `clock` ("HH:MM") on `day`.

    >>> iso(instant(date(2026, 3, 2), "09:00"))
    '2026-03-02T09:00:00+08:00'
    """
    hour, minute = map(int, clock.split(":"))
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).timestamp())


def iso(second: int) -> str:
    """The instant as ISO 8601 with the zone's offset."""
    return datetime.fromtimestamp(second, ZONE).isoformat()


def working_days(first: date, count: int) -> list[date]:
    """The first `count` days from `first` on that are neither Saturday nor Sunday."""
    days: list[date] = []
    day = first
    while len(days) < count:
        if day.weekday() < SATURDAY:
            days.append(day)
        day += timedelta(days=1)
    return days
