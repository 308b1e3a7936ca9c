"""What a centre lets in beside what it could serve, and whether anybody was turned away."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t

from detection.checkup.capacity import Capacity, Reals, freedom, interval

#: a hall that plans with 85 % of what it can serve keeps waits short (`recommending.py`), and nobody can be blamed for
#: being careful by another eighth: what is below three quarters is withheld, if people were turned away meanwhile
LEAST_SHARE = 0.75
#: somebody was turned away on a day on which so many attempts for each released slot found none, and at least one
TURNED_AWAY = 0.02
#: all is gone where so large a part of the released slots was taken
GONE = 0.98
#: people were turned away on at least this share of the days
MOST_DAYS = 0.5
#: days with released slots below which no verdict is given: two weeks
FEWEST_DAYS = 10
#: more released slots than so many times what could be served are no count of slots, and would hide what is withheld
OUTLANDISH = 20


@dataclass(frozen=True)
class Balance:
    """Means a day over the days of the capacity that have a quota.

    `released`: slots; `usable`: those of them whose holder comes, at the centre's own rate; `walk_ins`: people let in
    without a slot; `served`; `share`: usable slots and walk-ins over capacity, with its 95 % interval;
    `released_share`, `served_share`: slots and people served over capacity; `p`: of the share's being `LEAST_SHARE` or
    more; `pressed`: the share of days on which people were turned away or nothing was left; `refused`: attempts that
    found no slot (null: none delivered).
    """

    days: int
    released: float
    usable: float
    walk_ins: float
    served: float
    refused: float | None
    share: float
    share_low: float
    share_high: float
    released_share: float
    served_share: float
    p: float
    pressed: float

    @property
    def is_pressed(self) -> bool:
        """Whether more people asked than were let in."""
        return self.pressed >= MOST_DAYS


def by_day(bookings: pd.DataFrame, quotas: pd.DataFrame, refusals: pd.DataFrame) -> pd.DataFrame:
    """One row a day of one centre: `bookings`, `served`, `taken`, `kept`, `walk_ins`, `early`; `released`, null: no
    quota was delivered for the day; `refused`: attempts, null: no refusals were delivered for the period."""
    days = bookings.groupby("service_day")[["bookings", "served", "taken", "kept", "walk_ins", "early"]].sum()
    days["released"] = quotas.groupby("service_day")["released"].sum().reindex(days.index)
    attempts = refusals.groupby("service_day")["attempts"].sum()
    days["refused"] = attempts.reindex(days.index, fill_value=0) if len(attempts) else np.nan
    return days.sort_index()


def balance(days: pd.DataFrame, found: Capacity) -> Balance | str:
    """The balance of one centre, or why none can be drawn; `days`: from `by_day`."""
    known = days.reindex(list(found.days))
    with_quota = known["released"].notna().to_numpy()
    if not with_quota.any():
        return "no quotas delivered"
    if with_quota.sum() < FEWEST_DAYS:
        return f"fewer than {FEWEST_DAYS} days with released slots and service"
    known = known[with_quota]
    if known["released"].mean() > OUTLANDISH * found.per_day:
        return f"released slots that cannot be, more than {OUTLANDISH} times what could be served"
    weights = np.vstack([np.ones(with_quota.sum()), found.drawn[:, with_quota]])
    weights = weights[weights.sum(1) > 0]
    sums = weights @ known[["released", "taken", "kept", "walk_ins", "served"]].to_numpy(float)
    number = weights.sum(1)
    released, taken, kept, walk_ins, served = (sums[:, place] / number for place in range(5))
    usable = released * np.minimum(kept / np.where(taken > 0, taken, np.nan), 1)
    usable = np.where(np.isnan(usable), released, usable)  # nobody took any: all would have been kept
    able = np.concatenate([[found.per_day], found.draws])[: usable.size]
    share = (usable + walk_ins) / able
    low, high = interval(float(share[0]), share[1:], len(known))
    refused = known["refused"].mean()
    return Balance(
        days=len(known),
        released=float(released[0]),
        usable=float(usable[0]),
        walk_ins=float(walk_ins[0]),
        served=float(served[0]),
        refused=None if np.isnan(refused) else float(refused),
        share=float(share[0]),
        share_low=max(low, 0.0),
        share_high=high,
        released_share=float(released[0] / able[0]),
        served_share=float(served[0] / able[0]),
        p=_p(share, len(known)),
        pressed=float(_pressed(known).mean()),
    )


def _p(share: Reals, days: int) -> float:
    """How likely so low a share is where the true one is `LEAST_SHARE`."""
    spread = max(float(share[1:].std()), 1e-6)
    return float(t.cdf((share[0] - LEAST_SHARE) / spread, freedom(days)))


def _pressed(days: pd.DataFrame) -> "pd.Series[bool]":
    gone = days["taken"] >= GONE * days["released"]
    return gone | (days["refused"] >= np.maximum(TURNED_AWAY * days["released"], 1))
