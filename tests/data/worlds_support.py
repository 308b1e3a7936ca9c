"""Worlds in memory: what the logs say, beside what only the world knows, as frames of plain numbers."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from data.worlds.day import CentreDay, District
from data.worlds.plan import Preset
from data.worlds.presets import presets
from data.worlds.rings import CROWDED, MORNING, Hire, Hires, centres

KEY = ["centre_id", "booking_id"]
QUEUE = ["centre_id", "service_day", "service_code"]
TIMES = (
    "created_at",
    "cancelled_at",
    "slot_start",
    "checked_in_at",
    "missed_at",
    "called_at",
    "served_from",
    "served_to",
)
#: as many halls and days as show what a preset has; the others have one hall, or fewer days
HALLS, DAYS, RING_DAYS = 10, 5, 20
FIRST_DAY = date(2026, 1, 5)
HOUR, DAY = 3600, 86400
ZONE_S = 8 * HOUR


@dataclass(frozen=True)
class Made:
    """A world: its plan, its centres' days, and its bookings (`scheme` null: nothing planted; times in s)."""

    plan: Preset
    days: list[CentreDay]
    bookings: pd.DataFrame


def made(preset: str, seed: int | None = None, halls: int | None = None, days: int | None = None) -> Made:
    """A world in memory; by default of at most `HALLS` halls and `DAYS` days."""
    blueprint = presets()[preset]
    plan = blueprint.plan(seed, halls or min(blueprint.centres, HALLS), days or min(blueprint.days, DAYS))
    return of_plan(plan)


def of_plan(plan: Preset) -> Made:
    """The world of a plan, in memory."""
    calendar = plan.calendar
    districts = [District(plan.seed, number, centre, calendar) for number, centre in enumerate(plan.centres)]
    made_days = [district.day(number) for district in districts for number in range(plan.days)]
    return Made(plan, made_days, frame_of(made_days))


@cache
def usual(preset: str) -> Made:
    """The preset by its own seed, small; not to be changed."""
    return made(preset)


def frame_of(days: list[CentreDay]) -> pd.DataFrame:
    """All bookings with what was planted, who of a party was served together, and whom each call passed."""
    rows = []
    for day in days:
        for one in day.bookings:
            favour = one.favour
            secret = {
                "scheme": favour.kind if favour else None,
                "ring": favour.ring if favour else None,
                "planned_clerk": favour.clerk_id if favour else None,
                "carried_out": one.carried_out,
                "party": id(one.party) if one.party and one in one.party.served else None,
                "handed_over": one.slot is not None and one.favour is not None and one.carried_out,
            }
            rows.append(one.row() | secret)
    frame = pd.DataFrame(rows).astype(dict.fromkeys(TIMES, "float64"))
    frame["entitled_at"] = frame[["slot_start", "checked_in_at"]].max(axis=1).where(frame["checked_in_at"].notna())
    return frame.assign(passed=passed(frame))


def passed(frame: pd.DataFrame) -> pd.Series:
    """People whom each call passed with no recorded reason, by brute force from the contract's definition."""
    called = frame[frame["called_at"].notna() & frame["checked_in_at"].notna()]
    count = pd.Series(0, index=frame.index)
    for _, queue in called.groupby(QUEUE):
        tickets, calls = queue["checked_in_at"].to_numpy(), queue["called_at"].to_numpy()
        entitled, missed = queue["entitled_at"].to_numpy(), queue["missed_at"].to_numpy()
        waited = (tickets[None, :] < calls[:, None]) & (calls[None, :] > calls[:, None])
        earlier = entitled[None, :] < entitled[:, None]
        absent = np.nan_to_num(missed, nan=np.inf)[None, :] <= calls[:, None]
        count[queue.index] = (waited & earlier & ~absent).sum(axis=1)
    explained = frame["priority_class"].notna() | frame["missed_at"].notna()
    return count.where(~explained, 0)


@cache
def with_ring(kind: str, releases: float = 1.0, seed: int = 3, **how: object) -> Made:
    """Two halls of `RING_DAYS` days in each of which one ring works by `kind`; `how` is what `Hire` says of it."""
    default = {
        "clerks": 0 if kind == "hoard" else 1,
        "passes": (3, 40) if kind == "overtake" else None,
        "wants": MORNING if kind == "backdate" else CROWDED,
    }
    hires = [Hires((Hire(kind, 1.2, **{**default, **how}),), releases)]  # type: ignore[arg-type]
    plan = Preset("one ring", seed, FIRST_DAY, RING_DAYS, centres(seed, 2, RING_DAYS, FIRST_DAY, hires))
    return of_plan(plan)


def planted(world: Made, *, carried_out: bool = True) -> pd.DataFrame:
    """The planted bookings that took effect, or those that did not."""
    bookings = world.bookings
    return bookings[bookings["scheme"].notna() & (bookings["carried_out"] == carried_out)]


def clock(seconds: pd.Series) -> pd.Series:
    """Hours after midnight in the world's zone."""
    return (seconds + ZONE_S) % DAY / HOUR
