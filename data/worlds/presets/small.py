"""The preset `small`: two halls for four weeks, made in seconds; the tests' world and the first night's.

At C01 an intermediary's clients are called out of turn by one clerk, and a trainee slips often. At C02 one
clerk backdates check-ins, and the calling system fails for an hour. Everything else is innocent.
"""

from datetime import date

from data.worlds.blueprint import Blueprint
from data.worlds.clock import MINUTE
from data.worlds.plan import Agent, Centre, Clerk, Outage, Preset, Scheme, Service, Window

COUNTER = ("CB", "BX")  # 参保登记 enrolment, 手工报销 paper claims
REMOTE = ("YD",)  # 异地就医备案 treatment elsewhere: one window, one specialist

OVERTAKE = Scheme(
    kind="overtake",
    ring="R1",
    clerks=("C01-K04",),
    service="BX",
    clients=14,
    bookings=20,
    days=12,
    phones=2,
    devices=2,
    wants=("09:30", "10:00", "10:30"),
    adherence=0.9,
)
BACKDATE = Scheme(
    kind="backdate",
    ring="R2",
    clerks=("C02-K02",),
    service="BX",
    clients=5,
    bookings=5,
    days=5,
    phones=0,
    devices=0,
    wants=("09:00", "09:30"),
)
AGENCY = Agent(
    agent_id="AG-0001",
    kind="licensed_agency",
    name="永安人力资源服务有限公司",
    registered_from=date(2025, 6, 1),
    service="BX",
    days=(1, 3, 6, 8, 11, 13, 16, 18),
    group=(3, 5),
    clients=22,
)
EMPLOYER = Agent(
    agent_id="AG-0002",
    kind="employer",
    name="河西精密机械厂",
    registered_from=date(2024, 1, 1),
    service="CB",
    days=(4, 12, 17),
    group=(6, 9),
    clients=24,
)

FIRST = Centre(
    centre_id="C01",
    services=(
        Service("CB", 8 * MINUTE, 0.45, quota=42, demand=41),
        Service("BX", 13 * MINUTE, 0.45, quota=54, demand=64),
        Service("YD", 11 * MINUTE, 0.40, quota=20, demand=20),
    ),
    windows=(
        Window("W1", COUNTER, ("11:30", "12:30")),
        Window("W2", COUNTER, ("12:30", "13:30")),
        Window("W3", COUNTER, ("11:30", "12:30")),
        Window("W4", COUNTER, ("12:30", "13:30")),
        Window("W5", REMOTE, ("12:00", "13:00"), specialist=True),
    ),
    clerks=(
        Clerk("C01-K01"),
        Clerk("C01-K02"),
        Clerk("C01-K03", slips=0.13, reach=14),  # the trainee
        Clerk("C01-K04"),
        Clerk("C01-K05"),
        Clerk("C01-K06", specialist=True),
        Clerk("C01-K07", specialist=True),
    ),
    population=1900,
    walk_ins=34,
    walk_in_tickets=40,
    complaints=7,
    agents=(AGENCY,),
    schemes=(OVERTAKE,),
)

SECOND = Centre(
    centre_id="C02",
    services=(
        Service("CB", 7 * MINUTE, 0.45, quota=38, demand=40),
        Service("BX", 11 * MINUTE, 0.45, quota=42, demand=48),
        Service("YD", 11 * MINUTE, 0.40, quota=18, demand=17),
    ),
    windows=(
        Window("W1", COUNTER, ("11:30", "12:30")),
        Window("W2", COUNTER, ("12:30", "13:30")),
        Window("W3", COUNTER, ("12:00", "13:00")),
        Window("W4", REMOTE, ("12:00", "13:00"), specialist=True),
    ),
    clerks=(
        Clerk("C02-K01"),
        Clerk("C02-K02"),
        Clerk("C02-K03"),
        Clerk("C02-K04"),
        Clerk("C02-K05", specialist=True),
        Clerk("C02-K06", specialist=True),
    ),
    population=1500,
    walk_ins=31,
    walk_in_tickets=37,
    complaints=4,
    agents=(EMPLOYER,),
    schemes=(BACKDATE,),
    outages=(Outage(day_number=11, start="09:50", end="10:50"),),
)

FIRST_DAY = date(2026, 3, 2)
CENTRES = (FIRST, SECOND)


def build(seed: int, centres: int, days: int) -> Preset:
    """The plan; the seed decides nothing in it."""
    return Preset(name="small", seed=seed, first_day=FIRST_DAY, days=days, centres=CENTRES[:centres])


BLUEPRINT = Blueprint(
    name="small",
    meaning="two halls, four weeks, two rings: made in seconds, for a first look and for tests",
    seed=20260302,
    centres=2,
    days=20,
    most_centres=2,
    most_days=20,
    build=build,
)
