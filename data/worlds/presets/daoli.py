"""The preset `daoli`: the founding case, after what was made public of a district's medical-insurance hall in 2020.

It can serve 120 people a day and gives out 60 tickets, at the doors, so that people queue overnight. Over the summer
two employees put 101 bookings of one intermediary past them. Complaints are not answered.
"""

from datetime import date

from data.worlds.blueprint import Blueprint
from data.worlds.clock import MINUTE
from data.worlds.plan import Agent, Centre, Clerk, Habits, Outage, Preset, Scheme, Service, Window

FIRST_DAY = date(2020, 6, 1)
DAYS = 66  # working days of June, July and August 2020
JUMPS = 101  # bookings put past the queue in those days
COUNTER = ("CB", "BX")


def build(seed: int, centres: int, days: int) -> Preset:
    """The plan for the summer, or its first `days` working days with as many of the jumps in proportion."""
    return Preset("daoli", seed, FIRST_DAY, days, (_hall(days),))


def _hall(days: int) -> Centre:
    return Centre(
        centre_id="C01",
        services=(
            Service("CB", 10 * MINUTE, 0.40, quota=20, demand=36),
            Service("BX", 15 * MINUTE, 0.40, quota=26, demand=46),
            Service("YD", 12 * MINUTE, 0.40, quota=14, demand=24),
        ),
        windows=(
            Window("W1", COUNTER, ("11:30", "12:30")),
            Window("W2", COUNTER, ("12:30", "13:30")),
            Window("W3", COUNTER, ("11:30", "12:30")),
            Window("W4", ("YD",), ("12:00", "13:00"), specialist=True),
        ),
        clerks=(
            Clerk("C01-K01"),
            Clerk("C01-K02", slips=0.12, reach=9),  # the trainee
            Clerk("C01-K03"),
            Clerk("C01-K04", signs_off=False),
            Clerk("C01-K05", starts_early_s=5 * MINUTE),
            Clerk("C01-K06", specialist=True),
            Clerk("C01-K07", specialist=True),
        ),
        population=3600,
        walk_ins=34,
        walk_in_tickets=0,
        complaints=round(days * 0.7),
        agents=_agents(days),
        schemes=(_ring(days),),
        outages=tuple(Outage(day, "09:00", "12:30") for day in (8, 47) if day < days),
        withholds=True,
        habits=Habits(
            at_kiosk=0.6,
            behind_nat=0.3,
            retries=0.2,
            hunted=0.4,
            unrecorded=0.1,
            borrowed=0.01,
            reprinted=0.004,
            night_queue=72,
            couples=0.4,
            swaps=0.3,
            topups=1.5,
            skew_s=40,
            overtime_s=20 * MINUTE,
            late_days=tuple(day for day in (19, 20, 44) if day < days),
            answers=0.0,
            on_the_day=0.8,
        ),
    )


def _agents(days: int) -> tuple[Agent, ...]:
    """An agency that brings people for treatment elsewhere, and a company with a group day."""
    agency = Agent(
        agent_id="AG-0001",
        kind="licensed_agency",
        name="北辰人力资源服务有限公司",
        registered_from=date(2019, 3, 1),
        service="YD",
        days=tuple(range(1, days, 4)),
        group=(2, 3),
        clients=20,
    )
    company = Agent(
        agent_id="AG-0002",
        kind="employer",
        name="东湖食品厂",
        registered_from=date(2018, 1, 1),
        service="CB",
        days=tuple(day for day in (12, 33, 54) if day < days),
        group=(4, 6),
        clients=18,
        arranged=True,
    )
    return agency, company


def _ring(days: int) -> Scheme:
    return Scheme(
        kind="insert",
        ring="C01-R1",
        clerks=("C01-K03", "C01-K05"),
        service="BX",
        clients=64,
        bookings=max(round(JUMPS * days / DAYS), 1),
        days=round(0.8 * days) or 1,
        phones=2,
        devices=1,
        wants=("09:00", "09:30", "10:00", "10:30", "11:00"),
    )


BLUEPRINT = Blueprint(
    name="daoli",
    meaning="the founding case: 120 could be served a day, 60 tickets, 101 jumps by two employees, summer of 2020",
    seed=20200601,
    centres=1,
    days=DAYS,
    most_centres=1,
    most_days=DAYS,
    build=build,
)
