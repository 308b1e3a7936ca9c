"""A ring through the whole world: on which day it acts, for which client, by whose telephone, through which clerk."""

from datetime import date, timedelta

import numpy as np

from data.worlds.chance import between, chosen
from data.worlds.clock import HOUR, instant
from data.worlds.demand import Request, released_at, wanted
from data.worlds.people import Contact, Person, Population
from data.worlds.plan import Centre, Scheme
from data.worlds.roster import roster
from data.worlds.schemes.favour import Occasion, all_arrangements

#: most occasions of a ring on one day, unless its bookings do not fit its days
MOST_A_DAY = 3


class Ring:
    """One scheme's requests, drawn once for all days, so that a day does not depend on others having been made."""

    def __init__(
        self, rng: np.random.Generator, centre: Centre, scheme: Scheme, population: Population, calendar: list[date]
    ) -> None:
        self._rng, self._scheme, self._population = rng, scheme, population
        self._kind = all_arrangements()[scheme.kind]
        self._desks = _desks(scheme, population)
        self._everyone = _clients(rng, scheme, population)
        clients = self._everyone + _again(rng, scheme, self._everyone)
        on_duty = _on_duty(centre, scheme, calendar)
        days = _days(rng, scheme, on_duty, occasions=-(-scheme.bookings // self._kind.size))
        self._straws = population.draw(rng, scheme.clients) if self._kind.straw else []
        self._requests: dict[int, list[Request]] = {number: [] for number in days}
        today: dict[int, set[str]] = {number: set() for number in days}
        for number in days:
            people = self._people(clients, today[number])
            clerk = chosen(rng, on_duty[number]) if on_duty[number] else None
            self._requests[number] += self._requested(calendar[number], people, clerk, today[number])
        for _ in range(scheme.decoys if days else 0):
            number = chosen(rng, days)
            person = self._people(clients, today[number], count=1)[0]
            self._requests[number].append(self._decoy(calendar[number], person))

    def requests(self, day_number: int) -> list[Request]:
        """The scheme's requests for that day; none on days on which it rests."""
        return self._requests.get(day_number, [])

    def _people(self, clients: list[Person], today: set[str], *, count: int | None = None) -> list[Person]:
        """The next clients of the day, nobody twice; `clients` shrinks by them."""
        people = []
        for _ in range(count or self._kind.size):
            known = (one for one in clients + self._everyone if one.applicant_id not in today)
            person = next(known, None) or self._population.draw(self._rng, 1, but=today)[0]
            if person in clients:
                clients.remove(person)
            today.add(person.applicant_id)
            people.append(person)
        return people

    def _requested(self, day: date, people: list[Person], clerk: str | None, today: set[str]) -> list[Request]:
        contacts = [self._contact(person) for person in people]
        straw = None
        if self._straws:
            person = chosen(self._rng, [one for one in self._straws if one.applicant_id not in today])
            today.add(person.applicant_id)
            straw = person, self._contact(person)
        return self._kind.plant(Occasion(self._rng, self._scheme, day, people, contacts, straw, clerk))

    def _contact(self, person: Person) -> Contact:
        share = self._scheme.identified
        if not self._desks or (share < 1 and self._rng.random() >= share):
            return person.contact
        return chosen(self._rng, self._desks)

    def _decoy(self, day: date, person: Person) -> Request:
        """Somebody for whom the intermediary books and does no more."""
        at = released_at(day) + between(self._rng, 0, 48 * HOUR)
        latest = instant(day - timedelta(days=1), "22:00")
        contact = chosen(self._rng, self._desks) if self._desks else person.contact
        return Request(min(at, latest), person, contact, "online", self._scheme.service, wanted(self._rng, day))


def _desks(scheme: Scheme, population: Population) -> list[Contact]:
    """The intermediary's contacts: each telephone with each device, all behind one address."""
    phones = [population.identifiers.phone() for _ in range(scheme.phones)]
    devices = [population.identifiers.device() for _ in range(scheme.devices)]
    address = population.identifiers.ip()
    return [Contact(phone, device, address) for phone in phones for device in devices]


def _clients(rng: np.random.Generator, scheme: Scheme, population: Population) -> list[Person]:
    """The ring's clients, none of whom has a lawful priority."""
    able = [person for person in population.draw(rng, 3 * scheme.clients) if person.standing is None]
    return able[: scheme.clients]


def _again(rng: np.random.Generator, scheme: Scheme, clients: list[Person]) -> list[Person]:
    """For the bookings beyond each client's first: whose they are."""
    again = rng.integers(0, len(clients), max(scheme.bookings - len(clients), 0))
    return [clients[int(index)] for index in again]


def _on_duty(centre: Centre, scheme: Scheme, calendar: list[date]) -> dict[int, list[str]]:
    """By day number, which of the ring's clerks sit where the item is served; only days on which it can act."""
    last = len(calendar) - 1 if scheme.last is None else scheme.last
    able: dict[int, list[str]] = {}
    for number, day in enumerate(calendar):
        if scheme.first <= number <= last:
            today = {one.clerk_id for one in roster(centre, number, day) if scheme.service in one.services}
            clerks = [clerk for clerk in scheme.clerks if clerk in today]
            if clerks or not scheme.clerks:
                able[number] = clerks
    return able


def _days(rng: np.random.Generator, scheme: Scheme, on_duty: dict[int, list[str]], *, occasions: int) -> list[int]:
    """The day of each occasion: each of the scheme's days once, the rest scattered over them."""
    able = list(on_duty)
    days = [able[int(index)] for index in rng.permutation(len(able))[: scheme.days]]
    most = max(MOST_A_DAY, -(-occasions // max(len(days), 1)))
    more = days * (most - 1)
    scattered = [more[int(index)] for index in rng.permutation(len(more))]
    return (days + scattered)[:occasions]
