"""Ordinary disorder that happens in the hall or at the booking, before anybody is called."""

from benchmarks.foreign.model import DAY, HOUR, MINUTE, Lift, Visit, between, pick
from benchmarks.foreign.today import Today

CLASSES = ("disabled", "pregnant", "veteran")


def _rate(today: Today, name: str) -> float:
    """The centre's rate for a habit; zero where it is unknown."""
    return today.centre.habits.get(name, 0.0)


def _priority(today: Today, visit: Visit) -> None:
    """Recorded priority for those who have a right to it, and quiet kindness that nobody writes down."""
    rng = today.rng
    courtesy = _rate(today, "silent_courtesy")
    if today.centre.turn and today.centre.turn[0] == "new_courtesy" and today.day >= today.centre.turn[1]:
        courtesy += 0.03
    old = visit.person.birth_year <= 1956
    if rng.random() < _rate(today, "known_priority") * (3.0 if old else 0.4):
        visit.favoured = True
        for_parent = rng.random() < 0.08
        visit.priority = "elderly" if old or for_parent else pick(rng, CLASSES)
    elif rng.random() < courtesy * (3.0 if old else 0.8):
        visit.favoured = True


def _errands(today: Today, visit: Visit) -> None:
    """Out-of-turn calls that cost the others a minute or two and hurt nobody's conscience."""
    rng = today.rng
    if visit.arrival is None:
        return
    if rng.random() < _rate(today, "come_back"):
        visit.duration *= 0.5
        visit.lift = Lift(visit.arrival + between(rng, 0.5, 8) * MINUTE)
        visit.priority = "returning" if rng.random() < today.centre.notes_return else visit.priority
    elif rng.random() < _rate(today, "reissued"):
        visit.lift = Lift(visit.arrival + between(rng, 1, 6) * MINUTE)
    elif rng.random() < _rate(today, "quick_word"):
        visit.duration = between(rng, 40, 140)
        visit.lift = Lift(visit.arrival + between(rng, 0.3, 4) * MINUTE)
    elif rng.random() < _rate(today, "errand"):
        visit.lift = Lift(visit.arrival + between(rng, 1, 10) * MINUTE, most_passed=int(rng.integers(2, 12)))
        if not visit.slot_id:
            visit.channel, visit.created_by = "staff", today.clerk(rng)
    if rng.random() < _rate(today, "step_out"):
        start = visit.arrival + between(rng, 2, 25) * MINUTE
        visit.away = (start, start + between(rng, 5, 45) * MINUTE)
        visit.gone = bool(rng.random() < 0.25)


def _employee(today: Today, visit: Visit) -> None:
    """One person's innocent way of working, different from everyone else's."""
    rng = today.rng
    role, clerk = today.centre.employee
    if visit.arrival is None or visit.lift:
        return
    old = visit.person.birth_year <= 1956
    if role == "expert" and rng.random() < 0.022:
        visit.duration *= 1.8
        visit.lift = Lift(visit.arrival + between(rng, 1, 15) * MINUTE, frozenset({clerk}))
    elif role == "typist" and not visit.slot_id and old and rng.random() < 0.4:
        visit.channel, visit.created_by, visit.device = "staff", clerk, None
    elif role == "kind_soul" and old and rng.random() < 0.25:
        visit.lift = Lift(visit.arrival + between(rng, 1, 12) * MINUTE, frozenset({clerk}), most_passed=9)


def _helpers(today: Today) -> None:
    """Neighbours, village offices and employers who book for many with one telephone or one computer."""
    rng, centre = today.rng, today.centre
    online = [visit for visit in today.visits if visit.channel == "online" and not visit.agent]
    index = 0
    while index < len(online):
        visit = online[index]
        luck = rng.random()
        if luck < _rate(today, "helper") / 3:
            name = int(rng.integers(6))
            for other in online[index : index + int(rng.integers(2, 6))]:
                other.phone, other.device = f"13{centre.index}7000{name:04d}", f"d{centre.index}-help{name}"
                other.ip = f"10.{centre.index + 20}.9.{name + 1}"
        elif luck < (_rate(today, "helper") + _rate(today, "employer")) / 3:
            name = int(rng.integers(12))
            start = visit.created
            for place, other in enumerate(online[index : index + int(rng.integers(2, 9))]):
                other.agent = f"A{name + 1:03d}"
                other.device, other.ip = f"d-firm{name}", f"172.16.{name}.{int(rng.integers(1, 4))}"
                if other.status == "booked":
                    other.created = min(start + place * between(rng, 20, 90), -HOUR)
        index += 1


def _families(today: Today) -> None:
    """Relatives who come together and are served in one go, though the second ticket is later."""
    rng = today.rng
    if rate := _rate(today, "family"):
        waiting = [visit for visit in today.visits if visit.arrival is not None and not visit.lift]
        for first in waiting:
            if rng.random() < rate and first.arrival is not None:
                item = next(s for s in today.centre.kind.services if s.code == first.service)
                late = between(rng, 0.2, 12) * MINUTE
                second = today.walk_in(rng, today.people.draw(rng), item, first.arrival + late)
                second.follows, second.phone = first, first.phone
                second.duration *= 0.6
                today.visits.append(second)


def _bus(today: Today) -> None:
    """A home for the aged sends its van, announced by telephone and taken as a group."""
    rng = today.rng
    if rng.random() < _rate(today, "bus"):
        arrival = today.opens + between(rng, 0.3, 2.2) * HOUR
        clerk, item = today.clerk(rng), today.service(rng, slow_only=True)
        for _ in range(int(rng.integers(5, 12))):
            visit = today.walk_in(rng, today.people.elder(rng), item, arrival + between(rng, 0, 240))
            visit.channel, visit.created_by, visit.priority, visit.favoured = "staff", clerk, "group", True
            visit.phone, visit.device, visit.patience = f"05{today.centre.index}700002", None, 6 * HOUR
            today.visits.append(visit)


def _car_pool(today: Today) -> None:
    """Villagers who share a car pull their tickets one after the other, with one telephone for all."""
    rng = today.rng
    for _ in range(int(rng.poisson(_rate(today, "car_pool")))):
        comes, item = today.opens - between(rng, -60, 40) * MINUTE, today.service(rng, slow_only=True)
        phone = today.people.draw(rng).phone
        for _ in range(int(rng.integers(2, 6))):
            comes += between(rng, 3, 25)
            visit = today.walk_in(rng, today.people.draw(rng), item, comes)
            visit.phone = phone
            today.visits.append(visit)


def _second_thoughts(today: Today) -> None:
    """Cancelled slots that the waiting list fills at once, own re-bookings, two tickets for one person."""
    rng = today.rng
    for visit in list(today.visits):
        if visit.slot_id and visit.channel == "online" and visit.status == "booked":
            rate = _rate(today, "waiting_list")
            if rng.random() < rate + _rate(today, "own_rebooking"):
                own = rng.random() * (rate + _rate(today, "own_rebooking")) > rate
                _refill(today, visit, own)
        elif visit.channel == "onsite" and visit.arrival and rng.random() < _rate(today, "double_ticket"):
            item = today.service(rng)
            twin = today.walk_in(rng, visit.person, item, visit.arrival + between(rng, 5, 60))
            twin.phone, twin.gone, twin.away = visit.phone, True, (visit.arrival, visit.arrival + DAY)
            today.visits.append(twin)


def _refill(today: Today, visit: Visit, own: bool) -> None:
    """Give the slot up before the visit and let the same person, or the next on the list, have it."""
    rng = today.rng
    before = today.people.draw(rng) if not own else visit.person
    old = Visit(
        visit.service,
        before,
        "online",
        visit.created,
        None,
        visit.duration,
        slot_start=visit.slot_start,
        slot_id=visit.slot_id,
        status="cancelled",
        phone=before.phone,
        device=before.device,
        ip=before.ip,
    )
    old.cancelled = between(rng, visit.created + 60, -0.5 * HOUR)
    gap = between(rng, 20, 900) if own else pick(rng, (between(rng, 1, 5), between(rng, 2, 90)))
    visit.created = min(old.cancelled + gap, -60)
    old.cancelled = min(old.cancelled, visit.created)
    today.visits.append(old)


def apply(today: Today) -> None:
    """Lay the centre's habits over the honest demand."""
    for visit in today.visits:
        _priority(today, visit)
        _errands(today, visit)
        _employee(today, visit)
    _helpers(today)
    _families(today)
    _bus(today)
    _car_pool(today)
    _second_thoughts(today)
