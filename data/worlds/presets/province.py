"""The preset `province`: two hundred halls over a year; a city's schemes, at every second hall none."""

from datetime import date

from data.worlds.blueprint import Blueprint
from data.worlds.plan import Preset
from data.worlds.presets.city import HIRES
from data.worlds.rings import Hires, centres

FIRST_DAY = date(2025, 1, 6)
#: a city's halls and as many with nothing planted
MIXED = tuple(hires for one in HIRES for hires in (one, Hires()))


def build(seed: int, centres_: int, days: int) -> Preset:
    """The plan; the seed draws the centres and how much each ring does."""
    return Preset("province", seed, FIRST_DAY, days, centres(seed, centres_, days, FIRST_DAY, MIXED))


BLUEPRINT = Blueprint(
    name="province",
    meaning="two hundred halls for a year, in Parquet: millions of bookings, for scale",
    seed=20250106,
    centres=200,
    days=250,
    most_centres=250,
    most_days=260,
    build=build,
    form="parquet",
)
