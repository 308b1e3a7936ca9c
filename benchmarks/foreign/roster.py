"""Who sits at which window on which day."""

import numpy as np

from benchmarks.foreign.kinds import Centre
from benchmarks.foreign.model import HOUR, MINUTE, Window, between


def windows_of(seed: int, centre: Centre, day: int) -> list[Window]:
    """The day's windows. Clerks keep a home window, fall ill, spares step in; some start before the hour."""
    rng = np.random.default_rng([seed, centre.index, day, 7])
    count = len(centre.windows)
    present = [clerk for clerk in centre.clerks if rng.random() > 0.05]
    home = {clerk: place for place, clerk in enumerate(centre.clerks[:count])}
    seats: dict[int, str] = {home[clerk]: clerk for clerk in present if clerk in home}
    spare = [clerk for clerk in present if clerk not in home]
    for place in range(count):
        if place not in seats and spare:
            seats[place] = spare.pop()
    if len(seats) > 2 and rng.random() < 0.25:
        one, two = (int(x) for x in rng.choice(sorted(seats), 2, replace=False))
        seats[one], seats[two] = seats[two], seats[one]
    early = centre.habits.get("early_start", 0.0)
    result = []
    for place in sorted(seats):
        hours = list(centre.kind.hours)
        if len(hours) == 1:
            start, end = hours[0]
            lunch = (11.5 if place % 2 else 12.5) * HOUR
            hours = [(start, lunch), (lunch + HOUR, end)]
        shifts = [-between(rng, 2, 12) * MINUTE if rng.random() < early else between(rng, 0, 240) for _ in hours]
        worked = [(start + shift, end) for (start, end), shift in zip(hours, shifts, strict=True)]
        result.append(
            Window(
                f"W{place + 1:02d}",
                centre.windows[place],
                seats[place],
                worked,
                centre.speeds[seats[place]],
                hours,
            )
        )
    return result
