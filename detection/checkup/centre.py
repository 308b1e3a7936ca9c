"""One centre over a period: all that its check-up found, before it is compared with others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from detection.checkup.balance import Balance, balance, by_day
from detection.checkup.capacity import Capacity, capacity
from detection.checkup.complaining import Complaints, complaints
from detection.checkup.demanding import Demand, demand
from detection.checkup.displacing import Displaced, displaced
from detection.checkup.idling import Idling, idling, window_days
from detection.checkup.leaving_out import left_out
from detection.checkup.offquota import OffQuota, off_quota
from detection.checkup.opening import on_paper, opening
from detection.checkup.peering import Beside
from detection.checkup.recommending import Recommended, recommended
from detection.checkup.trending import Change, changes

Verdict = Literal["adequate", "withheld", "not_assessed"]
NO_ROSTER = "no shifts delivered: windows count as open when they were seen working"
#: the daily series that are watched for change
WATCHED = ("released", "served", "refused", "off_quota")


@dataclass(frozen=True)
class Checkup:
    """A centre's check-up. Where a part could not be assessed, `lacking` says why, by the name of the part.

    `days`: one row a day, as `balance.by_day` and `off_quota` bookings beyond the quota; `windows`: one row a window
    and day (`idling.window_days`); `occupation`: by window and half hour (number from midnight) the part of it for
    which it was busy, on the days on which it was open; `items`: one row an item; `releases`: one a release of slots
    (`facts.supplying.sold_out`); `received`: one a complaint (`complaining.received`); `q`: error-controlled
    p-value of the verdict.
    """

    centre_id: str
    from_day: date
    to_day: date
    days: pd.DataFrame
    windows: pd.DataFrame
    occupation: pd.DataFrame
    items: pd.DataFrame
    releases: pd.DataFrame
    received: pd.DataFrame
    left_out: Mapping[object, str]
    on_paper: tuple[str, ...]
    has_roster: bool
    capacity: Capacity | None
    balance: Balance | None
    idling: Idling | None
    demand: Demand
    complaints: Complaints | None
    off_quota: OffQuota | None
    changes: tuple[Change, ...]
    displaced: tuple[Displaced, ...]
    recommended: Recommended | None
    lacking: Mapping[str, str]
    beside: Beside | None = None
    q: float | None = None
    verdict: Verdict = "not_assessed"


@dataclass(frozen=True)
class Delivered:
    """Of what the whole period has some from any centre: without it nothing is said of that part."""

    complaints: bool
    nights: bool


def checked(
    centre: str,
    period: tuple[date, date],
    facts: Mapping[str, pd.DataFrame],
    received: pd.DataFrame,
    beyond: pd.DataFrame,
    delivered: Delivered,
) -> Checkup:
    """The check-up of one centre from its rows of the facts, of its complaints and of its bookings beyond the quota."""
    out = left_out(facts["soundness"], facts["bookings"])
    kept = {name: _without(rows, out) for name, rows in facts.items()}
    days = _days(kept, beyond, delivered)
    open_ = opening(kept["stretches"], kept["windows_seen"])
    lacking = _lacking(facts, delivered)
    estimate = capacity(kept["services"], kept["gaps"], open_, _mix(kept))
    able = None if isinstance(estimate, str) else estimate
    drawn = estimate if isinstance(estimate, str) else balance(days, estimate)
    now = None if isinstance(drawn, str) else drawn
    lacking |= {part: why for part, why in (("capacity", estimate), ("verdict", drawn)) if isinstance(why, str)}
    windows = window_days(open_, able) if able else pd.DataFrame()
    found = [change for name in WATCHED for change in changes(days[name], name)]
    released = None if "quotas" in lacking else [change for change in found if change.what == "released"]
    return Checkup(
        centre_id=centre,
        from_day=period[0],
        to_day=period[1],
        days=days,
        windows=windows,
        occupation=_occupation(facts["occupation"], open_),
        items=_items(kept, able),
        releases=kept["sold_out"],
        received=received,
        left_out=out,
        on_paper=tuple(on_paper(kept["stretches"])),
        has_roster="roster" not in lacking,
        capacity=able,
        balance=now,
        idling=idling(windows, days.index[days["refused"] > 0], able) if able and "refusals" not in lacking else None,
        demand=demand(days, kept["sold_out"], facts["seekers"]),
        complaints=complaints(received, released) if delivered.complaints else None,
        off_quota=off_quota(beyond) if delivered.nights else None,
        changes=tuple(sorted(found, key=lambda change: (change.day, change.what))),
        displaced=tuple(displaced(_by_typist(beyond, days))),
        recommended=recommended(able, now) if able and now else None,
        lacking=lacking,
    )


def _days(facts: Mapping[str, pd.DataFrame], beyond: pd.DataFrame, delivered: Delivered) -> pd.DataFrame:
    days = by_day(facts["bookings"], facts["quotas"], facts["refusals"])
    off_quota_a_day = beyond.groupby("service_day").size().reindex(days.index, fill_value=0)
    return days.assign(off_quota=off_quota_a_day if delivered.nights else np.nan)


def _lacking(facts: Mapping[str, pd.DataFrame], delivered: Delivered) -> dict[str, str]:
    parts = {
        "quotas": (len(facts["quotas"]) > 0, "no quotas delivered"),
        "refusals": (len(facts["refusals"]) > 0, "no refusals delivered"),
        "roster": (len(facts["stretches"]) > 0, NO_ROSTER),
        "complaints": (delivered.complaints, "no complaints delivered"),
        "off_quota": (delivered.nights, "no night of the period has been run"),
    }
    return {part: why for part, (there, why) in parts.items() if not there}


def _by_typist(beyond: pd.DataFrame, days: pd.DataFrame) -> dict[str, list[Change]]:
    """Changes of what each employee typed in beyond the quota."""
    return {
        str(clerk): changes(
            rows.groupby("service_day").size().reindex(days.index, fill_value=0).astype(float), "off_quota"
        )
        for clerk, rows in beyond[beyond["created_by"].notna()].groupby("created_by")
    }


def _without(rows: pd.DataFrame, days: Mapping[object, str]) -> pd.DataFrame:
    return rows[~rows["service_day"].isin(list(days))] if days and "service_day" in rows else rows


def _mix(facts: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """How much each item is asked for: its released slots where every slot is of an item, else its bookings."""
    quotas = facts["quotas"]
    if len(quotas) and quotas["service_code"].notna().all():
        return dict(quotas.groupby("service_code")["released"].sum().astype(float))
    return dict(facts["bookings"].groupby("service_code")["bookings"].sum().astype(float))


def _items(facts: Mapping[str, pd.DataFrame], able: Capacity | None) -> pd.DataFrame:
    """Per item means a day: released (null: not by item), served, refused; and the mean service (min)."""
    days = max(facts["bookings"]["service_day"].nunique(), 1)
    rows = facts["bookings"].groupby("service_code")[["bookings", "served"]].sum() / days
    rows["released"] = facts["quotas"].groupby("service_code")["released"].sum().reindex(rows.index) / days
    rows["refused"] = facts["refusals"].groupby("service_code")["attempts"].sum().reindex(rows.index) / days
    rows["minutes"] = pd.Series(able.item_s if able else {}, dtype=float).reindex(rows.index) / 60
    return rows.reset_index().rename(columns={"service_code": "item"})


def _occupation(occupation: pd.DataFrame, open_: pd.DataFrame) -> pd.DataFrame:
    """Windows by half hours: the part of it for which somebody was called or served, on days with the window open."""
    if occupation.empty or open_.empty:
        return pd.DataFrame()
    days = open_.groupby("window_id")["service_day"].nunique()
    rows = occupation[occupation["window_id"].isin(days.index)]
    summed = rows.groupby(["window_id", "half_hour"])["busy_s"].sum().unstack(fill_value=0)
    return summed.div(days.reindex(summed.index) * 1800, axis=0).clip(upper=1.0)
