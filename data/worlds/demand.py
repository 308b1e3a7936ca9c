"""Who asks for a slot, when, and by which way: the requests that meet the released quota."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice

import numpy as np

from data.worlds.chance import between, chosen
from data.worlds.clock import HOUR, MINUTE, SATURDAY, instant
from data.worlds.people import Contact, Person, Population
from data.worlds.plan import Centre, Habits
from data.worlds.records import Favour, Handover, Party

RELEASED_AHEAD = timedelta(days=7)
RELEASED_AT = "08:00"
#: share that books as soon as the quota is out; `Habits.eager_mean_s` says how soon
EAGER = 0.45
#: others book on any later day at these hours
AWAKE = ("07:00", "22:30")
#: ways of booking other than on the spot, and their shares
CHANNELS, CHANNEL_SHARES = ("online", "phone", "staff"), (0.76, 0.15, 0.09)
#: share of the requests on-line that are made at the library's public computer
AT_LIBRARY = 0.05
#: the hour people want: share of mornings; means and standard deviations after midnight
MORNING = 0.56
MORNING_S, AFTERNOON_S = (9 * HOUR + 50 * MINUTE, 45 * MINUTE), (14 * HOUR + 15 * MINUTE, 50 * MINUTE)
#: requests by weekday against the mean: Mondays are full
BY_WEEKDAY = (1.12, 1.04, 0.98, 0.97, 0.89)


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks at `at` for a slot near `wants`. A `firm` one neither cancels nor stays away.

    `party`: with whom they are served in one go. `beyond`: for a unit that was never on offer. `handover`: the slot
    that it gives up for somebody at `gives_up_at`, or, where that is null, the one it hopes to take. `again`: by
    somebody who was refused before. `priority_class`: agreed beforehand.
    """

    at: int
    person: Person
    contact: Contact
    channel: str
    service: str
    wants: int
    agent_id: str | None = None
    created_by: str | None = None
    favour: Favour | None = None
    firm: bool = False
    party: Party | None = None
    beyond: bool = False
    handover: Handover | None = None
    gives_up_at: int | None = None
    again: bool = False
    priority_class: str | None = None


def released_at(day: date) -> int:
    """When the day's quota goes on offer."""
    return instant(day - RELEASED_AHEAD, RELEASED_AT)


def wanted(rng: np.random.Generator, day: date) -> int:
    """The instant on `day` at which somebody would like to come."""
    mean, deviation = MORNING_S if rng.random() < MORNING else AFTERNOON_S
    return instant(day) + int(rng.normal(mean, deviation))


def _office_moment(rng: np.random.Generator, day: date) -> int:
    """A moment of office hours between release and the day, for what goes by telephone or over a desk."""
    days = [day - timedelta(days=back) for back in range(1, 8)]
    days = [one for one in days if one.weekday() < SATURDAY]
    return instant(chosen(rng, days), "08:30") + between(rng, 0, 9 * HOUR)


def online_moment(rng: np.random.Generator, day: date, eager_mean_s: int) -> int:
    """When somebody books on-line for `day`: soon after release, or on any later day while awake."""
    release = released_at(day)
    if rng.random() < EAGER:
        return release + 2 + int(rng.exponential(eager_mean_s))
    on = day - timedelta(days=int(rng.integers(1, RELEASED_AHEAD.days + 1)))
    return between(rng, max(instant(on, AWAKE[0]), release), instant(on, AWAKE[1]))


def citizens(
    rng: np.random.Generator, centre: Centre, day: date, population: Population, but: set[str]
) -> list[Request]:
    """One request each of a day's ordinary citizens, unsorted; nobody in `but` (applicant ids) is one."""
    busy = BY_WEEKDAY[day.weekday()]
    ahead = 1 - centre.habits.on_the_day
    counts = [int(rng.poisson(service.demand * busy * ahead)) for service in centre.services]
    people = iter(population.draw(rng, sum(counts), but=but))
    requests = []
    for service, count in zip(centre.services, counts, strict=True):
        for person in islice(people, count):
            channel = str(rng.choice(CHANNELS, p=CHANNEL_SHARES))
            if channel == "online":
                requests.append(_online(rng, day, service.code, person, population, centre.habits))
            else:
                typist = chosen(rng, centre.clerks).clerk_id if channel == "staff" else None
                requests.append(_spoken(rng, day, service.code, person, typist))
    return requests


def _online(
    rng: np.random.Generator, day: date, service: str, person: Person, population: Population, habits: Habits
) -> Request:
    """From one's own device, or from the library's with one's own telephone number."""
    contact = person.contact
    if rng.random() < AT_LIBRARY:
        contact = replace(population.library, phone=contact.phone)
    elif habits.behind_nat and rng.random() < habits.behind_nat:
        contact = replace(contact, ip=chosen(rng, population.carrier))
    at = online_moment(rng, day, habits.eager_mean_s)
    return Request(at, person, contact, "online", service, wanted(rng, day))


def _spoken(rng: np.random.Generator, day: date, service: str, person: Person, typist: str | None) -> Request:
    """By telephone, or over a desk where an employee, the `typist`, enters it: no device, no address."""
    channel = "staff" if typist else "phone"
    contact = Contact(person.contact.phone)
    at = _office_moment(rng, day)
    return Request(at, person, contact, channel, service, wanted(rng, day), created_by=typist)
