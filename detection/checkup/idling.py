"""Windows that stood open and empty while people were turned away."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from detection.checkup.capacity import Capacity

#: a window that has nobody for longer than this before it closes has finished early (s)
EARLY_S = 30 * 60


@dataclass(frozen=True)
class Idling:
    """Over the days on which people were turned away: their number, minutes of windows open and empty, how many people
    more they would have served at the usual mix, and of all window-days the share that finished early, with the mean
    number of minutes by which they did."""

    days: int
    minutes: float
    people: float
    finished_early: float
    minutes_early: float


def window_days(open_: pd.DataFrame, found: Capacity) -> pd.DataFrame:
    """One row a window and day, from `opening`: seconds `open_s`, `busy_s` and `idle_s`, `closes`, `last_end`, `turns`.

    Busy is from call to end; what usually lies between two services while somebody waits is neither busy nor idle.
    """
    rows = open_.assign(open_s=open_["closes"] - open_["opens"])
    found_days = rows.groupby(["service_day", "window_id"], as_index=False).agg(
        items=("items", "first"),
        open_s=("open_s", "sum"),
        busy_s=("busy_s", "sum"),
        turns=("turns", "sum"),
        closes=("closes", "max"),
        last_end=("last_end", "max"),
    )
    idle = found_days["open_s"] - found_days["busy_s"] - found_days["turns"] * found.gap_s
    return found_days.assign(idle_s=idle.clip(lower=0))


def idling(windows: pd.DataFrame, turned_away: Collection[object], found: Capacity) -> Idling | None:
    """What stood idle on the days `turned_away`; null where there is none. `windows`: from `window_days`."""
    rows = windows[windows["service_day"].isin(list(turned_away))]
    if rows.empty:
        return None
    cycle = rows["items"].map({pool.items: pool.cycle_s for pool in found.pools})
    left = (rows["closes"] - rows["last_end"])[rows["last_end"].notna()]
    early = left[left > EARLY_S]
    return Idling(
        days=int(rows["service_day"].nunique()),
        minutes=float(rows["idle_s"].sum() / 60),
        people=float((rows["idle_s"] / cycle).sum()),
        finished_early=len(early) / len(left) if len(left) else 0.0,
        minutes_early=float(early.mean() / 60) if len(early) else 0.0,
    )
