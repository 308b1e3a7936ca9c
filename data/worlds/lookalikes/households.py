"""Households: two who come together and are served in one go, and one who gives a slot to another."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from data.worlds.chance import between, chosen
from data.worlds.clock import HOUR, MINUTE, instant
from data.worlds.demand import Request, online_moment, wanted
from data.worlds.people import Population
from data.worlds.plan import Centre
from data.worlds.records import Handover, Party

#: the second booking follows the first on the same telephone after so long (s)
SECOND_S = (40, 5 * MINUTE)
#: who gives a slot to somebody at home cancels and books again within so long (s)
SWAPPED_S = (6, 3 * MINUTE)


def households(rng: np.random.Generator, centre: Centre, day: date, population: Population) -> list[Request]:
    """The day's requests of households that do either; nobody twice."""
    habits = centre.habits
    if habits.couples + habits.swaps == 0:
        return []
    couples, swaps = int(rng.poisson(habits.couples)), int(rng.poisson(habits.swaps))
    picks = rng.permutation(len(population.households))[: couples + swaps]
    requests: list[Request] = []
    for count, index in enumerate(picks):
        make = _couple if count < couples else _swap
        first, second = population.households[int(index)][:2]
        code = chosen(rng, centre.services).code
        at, wants = online_moment(rng, day, habits.eager_mean_s), wanted(rng, day)
        requests += make(
            rng,
            day,
            Request(at, first, first.contact, "online", code, wants),
            Request(at, second, second.contact, "online", code, wants),
        )
    return requests


def _couple(rng: np.random.Generator, day: date, first: Request, second: Request) -> list[Request]:
    party = Party()
    at = first.at + between(rng, *SECOND_S)
    return [replace(first, party=party), replace(second, at=at, party=party)]


def _swap(rng: np.random.Generator, day: date, first: Request, second: Request) -> list[Request]:
    handover = Handover()
    latest = instant(day - timedelta(days=1), "21:30")
    given_up = between(rng, first.at + 1, max(latest, first.at + HOUR))
    at = given_up + between(rng, *SWAPPED_S)
    return [
        replace(first, handover=handover, gives_up_at=given_up),
        replace(second, at=at, handover=handover),
    ]
