"""The preset `motley`: what the other presets do not plan for, since a real city keeps to nobody's plan.

Of each centre the seed draws whether rings work there, which schemes they mix, how often and how well hidden, and how
disorderly everybody else is, up to several times what is usual.
"""

from dataclasses import replace
from datetime import date

from data.worlds.blueprint import Blueprint
from data.worlds.chance import Purpose, chosen, stream
from data.worlds.clock import MINUTE
from data.worlds.districts import Draw, drawn_outages
from data.worlds.plan import Centre, Clerk, Preset
from data.worlds.rings import ALL_DAY, CROWDED, MORNING, Hire, Hires, centres
from data.worlds.schemes.favour import all_arrangements

FIRST_DAY = date(2026, 1, 5)
#: share of centres with a ring, and of those with a second one
HIRED, TWICE = 0.6, 0.4
#: bookings a day of a ring
A_DAY = (0.25, 2.5)
#: by how much clerks call wrong numbers more often than is usual
SLIPS = (0.7, 2.5)
#: share of days with an outage
OUTAGES = (0.0, 0.1)


def build(seed: int, centres_: int, days: int) -> Preset:
    """The plan; the seed draws everything."""
    draws = [Draw(stream(seed, Purpose.PLAN, number, 2)) for number in range(centres_)]
    hires = [_hires(draw) for draw in draws]
    made = centres(seed, centres_, days, FIRST_DAY, hires)
    return Preset(
        "motley", seed, FIRST_DAY, days, tuple(_disorderly(*each, days) for each in zip(draws, made, strict=True))
    )


def _hires(draw: Draw) -> Hires:
    rings = draw.often(HIRED) * (1 + draw.often(TWICE))
    return Hires(tuple(_hire(draw) for _ in range(rings)))


def _hire(draw: Draw) -> Hire:
    kind = chosen(draw.rng, list(all_arrangements()))
    begins = draw.part(0, 0.4)
    return Hire(
        kind,
        draw.part(*A_DAY),
        clerks=0 if kind == "hoard" else draw.count(1, 4),
        phones=draw.count(0, 5),
        devices=draw.count(0, 4),
        identified=draw.part(0.1, 1),
        adherence=draw.part(0.6, 1),
        decoys=draw.part(0, 1.5),
        wants=chosen(draw.rng, (ALL_DAY, CROWDED, MORNING)),
        passes=(draw.count(2, 4), draw.count(5, 40)) if kind == "overtake" else None,
        span=(begins, draw.part(begins + 0.3, 1)),
    )


def _disorderly(draw: Draw, centre: Centre, days: int) -> Centre:
    each_day = draw.part(*OUTAGES)
    habits = replace(
        centre.habits,
        at_kiosk=draw.part(0, 1),
        behind_nat=draw.part(0, 0.9),
        retries=draw.part(0, 0.9),
        hunted=draw.part(0.2, 1),
        unrecorded=draw.part(0.04, 0.3),
        borrowed=draw.part(0.004, 0.05),
        reprinted=draw.part(0.001, 0.03),
        night_queue=draw.part(0, 15),
        couples=draw.part(0.5, 5),
        swaps=draw.part(0.3, 3),
        topups=draw.part(1, 10),
        eager_mean_s=draw.count(1, 30) * MINUTE,
        skew_s=draw.count(5, 90),
        overtime_s=draw.count(0, 8) * 10 * MINUTE,
    )
    return replace(
        centre,
        clerks=tuple(_hasty(draw, clerk) for clerk in centre.clerks),
        outages=drawn_outages(draw, days, each_day),
        habits=replace(habits, at_counter=draw.part(0, 1)),
    )


def _hasty(draw: Draw, clerk: Clerk) -> Clerk:
    return replace(
        clerk,
        slips=round(clerk.slips * draw.part(*SLIPS), 3),
        reach=clerk.reach + draw.count(0, 5),
        starts_early_s=draw.count(0, 12) * MINUTE if draw.often(0.4) else 0,
        signs_off=draw.often(0.6),
    )


BLUEPRINT = Blueprint(
    name="motley",
    meaning="ten halls, 60 days, everything drawn: schemes mixed, other rates, and far more innocent disorder",
    seed=20260109,
    centres=10,
    days=60,
    most_centres=100,
    most_days=260,
    build=build,
)
