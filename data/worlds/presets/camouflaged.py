"""The preset `camouflaged`: rings that take care. Jumps are rarer and smaller, and spread over clerks and hours.

Most bookings carry the client's own telephone, and the ring's telephones also book for people who wait their turn.
"""

from datetime import date

from data.worlds.blueprint import Blueprint
from data.worlds.plan import Preset
from data.worlds.rings import ALL_DAY, MORNING, Hire, Hires, centres

FIRST_DAY = date(2026, 1, 5)
SMALL = (2, 5)  # people passed
HIRES = (
    Hires((Hire("overtake", 0.7, clerks=4, phones=4, identified=0.4, decoys=1.0, wants=ALL_DAY, passes=SMALL),)),
    Hires(),
    Hires((Hire("insert", 0.7, clerks=4, phones=4, identified=0.3, decoys=1.0, wants=ALL_DAY, passes=SMALL),), 0.7),
    Hires((Hire("priority", 0.7, clerks=4, phones=4, identified=0.4, decoys=1.0, wants=ALL_DAY, passes=SMALL),)),
    Hires((Hire("hoard", 0.8, clerks=0, phones=5, devices=1, identified=0.3, decoys=1.0, wants=ALL_DAY),)),
    Hires(),
    Hires((Hire("backdate", 0.4, clerks=3, phones=4, identified=0.3, wants=MORNING, passes=SMALL),)),
    Hires((Hire("bundle", 0.6, clerks=3, phones=4, identified=0.3, decoys=1.0, wants=ALL_DAY),)),
    Hires(),
    Hires((Hire("after_hours", 0.4, clerks=3, phones=4, identified=0.3, decoys=1.0),)),
)


def build(seed: int, centres_: int, days: int) -> Preset:
    """The plan; the seed draws the centres and how much each ring does."""
    return Preset("camouflaged", seed, FIRST_DAY, days, centres(seed, centres_, days, FIRST_DAY, HIRES))


BLUEPRINT = Blueprint(
    name="camouflaged",
    meaning="like city, but jumps are fewer and smaller, over many clerks and hours, with innocent identifiers",
    seed=20260106,
    centres=10,
    days=60,
    most_centres=100,
    most_days=260,
    build=build,
)
