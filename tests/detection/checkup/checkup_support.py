"""Days of a hall from a few numbers, in the shape of the facts."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from data.home import Home
from detection.checkup.balance import Balance
from detection.checkup.capacity import Capacity, capacity

FIRST = date(2026, 3, 2)


@dataclass(frozen=True)
class Known:
    """A home, its days, and what each centre can truly serve."""

    home: Home
    first: date
    last: date
    capacity: dict[str, float]


def days(number: int) -> list[date]:
    return [FIRST + timedelta(days=7 * (n // 5) + n % 5) for n in range(number)]


def services(of: list[date], lengths: dict[str, float], turns: int = 40, clerk: str = "K1") -> pd.DataFrame:
    """Each day so many services of each item, all of the same length (s)."""
    return pd.DataFrame(
        [
            {"service_day": day, "service_code": item, "clerk_id": clerk, "turns": turns, "s": turns * length,
             "ss": turns * length**2, "log_s": 0.0}
            for day in of
            for item, length in lengths.items()
        ]
    )  # fmt: skip


def gaps(of: list[date], length: float, number: int = 30) -> pd.DataFrame:
    return pd.DataFrame(
        [{"service_day": day, "gaps": number, "s": number * length, "ss": number * length**2} for day in of]
    )


def windows(
    of: list[date], items: tuple[str, ...], hours: float = 4.0, stretches: int = 2, count: int = 1
) -> pd.DataFrame:
    """Each day windows that are open for some stretches of so many hours, from nine."""
    return pd.DataFrame(
        [
            {"service_day": day, "window_id": f"W{window}", "clerk_id": "K1", "items": items,
             "opens": 32400.0 + 3600 * (hours + 1) * place, "closes": 32400.0 + 3600 * ((hours + 1) * place + hours),
             "place": place + 1, "busy_s": 0.0, "turns": 0, "last_end": float("nan")}
            for day in of
            for window in range(count)
            for place in range(stretches)
        ]
    )  # fmt: skip


def hundred(number: int = 20) -> Capacity:
    """About 100 people a day: 98 and what runs over."""
    of = days(number)
    found = capacity(services(of, {"A": 540}), gaps(of, 60), windows(of, ("A",), count=2), {"A": 1.0})
    assert isinstance(found, Capacity)
    return found


def log(number: int = 20, **each: float) -> pd.DataFrame:
    row = {
        "bookings": 60,
        "served": 58,
        "taken": 60,
        "kept": 60,
        "walk_ins": 0,
        "early": 0,
        "released": 60,
        "refused": 5,
    }
    return pd.DataFrame([row | each] * number, index=pd.Index(days(number), name="service_day"))


def drawn(found: Balance | str) -> Balance:
    assert isinstance(found, Balance), found
    return found
