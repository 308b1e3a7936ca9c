"""One hall's day while it is being made: the shared state that demand, habits, schemes and hall work on."""

from dataclasses import dataclass, field

import numpy as np

from benchmarks.foreign.kinds import Centre
from benchmarks.foreign.model import DAY, HOUR, MINUTE, Person, Refusal, Service, Visit, Window, between, pick
from benchmarks.foreign.people import People


@dataclass(slots=True)
class Today:
    """A centre's day. `rng` belongs to ordinary life; schemes bring their own and leave it undisturbed."""

    centre: Centre
    day: int
    people: People
    windows: list[Window]
    rng: np.random.Generator
    visits: list[Visit] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    released: dict[str, int] = field(default_factory=dict)
    slot_ids: set[str] = field(default_factory=set)

    @property
    def rule(self) -> str:
        """The order in force today."""
        return self.centre.rule_on(self.day)

    @property
    def opens(self) -> float:
        """Start of business."""
        return self.centre.kind.hours[0][0]

    @property
    def closes(self) -> float:
        """End of business."""
        return self.centre.kind.hours[-1][1]

    @property
    def release(self) -> float:
        """When the slots of this day were released."""
        return -self.centre.kind.release_days * DAY + self.centre.kind.release_hour * HOUR

    def service(self, rng: np.random.Generator, slow_only: bool = False) -> Service:
        """Draw an item of business by its share."""
        mark = float(rng.random())
        for item in self.centre.kind.services:
            mark -= item.share
            if mark < 0 and not (slow_only and item.quick):
                return item
        return self.centre.kind.services[0]

    def length(self, rng: np.random.Generator, item: Service) -> float:
        """How long this case keeps the window busy."""
        return max(25.0, item.minutes * MINUTE * float(rng.gamma(3.0, 1 / 3.0)))

    def slot_time(self, rng: np.random.Generator) -> float:
        """A slot's start; mornings are dearer."""
        step = self.centre.kind.slot_minutes * MINUTE
        hours = self.centre.kind.hours
        start, end = hours[0] if len(hours) > 1 and rng.random() < 0.6 else hours[-1]
        return start + step * int(between(rng, 0, (end - start) / step - 0.2))

    def slot_starts(self) -> list[float]:
        """All starts of slots on this day."""
        step = self.centre.kind.slot_minutes * MINUTE
        return [
            start + step * place for start, end in self.centre.kind.hours for place in range(int((end - start) / step))
        ]

    def next_slot_id(self, rng: np.random.Generator, service: str, start: float) -> str:
        """A fresh unit of quota; its number tells nothing."""
        clock = f"{int(start // HOUR):02d}{int(start % HOUR // 60):02d}"
        while True:
            slot_id = f"{service}-{self.day:03d}-{clock}-{int(rng.random() * 10**5):05d}"
            if slot_id not in self.slot_ids:
                self.slot_ids.add(slot_id)
                return slot_id

    def walk_in_time(self, rng: np.random.Generator) -> float:
        """When somebody without a slot comes: before the doors open, in the morning rush, or later."""
        luck = rng.random()
        if luck < 0.14:
            return self.opens - min(float(rng.exponential(14 * MINUTE)), 70 * MINUTE)
        if luck < 0.62:
            return self.opens + float(rng.beta(1.2, 2.2)) * 3 * HOUR
        return self.closes - 4 * HOUR + float(rng.beta(1.3, 2.2)) * 3.6 * HOUR

    def walk_in(self, rng: np.random.Generator, person: Person, item: Service, arrival: float) -> Visit:
        """A ticket from the machine in the hall."""
        visit = Visit(item.code, person, "onsite", arrival, arrival, self.length(rng, item))
        visit.phone = person.phone if rng.random() < 0.6 else None
        if self.centre.kiosk:
            visit.device = f"kiosk-{self.centre.index + 1}-{int(rng.random() * 2) + 1}"
        visit.patience = between(rng, 0.8, 4.0) * HOUR
        return visit

    def booked(self, rng: np.random.Generator, person: Person, item: Service, created: float) -> Visit:
        """A slot booked from home, with an arrival round the slot's start."""
        start = self.slot_time(rng)
        arrival = max(start + float(rng.normal(-11, 10)) * MINUTE, self.opens - HOUR)
        visit = Visit(
            item.code,
            person,
            "online",
            created,
            arrival,
            self.length(rng, item),
            slot_start=start,
            slot_id=self.next_slot_id(rng, item.code, start),
            phone=person.phone,
            device=person.device,
            ip=person.ip,
        )
        visit.patience = between(rng, 1.0, 4.0) * HOUR
        return visit

    def clerk(self, rng: np.random.Generator) -> str:
        """Some employee of the house."""
        return pick(rng, self.centre.clerks)
