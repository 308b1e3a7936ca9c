"""What a world contains in figures, counted day by day, so that no day has to be kept."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from data.worlds.capacity import capacity_per_day
from data.worlds.day import CentreDay
from data.worlds.plan import Preset
from data.worlds.records import Booking, Favour

#: goes up whenever the same preset and seed make other bytes than before
WORLD_VERSION = 5


@dataclass(frozen=True)
class WorldSummary:
    """What was made: `planted` and `carried_out` count by scheme; the wait is from ticket to call (s).

    `capacity_per_day`: the people a day whom each centre can truly serve.
    """

    preset: str
    seed: int
    version: int
    first_day: str
    last_day: str
    centres: int
    bookings: int
    by_status: dict[str, int]
    by_channel: dict[str, int]
    refusals: int
    complaints: int
    planted: dict[str, int]
    carried_out: dict[str, int]
    median_wait_s: int
    capacity_per_day: dict[str, float]


class Tally:
    """Counts days as they are made; `planted` keeps a row of the truth for each booking that is part of a scheme."""

    def __init__(self) -> None:
        self._status: Counter[str] = Counter()
        self._channel: Counter[str] = Counter()
        self._waits: Counter[int] = Counter()
        self._refusals = 0
        self.planted: list[dict[str, Any]] = []

    @property
    def bookings(self) -> int:
        """How many bookings were counted."""
        return self._status.total()

    def add(self, day: CentreDay) -> None:
        """Count one centre's day."""
        self._refusals += len(day.refused)
        for one in day.bookings:
            self._status[one.status] += 1
            self._channel[one.channel] += 1
            if one.called_at is not None and one.checked_in_at is not None:
                self._waits[one.called_at - one.checked_in_at] += 1
            if one.favour:
                self.planted.append(_planted(one, one.favour))

    def join(self, other: "Tally") -> None:
        """Take over what another counted."""
        self._status += other._status
        self._channel += other._channel
        self._waits += other._waits
        self._refusals += other._refusals
        self.planted += other.planted

    def summary(self, plan: Preset, complaints: int) -> WorldSummary:
        """The figures of the whole world."""
        kinds = [(row["scheme"], row["carried_out"]) for row in self.planted]
        return WorldSummary(
            preset=plan.name,
            seed=plan.seed,
            version=WORLD_VERSION,
            first_day=plan.calendar[0].isoformat(),
            last_day=plan.calendar[-1].isoformat(),
            centres=len(plan.centres),
            bookings=self.bookings,
            by_status=dict(sorted(self._status.items())),
            by_channel=dict(sorted(self._channel.items())),
            refusals=self._refusals,
            complaints=complaints,
            planted=_counted(kind for kind, _ in kinds),
            carried_out=_counted(kind for kind, done in kinds if done),
            median_wait_s=_median(self._waits),
            capacity_per_day={centre.centre_id: capacity_per_day(centre) for centre in plan.centres},
        )


def _planted(booking: Booking, favour: Favour) -> dict[str, Any]:
    return {
        "centre_id": booking.centre_id,
        "booking_id": booking.booking_id,
        "scheme": favour.kind,
        "ring": favour.ring,
        "clerk_id": favour.clerk_id,
        "carried_out": booking.carried_out,
    }


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))


def _median(counts: Counter[int]) -> int:
    """The middle value, the lower of two; in every world somebody was called."""
    values = sorted(counts.items())
    reached = accumulate(count for _, count in values)
    return next(value for (value, _), seen in zip(values, reached, strict=True) if 2 * seen >= counts.total())
