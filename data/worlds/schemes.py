"""Planted queue-jumping: the intermediary's bookings, and what the clerk does for them in the hall."""

from datetime import date

import numpy as np

from data.worlds.chance import between, chosen
from data.worlds.clock import MINUTE, instant
from data.worlds.demand import Request, released_at
from data.worlds.people import Contact, Person, Population
from data.worlds.plan import Centre, Scheme
from data.worlds.records import Booking, Stretch
from data.worlds.roster import roster

#: the client is sent in when the clerk, by message, says that he will be free within this time
CALLED_IN_S = 4 * MINUTE
#: most bookings of a ring on one day
MOST_A_DAY = 3


class Overtake:
    """The clerk calls the client as soon as he is free, past everybody who waits.

    The client is sent in when `crowded` people would be passed, for a place in a short queue is not worth paying
    for; the clerk acts if, once free, still `worth` would be. Otherwise the client's turn comes by itself.
    """

    kind = "overtake"
    crowded = 6
    worth = 5
    late_s = (-5 * MINUTE, 10 * MINUTE)

    def __init__(self, scheme: Scheme, *, kept: bool = True) -> None:
        self.ring = scheme.ring
        self.clerk_id = scheme.clerk_id
        self._kept = kept

    def comes_in(self, ahead: int, free_in_s: int | None) -> bool:
        """Wait outside until the hall is full and the clerk about to be free."""
        return free_in_s is not None and free_in_s <= CALLED_IN_S and ahead >= self.crowded

    def acts(self, ahead: int) -> bool:
        """Call past the others if that is worth it, unless he lets this client down."""
        return self._kept and ahead >= self.worth

    def disguise(self, booking: Booking, passed: list[Booking], rng: np.random.Generator) -> None:
        """Nothing is disguised: the log shows the call out of turn."""


class Backdate(Overtake):
    """The client comes long after an early slot; the clerk types a check-in that puts him first.

    By the log's times the call is then in order; the ticket, which the machine numbered, is later than those
    of people who checked in after the stated time.
    """

    kind = "backdate"
    crowded = 4
    worth = 3
    late_s = (55 * MINUTE, 80 * MINUTE)

    def disguise(self, booking: Booking, passed: list[Booking], rng: np.random.Generator) -> None:
        """State a check-in some minutes before anybody who was passed was entitled."""
        first = min(other.entitled_at for other in passed)
        booking.checked_in_at = min(first, booking.entitled_at) - between(rng, 1 * MINUTE, 5 * MINUTE)


FAVOURS = {one.kind: one for one in (Overtake, Backdate)}


class Ring:
    """One scheme's bookings over the whole world: which day, which client, by whose telephone."""

    def __init__(
        self,
        rng: np.random.Generator,
        centre: Centre,
        scheme: Scheme,
        population: Population,
        calendar: list[date],
    ) -> None:
        self._scheme = scheme
        self._desks = _desks(scheme, population)
        clients = _clients(rng, scheme, population)
        days = _days(rng, centre, scheme, calendar)
        self._requests: dict[int, list[Request]] = {number: [] for number in days}
        for number in days:
            today = {request.person for request in self._requests[number]}
            person = next((one for one in clients if one not in today), None)
            if person:
                clients.remove(person)
                self._requests[number].append(self._request(rng, calendar[number], person))

    def _request(self, rng: np.random.Generator, day: date, person: Person) -> Request:
        contact = chosen(rng, self._desks) if self._desks else person.contact
        return Request(
            released_at(day) + between(rng, 20, 8 * MINUTE),
            person,
            contact,
            "online",
            self._scheme.service,
            instant(day, chosen(rng, self._scheme.wants)),
            favour=FAVOURS[self._scheme.kind](self._scheme, kept=bool(rng.random() < self._scheme.adherence)),
            firm=True,
        )

    def requests(self, day_number: int) -> list[Request]:
        """The scheme's requests for that day; none on days on which it rests."""
        return self._requests.get(day_number, [])


def _desks(scheme: Scheme, population: Population) -> list[Contact]:
    """The intermediary's contacts: each telephone with each device, all behind one address."""
    phones = [population.identifiers.phone() for _ in range(scheme.phones)]
    devices = [population.identifiers.device() for _ in range(scheme.devices)]
    address = population.identifiers.ip()
    return [Contact(phone, device, address) for phone in phones for device in devices]


def _clients(rng: np.random.Generator, scheme: Scheme, population: Population) -> list[Person]:
    """The client of each booking, each client at least once; nobody with a lawful priority."""
    able = [person for person in population.draw(rng, 3 * scheme.clients) if person.standing is None]
    clients = able[: scheme.clients]
    again = rng.integers(0, len(clients), scheme.bookings - len(clients))
    return clients + [clients[int(index)] for index in again]


def _days(rng: np.random.Generator, centre: Centre, scheme: Scheme, calendar: list[date]) -> list[int]:
    """The day of each booking: each of the scheme's days once, the rest scattered over them.

    Days count only if the clerk then sits where the item is served.
    """
    able = [
        number
        for number, day in enumerate(calendar)
        if any(_serves(stretch, scheme) for stretch in roster(centre, number, day))
    ]
    days = [able[int(index)] for index in rng.permutation(len(able))[: scheme.days]]
    more = days * (MOST_A_DAY - 1)
    scattered = [more[int(index)] for index in rng.permutation(len(more))]
    return (days + scattered)[: scheme.bookings]


def _serves(stretch: Stretch, scheme: Scheme) -> bool:
    return stretch.clerk_id == scheme.clerk_id and scheme.service in stretch.services
