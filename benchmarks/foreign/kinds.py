"""The kinds of centre and how one centre's habits are drawn from the seed."""

from dataclasses import dataclass, field
from math import ceil

import numpy as np

from benchmarks.foreign.habit_rates import HABITS
from benchmarks.foreign.model import HOUR, Service, between, pick


@dataclass(frozen=True, slots=True)
class Kind:
    """What all centres of one trade have in common."""

    name: str
    services: tuple[Service, ...]
    slot_share: float
    rule: str
    hours: tuple[tuple[float, float], ...]
    slot_minutes: int
    release_days: int
    release_hour: float


SPLIT = ((8.5 * HOUR, 12 * HOUR), (13.5 * HOUR, 17 * HOUR))
EARLY = ((7.5 * HOUR, 11.5 * HOUR), (13 * HOUR, 17 * HOUR))
THROUGH = ((9 * HOUR, 17 * HOUR),)

KINDS = (
    Kind(
        "insurance_hall",
        (
            Service("ENROL", 8, 0.34),
            Service("REIMB", 13, 0.28),
            Service("MOVE", 10, 0.2),
            Service("CARD", 3, 0.18, True),
        ),
        0.45,
        "entitlement",
        SPLIT,
        30,
        7,
        8.0,
    ),
    Kind(
        "hospital_desk",
        (
            Service("GENERAL", 4, 0.45),
            Service("EXPERT", 6, 0.3),
            Service("FILES", 5, 0.15),
            Service("ASK", 2, 0.1, True),
        ),
        0.8,
        "check_in",
        EARLY,
        15,
        14,
        7.0,
    ),
    Kind(
        "vehicle_office",
        (
            Service("LICENCE", 8, 0.4),
            Service("PLATE", 12, 0.25),
            Service("FINE", 6, 0.2),
            Service("COLLECT", 2.5, 0.15, True),
        ),
        0.0,
        "ticket",
        THROUGH,
        30,
        3,
        9.0,
    ),
    Kind(
        "household_desk",
        (Service("IDCARD", 7, 0.45), Service("RESID", 14, 0.3), Service("PICKUP", 3, 0.25, True)),
        0.2,
        "check_in",
        SPLIT,
        60,
        3,
        12.0,
    ),
    Kind(
        "notary_office",
        (
            Service("ESTATE", 24, 0.3),
            Service("POWER", 14, 0.4),
            Service("COPY", 8, 0.2),
            Service("HANDOUT", 4, 0.1, True),
        ),
        0.85,
        "slot",
        SPLIT,
        30,
        10,
        10.0,
    ),
    Kind(
        "tax_hall",
        (
            Service("INVOICE", 6, 0.4),
            Service("HOUSE", 15, 0.25),
            Service("DECLARE", 9, 0.25),
            Service("PRINT", 2.5, 0.1, True),
        ),
        0.35,
        "ticket",
        THROUGH,
        60,
        5,
        8.5,
    ),
)

GAPS = ("contacts", "numbers", "shifts", "demand", "birth_year", "", "", "")
EMPLOYEES = ("expert", "typist", "kind_soul")
TURNS = ("new_rule", "second_machine", "new_courtesy")


@dataclass(slots=True)
class Centre:
    """One centre: its kind, size, habits, blind spots and the turns its luck takes in the period."""

    index: int
    centre_id: str
    kind: Kind
    volume: float
    windows: list[frozenset[str]]
    clerks: list[str]
    habits: dict[str, float]
    gap: str
    pressure: float
    notes_recall: float
    notes_return: float
    calls_early: bool
    kiosk: bool
    employee: tuple[str, str]
    turn: tuple[str, int] | None = None
    outage: int | None = None
    rush: int | None = None
    minute_log: bool = False
    speeds: dict[str, float] = field(default_factory=dict)

    def rule_on(self, day: int) -> str:
        """The order in force; a centre that changes its rule swaps check-in order and entitlement."""
        rule = self.kind.rule
        if self.turn and self.turn[0] == "new_rule" and day >= self.turn[1]:
            return "entitlement" if rule in ("check_in", "ticket") else "check_in"
        return rule

    def minutes(self) -> float:
        """Mean length of one service here."""
        return sum(item.minutes * item.share for item in self.kind.services)

    def capacity(self) -> float:
        """People a day that the hall can serve with its usual windows, by construction."""
        open_minutes = sum(end - start for start, end in self.kind.hours) / 60
        if len(self.kind.hours) == 1:
            open_minutes -= 60
        return round(len(self.windows) * open_minutes / (self.minutes() + 0.8), 1)


def _windows(rng: np.random.Generator, kind: Kind, count: int) -> list[frozenset[str]]:
    """Which business each counter takes: one quick counter, some for everything, some for a part."""
    quick = frozenset(item.code for item in kind.services if item.quick)
    slow = [item.code for item in kind.services if not item.quick]
    plans = [quick | {slow[0]}, frozenset(slow) | quick]
    while len(plans) < count:
        if rng.random() < 0.6 or len(slow) < 3:
            plans.append(frozenset(slow))
        else:
            left_out = pick(rng, slow)
            plans.append(frozenset(code for code in slow if code != left_out))
    return plans


def _centre(seed: int, index: int, kind: Kind, gap: str) -> Centre:
    """Draw one centre."""
    rng = np.random.default_rng([seed, index, 3])
    volume = between(rng, 235, 345)
    mean = sum(item.minutes * item.share for item in kind.services)
    open_minutes = sum(end - start for start, end in kind.hours) / 60 - (60 if len(kind.hours) == 1 else 0)
    load = between(rng, 0.86, 1.0)
    count = max(3, ceil(0.85 * volume * (mean + 0.8) / (open_minutes * load)))
    clerks = [f"E{index + 1}{number:02d}" for number in rng.permutation(np.arange(10, 13 + count))]
    habits = {name: between(rng, low, high) for name, (chance, low, high) in HABITS.items() if rng.random() < chance}
    return Centre(
        index=index,
        centre_id=f"C{index + 1:02d}",
        kind=kind,
        volume=volume,
        windows=_windows(rng, kind, count),
        clerks=clerks,
        habits=habits,
        gap=gap,
        pressure=between(rng, 0.0, 1.0),
        notes_recall=pick(rng, (1.0, 0.9, 0.5, 0.0)),
        notes_return=pick(rng, (1.0, 0.8, 0.4, 0.0)),
        calls_early=bool(rng.random() < 0.6),
        kiosk=bool(rng.random() < 0.5),
        employee=(pick(rng, EMPLOYEES), pick(rng, clerks)),
        speeds={clerk: between(rng, 0.8, 1.25) for clerk in clerks},
    )


def draw_city(seed: int, centres: int, days: int) -> list[Centre]:
    """All centres; every kind appears before one repeats, and no centre gets two turns of luck."""
    rng = np.random.default_rng([seed, 1])
    kinds = [KINDS[i] for i in rng.permutation(len(KINDS))]
    gaps = [GAPS[i] for i in rng.permutation(len(GAPS))]
    city = [_centre(seed, i, kinds[i % len(kinds)], gaps[i % len(gaps)]) for i in range(centres)]
    order = [int(i) for i in rng.permutation(centres)]
    middle = range(days * 3 // 10, max(days * 7 // 10, days * 3 // 10 + 1))
    for turn, index in zip(TURNS, order, strict=False):
        city[index].turn = (turn, int(pick(rng, tuple(middle))))
    city[order[-1]].outage = int(rng.integers(days))
    city[order[len(order) // 2]].rush = int(rng.integers(days))
    city[int(rng.integers(centres))].minute_log = True
    return city
