"""Where randomness comes from: one independent stream a purpose, centre and day, all fixed by the seed.

A stream of its own for each part keeps a day the same whatever other days are made, so that days can be made
in any order or at once.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import TypeVar

import numpy as np

Option = TypeVar("Option")


class Purpose(IntEnum):
    """What a stream is for. A value is part of every world made so far: add, never renumber."""

    PEOPLE = 1
    SCHEME = 2
    DEMAND = 3
    BOOKING = 4
    ARRIVAL = 5
    HALL = 6
    COMPLAINTS = 7
    AGENTS = 8
    LOOKALIKE = 9
    PLAN = 10


def stream(seed: int, purpose: Purpose, *where: int) -> np.random.Generator:
    """The generator of `purpose` at `where` (centre number, day number, …), the same for the same seed."""
    return np.random.default_rng([seed, int(purpose), *where])


def chosen(rng: np.random.Generator, options: Sequence[Option]) -> Option:
    """One of the options, each as likely."""
    return options[int(rng.integers(len(options)))]


def between(rng: np.random.Generator, low: float, high: float) -> int:
    """A whole number of seconds from `low` to `high`."""
    return int(rng.uniform(low, high))
