"""Draws centres that differ: size, items, load, clerks and their slips, agents, habits. Nothing is planted here."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import exp

import numpy as np

from data.worlds.chance import Purpose, chosen, stream
from data.worlds.clock import MINUTE
from data.worlds.plan import Agent, Centre, Clerk, Habits, Outage, Service, Window

#: items of business: code, range of medians at the window (min), and how often they are asked for beside each other.
#: 参保登记 enrolment, 手工报销 paper claims, 关系转移 transfers, 生育津贴 maternity claims
COMMON = (("CB", (6, 9), 1.0), ("BX", (10, 14), 1.1), ("ZY", (7, 11), 0.5), ("SY", (9, 13), 0.4))
#: 异地就医备案 treatment elsewhere, 门诊慢特病 chronic illness: each with one window, and few who can do it
SPECIAL = (("YD", (9, 12)), ("MT", (11, 15)))
#: spread (standard deviation of the logarithm) of the time at a window
SPREAD = (0.38, 0.5)
#: windows for the common items, and how many more clerks than windows there are
WINDOWS, SPARE_CLERKS = (3, 7), 2
LUNCHES = (("11:30", "12:30"), ("12:30", "13:30"), ("12:00", "13:00"))
#: a window's working day without lunch, and from one person to the next beside the service itself (s)
AT_WORK_S, BETWEEN_S = 7 * 60 * MINUTE, 56
#: part of what a centre can serve that it expects to serve: waits grow quickly towards 1
LOAD = (0.82, 0.94)
#: part of those served who come without a slot
WALK_IN_PART = (0.12, 0.26)
#: part of the slots whose holder does not come in the end, re-booked cancellations apart
LOST = 0.11
#: requests for slots against slots
PRESSURE = (0.98, 1.4)
#: share of days with an outage of half a day
OUTAGES = 0.022
HALF_DAYS = (("09:00", "12:30"), ("13:00", "17:00"))
#: parts of an agent's name
PLACES = ("永安", "河西", "城南", "东湖", "新华", "长青", "北辰", "金桥", "和平", "南岗")
FIRMS = ("精密机械厂", "纺织有限公司", "物流有限公司", "食品厂", "建筑工程公司", "电子有限公司")
AGENCIES = ("人力资源服务有限公司", "企业服务有限公司", "劳务代理有限公司")


@dataclass(frozen=True)
class Draw:
    """One centre's chance: whole numbers, fractions and picks."""

    rng: np.random.Generator

    def part(self, low: float, high: float) -> float:
        """A fraction between the two, to three places, so that plans are readable."""
        return round(float(self.rng.uniform(low, high)), 3)

    def count(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return int(self.rng.integers(low, high + 1))

    def often(self, share: float) -> bool:
        """True in that share of the draws."""
        return bool(self.rng.random() < share)


def district(seed: int, number: int, days: int, first_day: date) -> Centre:
    """The world's centre with that number (from 0), nothing planted. It depends on `seed`, `number` and `days` only."""
    draw = Draw(stream(seed, Purpose.PLAN, number))
    name = f"C{number + 1:02d}"
    many = draw.count(*WINDOWS)
    common, special = _items(draw, many)
    windows = _windows(draw, many, tuple(one.code for one in common), special.code)
    a_day = sum(one.quota for one in (*common, special))
    tickets = round(draw.part(*WALK_IN_PART) * a_day)
    habits = _habits(draw, days)
    return Centre(
        centre_id=name,
        services=(*common, special),
        windows=windows,
        clerks=_clerks(draw, name, many),
        population=min(round((a_day + tickets) * (7 + days / 4)), 6500),
        walk_ins=round(tickets * draw.part(0.85, 1.15), 1),
        walk_in_tickets=tickets,
        complaints=round(days * draw.part(0.12, 0.4)),
        agents=_agents(draw, number, days, first_day, special.code),
        outages=drawn_outages(draw, days, OUTAGES),
        habits=habits,
    )


def served_a_window(services: tuple[Service, ...], shares: tuple[float, ...]) -> float:
    """About how many people a window could serve a day if it never stood idle."""
    mean = sum(
        share * one.median_s * exp(one.spread**2 / 2) for one, share in zip(services, shares, strict=True)
    ) / sum(shares)
    return AT_WORK_S / (mean + BETWEEN_S)


def _items(draw: Draw, windows: int) -> tuple[tuple[Service, ...], Service]:
    """The common items, and the specialist's one; quotas follow what the windows can serve."""
    kinds = COMMON[: draw.count(2, len(COMMON))]
    shares = tuple(share * draw.part(0.8, 1.2) for _, _, share in kinds)
    bare = tuple(_service(draw, code, minutes) for code, minutes, _ in kinds)
    able = draw.part(*LOAD) * windows * served_a_window(bare, shares)
    common = tuple(_offered(draw, one, able * share / sum(shares)) for one, share in zip(bare, shares, strict=True))
    code, minutes = chosen(draw.rng, SPECIAL)
    special = _service(draw, code, minutes)
    return common, _offered(draw, special, draw.part(0.6, 0.85) * served_a_window((special,), (1.0,)))


def _service(draw: Draw, code: str, minutes: tuple[int, int]) -> Service:
    return Service(code, draw.count(*minutes) * MINUTE, draw.part(*SPREAD), quota=0, demand=0)


def _offered(draw: Draw, service: Service, expected: float) -> Service:
    """The item with the slots and the requests that let about `expected` people be served a day."""
    slots = round(expected * (1 - sum(WALK_IN_PART) / 2) / (1 - LOST))
    return Service(service.code, service.median_s, service.spread, slots, round(slots * draw.part(*PRESSURE), 1))


def _windows(draw: Draw, many: int, common: tuple[str, ...], special: str) -> tuple[Window, ...]:
    offset = draw.count(0, 1)
    counters = [Window(f"W{i + 1}", common, LUNCHES[(i + offset) % 2]) for i in range(many)]
    return (*counters, Window(f"W{many + 1}", (special,), LUNCHES[2], specialist=True))


def _clerks(draw: Draw, centre: str, windows: int) -> tuple[Clerk, ...]:
    """One of them is a trainee; some begin early, some do not sign off; a specialist and a deputy."""
    many = windows + SPARE_CLERKS
    trainee = draw.count(0, many - 1)
    clerks = []
    for number in range(many + 2):
        slips, reach = (draw.part(0.1, 0.16), draw.count(8, 14)) if number == trainee else (draw.part(0.01, 0.05), 4)
        clerks.append(
            Clerk(
                f"{centre}-K{number + 1:02d}",
                slips=slips,
                reach=reach,
                specialist=number >= many,
                starts_early_s=draw.count(2, 8) * MINUTE if draw.often(0.3) else 0,
                signs_off=draw.often(0.8),
            )
        )
    return tuple(clerks)


def _agents(draw: Draw, number: int, days: int, first_day: date, special: str) -> tuple[Agent, ...]:
    """An agency that brings people for the specialist's item, one for paper claims, and one or two companies."""

    def agent(
        place: int, kind: str, firms: tuple[str, ...], service: str, every: float, group: tuple[int, int]
    ) -> Agent:
        on = tuple(day for day in range(days) if draw.often(every))
        return Agent(
            agent_id=f"AG-{number + 1:03d}{place}",
            kind=kind,
            name=chosen(draw.rng, PLACES) + chosen(draw.rng, firms),
            registered_from=first_day - timedelta(days=draw.count(60, 1500)),
            service=service,
            days=on,
            group=group,
            clients=3 * group[1],
            arranged=kind == "employer" and draw.often(0.6),
        )

    agencies = [
        agent(1, "licensed_agency", AGENCIES, special, 0.4, (3, 6)),
        agent(2, "licensed_agency", AGENCIES, "BX", 0.3, (2, 5)),
    ]
    companies = [agent(3 + i, "employer", FIRMS, "CB", 0.06, (9, 18)) for i in range(draw.count(1, 2))]
    return (*agencies, *companies)


def drawn_outages(draw: Draw, days: int, share: float) -> tuple[Outage, ...]:
    """Half days on that share of the days."""
    return tuple(Outage(day, *chosen(draw.rng, HALF_DAYS)) for day in range(days) if draw.often(share))


def _habits(draw: Draw, days: int) -> Habits:
    return Habits(
        at_kiosk=draw.part(0.3, 0.8),
        behind_nat=draw.part(0.1, 0.5),
        retries=draw.part(0.2, 0.6),
        hunted=draw.part(0.2, 0.7),
        unrecorded=draw.part(0.04, 0.15),
        borrowed=draw.part(0.004, 0.02),
        reprinted=draw.part(0.001, 0.006),
        night_queue=draw.part(0, 6),
        couples=draw.part(0.5, 2),
        swaps=draw.part(0.3, 1.2),
        topups=draw.part(1, 5),
        eager_mean_s=draw.count(2, 14) * MINUTE,
        skew_s=draw.count(5, 90),
        overtime_s=draw.count(0, 4) * 10 * MINUTE,
        late_days=tuple(day for day in range(days) if draw.often(0.03)),
        answers=draw.part(0.4, 0.85),
    )
