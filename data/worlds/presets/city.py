"""The preset `city`: ten halls of one city, all schemes mixed, at different rates, some with no identifier shared."""

from datetime import date

from data.worlds.blueprint import Blueprint
from data.worlds.plan import Preset
from data.worlds.rings import ALL_DAY, MORNING, Hire, Hires, centres

FIRST_DAY = date(2026, 1, 5)
SOME = (3, 40)  # people passed
HIRES = (
    Hires((Hire("overtake", 1.4, clerks=2, passes=SOME), Hire("hoard", 1.6, clerks=0, phones=3, identified=0.8))),
    Hires((Hire("insert", 3.0, clerks=2, identified=0.8, adherence=0.8, wants=ALL_DAY),), releases=0.55),
    Hires(),
    Hires((Hire("priority", 1.2, clerks=1, identified=0.6, decoys=0.3),)),
    Hires((Hire("backdate", 0.7, phones=0, devices=0, wants=MORNING), Hire("bundle", 1.2, identified=0.5))),
    Hires(),
    Hires(
        (
            Hire("after_hours", 0.7, identified=0.6),
            Hire("overtake", 0.7, clerks=2, identified=0.3, decoys=0.5, passes=SOME),
        )
    ),
    Hires((Hire("insert", 0.8, identified=0.5, span=(0.3, 1.0)),)),
    Hires((Hire("hoard", 1.2, clerks=0, identified=0.3), Hire("bundle", 1.0, span=(0.0, 0.7)))),
    Hires((Hire("priority", 0.6, clerks=2, phones=0, devices=0),)),
)


def build(seed: int, centres_: int, days: int) -> Preset:
    """The plan; the seed draws the centres and how much each ring does."""
    return Preset("city", seed, FIRST_DAY, days, centres(seed, centres_, days, FIRST_DAY, HIRES))


BLUEPRINT = Blueprint(
    name="city",
    meaning="ten halls, 60 days, all schemes mixed, one hall that withholds quota",
    seed=20260105,
    centres=10,
    days=60,
    most_centres=100,
    most_days=260,
    build=build,
)
