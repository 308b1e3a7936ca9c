"""Who makes a world's days: this process, or several, each with some of the centres from the first day to the last."""

from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

from data.errors import UserError
from data.parallel import PROCESSORS, ahead, own_process
from data.worlds.day import District, Gist
from data.worlds.lookalikes.late import delivered_with
from data.worlds.plan import Preset
from data.worlds.records import Booking
from data.worlds.sheets import SHEETS
from data.worlds.tally import Tally

#: below so many days of a centre starting processes costs more than they save
WORTH_IT = 200
#: days that each process may be ahead of what is written: what waits stays small
AHEAD = 2


@dataclass
class Portion:
    """What some centres, neighbours in the plan, bring of one day.

    `bookings`: parts by the number of the day with which they are delivered; `others`: a part for each other table
    of the day; `gists`: one a centre.
    """

    bookings: dict[int, Any]
    others: dict[str, Any]
    gists: list[Gist]
    tally: Tally = field(default_factory=Tally)


class Hands:
    """Makes the days of some centres; `numbers` are their places in the plan."""

    def __init__(self, plan: Preset, form: str, numbers: range) -> None:
        self._plan, self._sheet = plan, SHEETS[form]
        self._centres = [plan.centres[number] for number in numbers]
        self._districts = [District(plan.seed, number, plan.centres[number], plan.calendar) for number in numbers]

    def day(self, number: int) -> Portion:
        """The world's n-th day at these centres."""
        today = [district.day(number) for district in self._districts]
        delivered: dict[int, list[Booking]] = {}
        tally = Tally()
        for centre, day in zip(self._centres, today, strict=True):
            tally.add(day)
            delivered.setdefault(delivered_with(centre, number, self._plan.days - 1), []).extend(day.bookings)
        rows = {
            "quotas": (asdict(one) for day in today for one in day.released),
            "shifts": (asdict(one) for day in today for one in day.stretches),
            "refusals": (asdict(one) for day in today for one in day.refused),
        }
        return Portion(
            {
                with_day: self._sheet.part("bookings", (one.row() for one in bookings))
                for with_day, bookings in delivered.items()
            },
            {table: self._sheet.part(table, of_table) for table, of_table in rows.items()},
            [day.gist for day in today],
            tally,
        )


def days(plan: Preset, form: str) -> Iterator[list[Portion]]:
    """Every day of a world in turn, as portions in the order of the centres; how many make them changes no byte."""
    workers = min(PROCESSORS, len(plan.centres))
    if workers == 1 or len(plan.centres) * plan.days < WORTH_IT:
        hands = Hands(plan, form, range(len(plan.centres)))
        yield from ([hands.day(number)] for number in range(plan.days))
        return
    edges = [len(plan.centres) * worker // workers for worker in range(workers + 1)]
    with ExitStack() as stack:
        # a process of its own for each share, since a centre's citizens and rings are made once
        crew = [own_process(_take_up, plan, form, range(first, end)) for first, end in pairwise(edges)]
        for pool in crew:
            stack.callback(pool.shutdown, cancel_futures=True)
        try:
            for _, made in ahead(lambda number: [pool.submit(_make, number) for pool in crew], range(plan.days), AHEAD):
                yield [portion.result() for portion in made]
        except BrokenProcessPool as error:
            raise UserError(
                "a process that made a part of the world was killed",
                where=plan.name,
                next_step="Often memory ran out: give fewer --centres, or make it where there is more.",
            ) from error


_hands: Hands


def _take_up(plan: Preset, form: str, numbers: range) -> None:
    """Begin a process of the crew."""
    global _hands  # noqa: PLW0603 # a process of the crew has one task for life
    _hands = Hands(plan, form, numbers)


def _make(number: int) -> Portion:
    return _hands.day(number)
