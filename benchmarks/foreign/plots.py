"""Who cheats where: operations are drawn from the seed for the whole period and dealt out to days."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np

from benchmarks.foreign.kinds import Centre
from benchmarks.foreign.model import between
from benchmarks.foreign.roster import windows_of

# scheme: (weight in the budget, fewest clerks, most clerks, smallest share of slots, largest share of slots)
SCHEMES: dict[str, tuple[float, int, int, float, float]] = {
    "pocket_call": (1.0, 1, 1, 0.0, 1.0),
    "broker_desk": (1.8, 1, 3, 0.0, 1.0),
    "cousin_favour": (0.4, 1, 1, 0.0, 1.0),
    "release_bot": (1.4, 0, 0, 0.3, 1.0),
    "backdated_ticket": (0.8, 1, 2, 0.0, 0.7),
    "false_recall": (0.7, 1, 1, 0.0, 1.0),
    "borrowed_cane": (0.8, 1, 2, 0.0, 1.0),
    "kept_slots": (1.4, 1, 2, 0.3, 1.0),
    "ticket_bundle": (1.0, 0, 0, 0.0, 0.7),
    "short_queue": (0.7, 1, 1, 0.0, 1.0),
    "side_door": (0.5, 1, 1, 0.0, 1.0),
    "burned_calls": (0.8, 1, 2, 0.0, 1.0),
}
RATES = {
    "mixed": (0.0058, 0.0086),
    "crude": (0.0058, 0.0086),
    "rare": (0.0012, 0.0018),
    "nothing": (0.0, 0.0),
}
HIDING = {"mixed": (0.0, 1.0), "crude": (0.0, 0.15), "rare": (0.3, 1.0)}
LONE = ("pocket_call", "cousin_favour", "false_recall", "short_queue", "side_door")


@dataclass(frozen=True, slots=True)
class Operation:
    """One scheme as somebody runs it; `hiding` goes from 0 (brazen) to 1 (very careful)."""

    number: int
    scheme: str
    ring: str | None
    sites: dict[int, tuple[str, ...]]
    hiding: float
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Job:
    """What one operation does at one centre on one day, with those of its clerks who are at work."""

    operation: Operation
    bookings: int
    clerks: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """Jobs by centre and day, and where slots are kept back, whether or not one is sold that day."""

    jobs: dict[tuple[int, int], list[Job]] = field(default_factory=lambda: defaultdict(list))
    withheld: dict[tuple[int, int], Operation] = field(default_factory=dict)


def _operation(
    rng: np.random.Generator,
    number: int,
    scheme: str,
    dirty: list[Centre],
    *,
    days: int,
    hiding: tuple[float, float],
) -> Operation | None:
    """Find a fitting centre, or two for a company, and the people; None where the scheme fits nowhere."""
    _, fewest, most, low, high = SCHEMES[scheme]
    fitting = [centre for centre in dirty if low <= centre.kind.slot_share <= high]
    if not fitting:
        return None
    wanted = 2 if scheme in ("broker_desk", "release_bot") and rng.random() < 0.5 else 1
    chosen = [fitting[int(i)] for i in rng.permutation(len(fitting))[:wanted]]
    sites = {}
    for centre in chosen:
        regular = centre.clerks[: len(centre.windows)]
        count = int(rng.integers(fewest, most + 1))
        sites[centre.index] = tuple(regular[int(i)] for i in rng.permutation(len(regular))[:count])
    length = max(min(days, 8), int(days * between(rng, 0.4, 1.0)))
    first = int(rng.integers(days - length + 1))
    ring = None if scheme in LONE else f"R{number + 1:02d}"
    return Operation(number, scheme, ring, sites, between(rng, *hiding), first, first + length - 1)


def _operations(rng: np.random.Generator, city: list[Centre], days: int, variant: str) -> list[Operation]:
    """Draw the schemes in use and one or two operations of each; two centres of eight stay clean."""
    clean = {int(i) for i in rng.permutation(len(city))[: 2 * len(city) // 8]}
    dirty = [centre for centre in city if centre.index not in clean]
    names = [list(SCHEMES)[int(i)] for i in rng.permutation(len(SCHEMES))]
    names = names[: int(rng.integers(7, 10))] if variant == "rare" else names[: int(rng.integers(10, 13))]
    if variant != "rare":
        names += [name for name in names if name != "kept_slots" and rng.random() < 0.4]
    hiding = HIDING[variant]
    drawn = (_operation(rng, number, name, dirty, days=days, hiding=hiding) for number, name in enumerate(names))
    return [operation for operation in drawn if operation]


def _seats(seed: int, city: list[Centre], days: int) -> dict[tuple[int, int], set[str]]:
    """Who is at work where and when."""
    return {
        (centre.index, day): {window.clerk for window in windows_of(seed, centre, day)}
        for centre in city
        for day in range(days)
    }


def _deal(
    rng: np.random.Generator, operation: Operation, rows: int, seats: dict[tuple[int, int], set[str]]
) -> Counter[tuple[int, int]]:
    """Spread an operation's bookings over its days: the careful do little a day, touts work in bundles."""
    bundle = 4 if operation.scheme == "ticket_bundle" else 2 if operation.scheme == "release_bot" else 1
    cap = max(1, round((6 - 4 * operation.hiding) / bundle))
    places = [
        (index, day)
        for index, clerks in operation.sites.items()
        for day in range(operation.first, operation.last + 1)
        if not clerks or seats[index, day] & set(clerks)
    ]
    result: Counter[tuple[int, int]] = Counter()
    while places and result.total() < rows:
        pool = places * cap
        for i in rng.permutation(len(pool)):
            result[pool[int(i)]] += bundle
            if result.total() >= rows:
                break
    return result


def draw_plan(seed: int, city: list[Centre], days: int, variant: str) -> Plan:
    """The whole period's jobs by centre and day; empty for the variant without manipulation."""
    plan = Plan()
    if variant == "nothing":
        return plan
    rng = np.random.default_rng([seed, 9001, list(RATES).index(variant)])
    operations = _operations(rng, city, days, variant)
    if not operations:
        return plan
    budget = between(rng, *RATES[variant]) * sum(centre.volume for centre in city) * days * 1.06
    weights = np.array([SCHEMES[item.scheme][0] * rng.gamma(4.0, 0.25) for item in operations])
    seats = _seats(seed, city, days)
    for operation, share in zip(operations, weights / weights.sum(), strict=True):
        for (index, day), rows in _deal(rng, operation, max(2, round(budget * share)), seats).items():
            present = tuple(clerk for clerk in operation.sites[index] if clerk in seats[index, day])
            plan.jobs[index, day].append(Job(operation, rows, present))
        if operation.scheme == "kept_slots":
            for index in operation.sites:
                plan.withheld |= {(index, day): operation for day in range(operation.first, operation.last + 1)}
    return plan
