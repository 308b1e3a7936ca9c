"""What a world contains in figures, counted day by day, so that no day has to be kept."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from data.worlds.capacity import capacity_per_day
from data.worlds.day import CentreDay
from data.worlds.plan import Preset
from data.worlds.records import Booking

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
    """Counts days as they are made; `planted` keeps the bookings that are part of a scheme."""

    def __init__(self) -> None:
        self._status: Counter[str] = Counter()
        self._channel: Counter[str] = Counter()
        self._waits: Counter[int] = Counter()
        self._refusals = 0
        self.planted: list[Booking] = []

    def add(self, day: CentreDay) -> None:
        """Count one centre's day."""
        self._refusals += len(day.refused)
        for one in day.bookings:
            self._status[one.status] += 1
            self._channel[one.channel] += 1
            if one.called_at is not None and one.checked_in_at is not None:
                self._waits[one.called_at - one.checked_in_at] += 1
            if one.favour:
                self.planted.append(one)

    def summary(self, plan: Preset, complaints: int) -> WorldSummary:
        """The figures of the whole world."""
        kinds = [(one.favour.kind, one.carried_out) for one in self.planted if one.favour]
        return WorldSummary(
            preset=plan.name,
            seed=plan.seed,
            version=WORLD_VERSION,
            first_day=plan.calendar[0].isoformat(),
            last_day=plan.calendar[-1].isoformat(),
            centres=len(plan.centres),
            bookings=self._status.total(),
            by_status=dict(sorted(self._status.items())),
            by_channel=dict(sorted(self._channel.items())),
            refusals=self._refusals,
            complaints=complaints,
            planted=_counted(kind for kind, _ in kinds),
            carried_out=_counted(kind for kind, done in kinds if done),
            median_wait_s=_median(self._waits),
            capacity_per_day={centre.centre_id: capacity_per_day(centre) for centre in plan.centres},
        )


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))


def _median(counts: Counter[int]) -> int:
    """The middle value, the lower of two; in every world somebody was called."""
    values = sorted(counts.items())
    reached = accumulate(count for _, count in values)
    return next(value for (value, _), seen in zip(values, reached, strict=True) if 2 * seen >= counts.total())
