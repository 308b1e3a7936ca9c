"""What the schemes share: how a client comes in, how boldly he is lifted, and whom he seems to be."""

import numpy as np

from benchmarks.foreign import demand
from benchmarks.foreign.model import HOUR, MINUTE, Lift, Mark, Visit, between, pick
from benchmarks.foreign.plots import Job
from benchmarks.foreign.today import Today


def mark(job: Job, clerk: str | None) -> Mark:
    """The truth for one booking of a job."""
    return Mark(job.operation.scheme, job.operation.ring, clerk)


def arrival(today: Today, job: Job, rng: np.random.Generator) -> float:
    """The brazen come when the hall is full; the careful often in slack hours, where little is gained."""
    if rng.random() < 0.55 * job.operation.hiding:
        return today.walk_in_time(rng) if rng.random() < 0.4 else today.closes - between(rng, 0.6, 3) * HOUR
    return today.opens + between(rng, 0.4, 2.4) * HOUR


def client(today: Today, job: Job, rng: np.random.Generator, walk_in: bool = False) -> Visit:
    """A paying client: a late ticket, or a late slot for which he comes far too early."""
    comes = arrival(today, job, rng)
    item, person = today.service(rng, slow_only=True), today.people.draw(rng)
    if walk_in or rng.random() > 0.7 * today.centre.kind.slot_share:
        return today.walk_in(rng, person, item, max(comes, today.opens - HOUR))
    visit = today.booked(rng, person, item, demand.created(today, rng))
    latest = comes + between(rng, 25, 130) * MINUTE
    visit.slot_start = max((start for start in today.slot_starts() if start <= latest), default=today.opens)
    visit.slot_id = today.next_slot_id(rng, item.code, visit.slot_start)
    visit.arrival = comes
    today.released[item.code] = today.released.get(item.code, 0) + 1
    return visit


def lift(visit: Visit, job: Job, rng: np.random.Generator, clerks: tuple[str, ...], burn: int = 0) -> None:
    """Have the visit called out of turn; care means a decent wait and few people passed."""
    hiding, comes = job.operation.hiding, visit.arrival or 0.0
    wait = between(rng, 0.3, 2.5) + hiding * between(rng, 0, 12)
    most = 999 if hiding < 0.3 else int(between(rng, 4, 20 - 10 * hiding))
    visit.lift = Lift(comes + wait * MINUTE, frozenset(clerks), most, burn)
    visit.patience = 5 * HOUR


def typed_in(visit: Visit, clerk: str, created: float | None = None) -> None:
    """Let an employee have entered the booking."""
    visit.channel, visit.created_by, visit.device, visit.ip = "staff", clerk, None, None
    if created is not None:
        visit.created = created


def company_traces(today: Today, visit: Visit, job: Job, rng: np.random.Generator) -> None:
    """Give the booking the intermediary's telephone, computer or line, as far as it is careless."""
    number = job.operation.number
    loose = 1.0 - job.operation.hiding
    if rng.random() < loose**2:
        visit.phone = f"177{today.centre.index // 8}{number:02d}{int(rng.integers(3)):04d}"
    if visit.channel == "online":
        if rng.random() < 0.15 + 0.7 * loose:
            host = int(rng.integers(1, 3 + int(40 * (1 - loose))))
            visit.ip = f"111.{number + 10}.{6 + int(rng.integers(2))}.{host}"
        if rng.random() < loose:
            visit.device = f"dx{number:02d}{int(rng.integers(2 + int(12 * (1 - loose)))):03d}"
        if loose > 0.5 and number % 2 and rng.random() < 0.6:
            visit.agent = f"A{100 + number}"


def someone(rng: np.random.Generator, clerks: tuple[str, ...]) -> str:
    """One of the accomplices at work."""
    return pick(rng, clerks)
