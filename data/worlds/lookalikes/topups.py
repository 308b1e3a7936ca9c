"""Units released on the morning itself, for people without a slot: typed in by staff minutes before, and lawful."""

import numpy as np

from data.worlds.plan import Centre


def topups(rng: np.random.Generator, centre: Centre) -> dict[str, int]:
    """How many units of each item a centre adds to the quota of one day; items without any are left out."""
    if not centre.habits.topups:
        return {}
    mean = centre.habits.topups / len(centre.services)
    units = {service.code: int(rng.poisson(mean)) for service in centre.services}
    return {code: count for code, count in units.items() if count}
