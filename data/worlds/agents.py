"""Lawful bulk: an agency and an employer book for many people from one telephone, and wait their turn."""

from datetime import date

from data.worlds.chance import Purpose, between, stream
from data.worlds.clock import HOUR
from data.worlds.demand import Request, released_at, wanted
from data.worlds.people import Population
from data.worlds.plan import Agent

#: an agent's clerk types the day's bookings one after another: seconds from one to the next
TYPING_S = (40, 180)


class Errands:
    """The bookings of one declared agent: its own contact, and a list of clients whom it brings again."""

    def __init__(self, seed: int, where: tuple[int, int], agent: Agent, population: Population) -> None:
        self._seed, self._where, self._agent = seed, where, agent
        self._contact = population.identifiers.contact()
        self._clients = population.draw(stream(seed, Purpose.AGENTS, *where), agent.clients)

    def requests(self, day_number: int, day: date) -> list[Request]:
        """The agent's requests for that day; none on most days."""
        if day_number not in self._agent.days:
            return []
        rng = stream(self._seed, Purpose.AGENTS, *self._where, day_number + 1)
        low, high = self._agent.group
        picks = rng.permutation(len(self._clients))[: int(rng.integers(low, high + 1))]
        at = released_at(day) + between(rng, 0, 2 * HOUR)
        requests = []
        together = wanted(rng, day) if self._agent.arranged else None
        for index in picks:
            at += between(rng, *TYPING_S)
            requests.append(
                Request(
                    at,
                    self._clients[int(index)],
                    self._contact,
                    "online",
                    self._agent.service,
                    together or wanted(rng, day),
                    agent_id=self._agent.agent_id,
                    priority_class="group" if self._agent.arranged else None,
                )
            )
        return requests
