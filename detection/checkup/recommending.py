"""How many slots a centre might release: the most with which people still wait a short time."""

from dataclasses import dataclass
from math import exp, lgamma, log

from detection.checkup.balance import Balance
from detection.checkup.capacity import Capacity, Pool

#: who has an appointment waits no longer than this on the mean (s): our choice, a quarter of an hour
MEAN_WAIT_S = 15 * 60
#: variance of the time between two who come, against its mean squared: 1 at random, 0 by the clock; with appointments,
#: walk-ins and people who are early or late, half of it is assumed
COMES = 0.5
#: loads that are tried
LOADS = tuple(step / 100 for step in range(40, 99))


@dataclass(frozen=True)
class Recommended:
    """Slots a day, the people whom they bring with those who walk in, the longest mean wait at a pool of windows (s),
    and the part of the time for which windows stand idle."""

    slots: int
    people: float
    wait_s: float
    idle: float


def recommended(found: Capacity, now: Balance) -> Recommended | None:
    """The most slots with which no mean wait exceeds `MEAN_WAIT_S`; null where even the lowest load exceeds it."""
    loads = {pool: [load for load in LOADS if wait_s(pool, load) <= MEAN_WAIT_S] for pool in found.pools}
    if not all(loads.values()):
        return None
    best = {pool: max(fit) for pool, fit in loads.items()}
    people = sum(load * pool.per_day for pool, load in best.items())
    coming = now.usable / now.released if now.usable else 1.0
    return Recommended(
        slots=int(max(people - now.walk_ins, 0.0) / coming),
        people=people,
        wait_s=max(wait_s(pool, load) for pool, load in best.items()),
        idle=1 - people / found.per_day,
    )


def wait_s(pool: Pool, load: float) -> float:
    """Mean wait (s) at a pool of windows that are taken for this part of the time, below 1.

    A queue with several servers: Erlang's formula for the chance to wait, and Allen and Cunneen's approximation (Allen
    1990) for cycles and arrivals that are not at random.
    """
    windows = max(round(pool.windows), 1)
    offered = windows * load
    everyone_taken = windows * log(offered) - lgamma(windows + 1) - log(1 - load)
    some_free = sum(exp(number * log(offered) - lgamma(number + 1) - everyone_taken) for number in range(windows))
    irregular = (COMES + pool.variance / pool.cycle_s**2) / 2
    return pool.cycle_s / (windows * (1 - load)) / (1 + some_free) * irregular
