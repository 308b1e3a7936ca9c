"""The preset `clean`: ten halls with all that looks like queue-jumping, and none of it."""

from datetime import date

from data.worlds.blueprint import Blueprint
from data.worlds.plan import Preset
from data.worlds.rings import Hires, centres

FIRST_DAY = date(2026, 1, 5)


def build(seed: int, centres_: int, days: int) -> Preset:
    """The plan; the seed draws the centres."""
    return Preset("clean", seed, FIRST_DAY, days, centres(seed, centres_, days, FIRST_DAY, (Hires(),)))


BLUEPRINT = Blueprint(
    name="clean",
    meaning="ten halls, 60 days, nothing planted: only what looks like queue-jumping and is not",
    seed=20260108,
    centres=10,
    days=60,
    most_centres=100,
    most_days=260,
    build=build,
)
