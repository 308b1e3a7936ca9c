"""What a home holds, for sentences that say what to do next."""

from data.lake import Lake


def days_held(lake: Lake) -> str:
    """Which days there are bookings for."""
    days = lake.days("bookings")
    if not days:
        return "The home holds no bookings yet: inturn ingest SOURCE."
    return f"The home holds bookings for {min(days)} to {max(days)}."


def none_on(days: str, lake: Lake) -> str:
    """That nothing was assessed on `days`, since there are no bookings."""
    return f"Without any booking, so not assessed: {days}. {days_held(lake)}"
