"""The preset `lone`: clients who each arrange it for themselves; no booking carries an identifier of a ring."""

from datetime import date

from data.worlds.blueprint import Blueprint
from data.worlds.plan import Preset
from data.worlds.rings import ALL_DAY, MORNING, Hire, Hires, centres

FIRST_DAY = date(2026, 1, 5)
SOME = (3, 40)  # people passed


def _alone(kind: str, a_day: float, clerks: int = 1, wants: tuple[str, ...] = ALL_DAY) -> Hire:
    passes = SOME if kind == "overtake" else None
    return Hire(kind, a_day, clerks=clerks, phones=0, devices=0, wants=wants, passes=passes)


HIRES = (
    Hires((_alone("overtake", 1.0), _alone("bundle", 0.9))),
    Hires((_alone("insert", 1.6, clerks=2),), releases=0.6),
    Hires(),
    Hires((_alone("priority", 0.9, clerks=2),)),
    Hires((_alone("hoard", 1.2, clerks=0), _alone("after_hours", 0.4))),
    Hires(),
    Hires((_alone("backdate", 0.5, wants=MORNING), _alone("overtake", 0.5, clerks=3))),
    Hires(),
    Hires((_alone("insert", 0.6),)),
    Hires((_alone("priority", 0.5), _alone("hoard", 0.8, clerks=0))),
)


def build(seed: int, centres_: int, days: int) -> Preset:
    """The plan; the seed draws the centres and how much is done for money."""
    return Preset("lone", seed, FIRST_DAY, days, centres(seed, centres_, days, FIRST_DAY, HIRES))


BLUEPRINT = Blueprint(
    name="lone",
    meaning="like city, but no identifiers are shared: clients deal with a clerk each for themselves",
    seed=20260107,
    centres=10,
    days=60,
    most_centres=100,
    most_days=260,
    build=build,
)
