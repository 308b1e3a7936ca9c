"""Check-ups of whole weeks and months, as the scheduler makes them."""

from datetime import date, timedelta
from typing import Any, Literal

from data.home import Home
from detection.checkup.checkup import check_up, store
from detection.checkup.report.page import page
from inturn.output import write_bytes

Period = Literal["week", "month"]
#: in the home: a page a period
REPORTS = "reports"


def days_of(period: Period, day: date) -> tuple[date, date]:
    """First and last day of the week (from Monday) or the calendar month that a day lies in."""
    if period == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def checkup_period(home: Home, period: Period, day: date) -> dict[str, Any]:
    """Check every centre over the week or month of a day; into `checkups`, and as a page into `reports/`."""
    first, last = days_of(period, day)
    found = check_up(home, first, last)
    with home.writing(f"the check-up of {first} to {last}"):
        store(home, found)
        if found:
            place = home.path(REPORTS, f"checkup-{first}-{last}.html")
            place.parent.mkdir(exist_ok=True)
            write_bytes(page(found).encode(), place)
    return {"centres": len(found), "withheld": sum(one.verdict == "withheld" for one in found)}
