"""What a centre can truly serve a day, in closed form from its plan; `world.json` and the truth file state it."""

from datetime import date
from math import erf, exp, log, sqrt

from data.worlds.clock import instant
from data.worlds.hall import LONGEST_S, MISSED, MISSED_WAIT_S, SHORTEST_S, TIDY_S, WALK_S
from data.worlds.plan import Centre, Service, Window
from data.worlds.roster import CLOSES, OPENS

#: any day: hours do not differ from one to another
A_DAY = date(2026, 1, 5)


def capacity_per_day(centre: Centre) -> float:
    """Services a day if somebody always waited, at the centre's mix of items, between opening and closing.

    A window begins as many services as fit, so that each half day has one that runs over (renewal theory: starts in
    a time L are about L/m + (v + m²)/2m², for services of mean m and variance v one after another). Exceptional
    days are left out: overtime, outages, slips. `tests/data/test_capacity.py` holds it against the hall itself.
    """
    return round(sum(_window(centre, window) for window in centre.windows), 1)


def _window(centre: Centre, window: Window) -> float:
    offered = [service for service in centre.services if service.code in window.services]
    shares = [service.quota / sum(one.quota for one in offered) for service in offered]
    mean = sum(share * _moment(service, 1) for service, share in zip(offered, shares, strict=True))
    square = sum(share * _moment(service, 2) for service, share in zip(offered, shares, strict=True))
    between = sum(map(_middle, (WALK_S, TIDY_S))) + MISSED / (1 - MISSED) * _middle(MISSED_WAIT_S)
    variance, cycle = square - mean**2, mean + between
    halves = ((OPENS, window.lunch[0]), (window.lunch[1], CLOSES))
    lengths = [instant(A_DAY, until) - instant(A_DAY, since) for since, until in halves]
    return sum(length / cycle + (variance + cycle**2) / (2 * cycle**2) for length in lengths)


def _middle(limits: tuple[int, int]) -> float:
    return sum(limits) / 2


def _moment(service: Service, power: int) -> float:
    """Mean of the time at the window to that power (s, s²): log-normal, cut at the shortest and the longest."""
    centre, spread = log(service.median_s), service.spread

    def below(limit: float, shift: float = 0.0) -> float:
        z = (log(limit) - centre) / spread - shift
        return 0.5 * (1 + erf(z / sqrt(2)))

    shift = power * spread
    inner = exp(power * centre + shift**2 / 2) * (below(LONGEST_S, shift) - below(SHORTEST_S, shift))
    return float(SHORTEST_S**power * below(SHORTEST_S) + inner + LONGEST_S**power * (1 - below(LONGEST_S)))
