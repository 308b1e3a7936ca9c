"""What a centre could serve a day, from its own services, with an interval by a block bootstrap over its days."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t

Reals = npt.NDArray[np.float64]

#: days of service below which nothing is said: one week
FEWEST_DAYS = 5
#: services of an item below which its length is read from all items together
FEWEST_SERVICES = 10
#: gaps between services, while somebody waited, below which nothing is said
FEWEST_GAPS = 20
#: days drawn together: a working week, since days near each other are alike (Künsch 1989, moving blocks); less where
#: there would be fewer blocks than the second number
BLOCK_DAYS, FEWEST_BLOCKS = 5, 5
DRAWS = 1000
#: the interval is to hold so much
SURE = 0.95
#: a clerk counts as much faster or slower as shown, less the more of it may be chance: so many services weigh like none
PSEUDO_SERVICES = 50


@dataclass(frozen=True)
class Pool:
    """Windows that serve the same items: mean and variance of a cycle (s, s²: a service and the gap behind it),
    seconds open and stretches a day, windows open on a day of service."""

    items: tuple[str, ...]
    cycle_s: float
    variance: float
    open_s: float
    stretches: float
    windows: float

    @property
    def per_day(self) -> float:
        """People a day whom these windows could serve."""
        return float(_served(np.array(self.open_s), np.array(self.stretches), np.array(self.cycle_s), self.variance))


@dataclass(frozen=True)
class Capacity:
    """People a day whom a centre could serve if somebody always waited, at its usual mix of items.

    `draws`: the same of each draw of the bootstrap; `low`, `high`: the ends of the 95 % interval; `days`: on how many
    days of service it rests; `drawn`: how often each draw took each of them, a row a draw.
    """

    per_day: float
    low: float
    high: float
    draws: Reals
    days: tuple[object, ...]
    drawn: Reals
    pools: tuple[Pool, ...]
    gap_s: float
    item_s: dict[str, float]


def capacity(services: pd.DataFrame, gaps: pd.DataFrame, open_: pd.DataFrame, mix: dict[str, float]) -> Capacity | str:
    """The capacity of one centre, or why nothing can be said of it.

    `services`, `gaps`: rows of `facts.serving`; `open_`: of `opening`; `mix`: by item its part of what is asked for.

    A window that always has somebody to call begins as many services as fit between opening and closing, and the last
    one runs over: in a time L there are about L/c + (v + c²)/2c² of them, for cycles of mean c and variance v (renewal
    theory, Cox 1962). A cycle is a service, of all that were held, and the gap behind it, of those at which the next
    one was waiting already: so that long services, behind which somebody always waits, do not count twice.
    """
    items = sorted(services["service_code"].unique())
    if not items:
        return "no service with its times and window is known"
    days = np.sort(open_["service_day"].unique())
    if days.size < FEWEST_DAYS:
        return f"fewer than {FEWEST_DAYS} days of service with open windows"
    if gaps["gaps"].sum() < FEWEST_GAPS:
        return "hardly anybody waited, or nobody's check-in and service times are known"
    sets = sorted({stretch for stretch in open_["items"] if stretch})
    if not sets:
        return "no service with its times and window is known"
    sums = np.column_stack([_by_day(gaps, days, ["gaps", "s", "ss"]), *_by_item(services, days, items)])
    hours = _hours(open_, services, days, sets, mix)
    drawn = np.vstack([np.ones(days.size), _blocks(days.size)])
    found = _per_day(drawn @ sums, drawn @ hours / drawn.sum(1, keepdims=True), items, sets, mix)
    draws = found.total[1:]
    low, high = interval(float(found.total[0]), draws, days.size)
    return Capacity(
        per_day=float(found.total[0]),
        low=low,
        high=high,
        draws=draws,
        days=tuple(days),
        drawn=drawn[1:],
        pools=tuple(found.pool(place, items_of, open_) for place, items_of in enumerate(sets)),
        gap_s=float(found.gap[0]),
        item_s={item: float(found.lengths[0, place]) for place, item in enumerate(items)},
    )


def interval(estimate: float, draws: Reals, days: int) -> tuple[float, float]:
    """The ends of the interval around an estimate, from draws of so many days.

    So few blocks know their own spread badly: Student's t takes the place of the normal, with a degree of freedom less
    than there are blocks.
    """
    half = float(t.ppf((1 + SURE) / 2, freedom(days)) * draws.std())
    return estimate - half, estimate + half


def freedom(days: int) -> int:
    """Degrees of freedom of a spread that was drawn from so many days."""
    return days // _block(days) - 1


def _block(days: int) -> int:
    return max(min(BLOCK_DAYS, days // FEWEST_BLOCKS), 1)


@dataclass(frozen=True)
class _Found:
    """For each draw: capacity, the mean gap, mean length by item; for each set of items cycles and their variances."""

    total: Reals
    gap: Reals
    lengths: Reals
    cycles: list[Reals]
    variances: list[Reals]
    open_s: Reals

    def pool(self, place: int, items: tuple[str, ...], open_: pd.DataFrame) -> Pool:
        rows = open_[open_["items"] == items]
        return Pool(
            items=items,
            cycle_s=float(self.cycles[place][0]),
            variance=float(self.variances[place][0]),
            open_s=float(self.open_s[0, 2 * place]),
            stretches=float(self.open_s[0, 2 * place + 1]),
            windows=float(rows.groupby("service_day")["window_id"].nunique().mean()),
        )


def _per_day(sums: Reals, hours: Reals, items: list[str], sets: list[tuple[str, ...]], mix: dict[str, float]) -> _Found:
    gap, gap_square = sums[:, 1] / sums[:, 0], sums[:, 2] / sums[:, 0]
    turns, length, square = (sums[:, 3 + part :: 3] for part in range(3))
    every = turns.sum(1, keepdims=True)
    rare = turns < FEWEST_SERVICES
    safe = np.where(rare, 1, turns)
    mean = np.where(rare, length.sum(1, keepdims=True) / every, length / safe)
    square = np.where(rare, square.sum(1, keepdims=True) / every, square / safe)
    total, cycles, variances = np.zeros(len(sums)), [], []
    for place, items_of in enumerate(sets):
        share = np.array([mix.get(item, 0.0) if item in items_of else 0.0 for item in items])
        if not share.sum():  # nobody has asked for any of them: all alike
            share = np.array([float(item in items_of) for item in items])
        if not share.sum():
            share = turns[0] / turns[0].sum()
        share = share / share.sum()
        service, second = mean @ share, square @ share
        cycle = service + gap
        variance = second + 2 * service * gap + gap_square - cycle**2
        total += _served(hours[:, 2 * place], hours[:, 2 * place + 1], cycle, variance)
        cycles.append(cycle)
        variances.append(variance)
    return _Found(total, gap, mean, cycles, variances, hours)


def _served(open_s: Reals, stretches: Reals, cycle: Reals, variance: Reals | float) -> Reals:
    found: Reals = open_s / cycle + stretches * (variance + cycle**2) / (2 * cycle**2)
    return found


def _by_day(rows: pd.DataFrame, days: Reals, columns: list[str]) -> Reals:
    found: Reals = rows.groupby("service_day")[columns].sum().reindex(days, fill_value=0).to_numpy(float)
    return found


def _by_item(services: pd.DataFrame, days: Reals, items: list[str]) -> Iterator[Reals]:
    """Of each item its services of each day, the sums of their lengths and squares."""
    summed = services.groupby(["service_code", "service_day"])[["turns", "s", "ss"]].sum()
    for item in items:
        yield summed.loc[item].reindex(days, fill_value=0).to_numpy(float)


def _hours(
    open_: pd.DataFrame, services: pd.DataFrame, days: Reals, sets: list[tuple[str, ...]], mix: dict[str, float]
) -> Reals:
    """Per day and set of items seconds open, at the pace of who sits there, and stretches."""
    pace = open_["clerk_id"].map(_paces(services)).fillna(1.0)
    rows = open_.assign(open_s=(open_["closes"] - open_["opens"]) / pace, stretches=1)
    parts: dict[object, pd.DataFrame] = dict(iter(rows.groupby("items")))
    of_set = [_by_day(parts[items], days, ["open_s", "stretches"]) for items in sets]
    return np.column_stack(of_set)


def _paces(services: pd.DataFrame) -> "pd.Series[float]":
    """By clerk, how long a service takes beside others' of the same items; 1: as long. Few services show little."""
    items = services.groupby("service_code")[["turns", "log_s"]].sum()
    usual = services["service_code"].map(items["log_s"] / items["turns"])
    excess = (services["log_s"] - services["turns"] * usual).groupby(services["clerk_id"]).sum()
    turns = services.groupby("clerk_id")["turns"].sum()
    return (excess / (turns + PSEUDO_SERVICES)).apply(np.exp)


def _blocks(days: int) -> Reals:
    """How often each of `DRAWS` draws takes each day: whole blocks of neighbours, the last cut; the same each time."""
    rng, block = np.random.default_rng(days), _block(days)
    starts = rng.integers(0, days, (DRAWS, -(-days // block)))
    taken = ((starts[:, :, None] + np.arange(block)) % days).reshape(DRAWS, -1)[:, :days]
    counts = np.zeros((DRAWS, days))
    np.add.at(counts, (np.arange(DRAWS)[:, None], taken), 1)
    return counts
