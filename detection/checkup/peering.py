"""A centre beside others like it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from detection.checkup.balance import Balance
from detection.checkup.capacity import Capacity

#: alike are centres that have at least half of their items in common, and at most twice as many windows
COMMON = 0.5
SIZE = 2.0
#: fewer others than this say nothing
FEWEST = 3


@dataclass(frozen=True)
class Beside:
    """`peers`: how many are alike; `median`: of what they let in of what they could serve; `shrunk`: the centre's own
    share, drawn towards theirs by as much as it is uncertain; `lower`: how many of them let in a smaller share."""

    peers: int
    median: float
    shrunk: float
    lower: int


def beside(centre: str, found: Mapping[str, tuple[Capacity, Balance]]) -> Beside | None:
    """The centre beside those like it; null for too few.

    Shares are compared as logarithms. What they differ by beyond their uncertainty is the peers' own spread; a share is
    the mean of the centre's and the peers', each weighed by how sure it is (empirical Bayes, Efron and Morris 1975).
    """
    own_capacity, own = found[centre]
    alike = [name for name in found if name != centre and _alike(own_capacity, found[name][0])]
    if len(alike) < FEWEST:
        return None
    logs = np.log([found[name][1].share for name in alike])
    errors = np.array([_error(found[name][1]) for name in alike])
    middle = float(np.median(logs))
    between = max(float(logs.var(ddof=1) - (errors**2).mean()), 0.0)
    error = _error(own) ** 2
    weight = between / (between + error) if between + error else 1.0
    shrunk = weight * np.log(own.share) + (1 - weight) * middle
    lower = sum(found[name][1].share < own.share for name in alike)
    return Beside(len(alike), float(np.exp(middle)), float(np.exp(shrunk)), lower)


def _error(one: Balance) -> float:
    """Standard error of the logarithm of a share, from its 95 % interval."""
    return float(np.log(max(one.share_high, 1e-9) / max(one.share_low, 1e-9))) / (2 * 1.96)


def _alike(one: Capacity, other: Capacity) -> bool:
    items, others = ({item for pool in found.pools for item in pool.items} for found in (one, other))
    common = len(items & others) / max(len(items | others), 1)
    windows, many = (sum(pool.windows for pool in found.pools) for found in (one, other))
    return common >= COMMON and max(windows, many) <= SIZE * min(windows, many)
