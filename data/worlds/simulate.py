"""From a preset's name to a folder of logs."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from statistics import median

from data.errors import UserError
from data.truth import TRUTH_FILE, write_truth
from data.worlds.blueprint import Blueprint
from data.worlds.capacity import capacity_per_day
from data.worlds.complaints import complain
from data.worlds.day import CentreDay, District
from data.worlds.folder import MARKER, replacing
from data.worlds.plan import Preset
from data.worlds.presets import presets
from data.worlds.records import Booking
from data.worlds.write import truth_of, write_agents, write_table

#: goes up whenever the same preset and seed make other bytes than before
WORLD_VERSION = 2


class UnknownPresetError(UserError):
    """No world has that name."""


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


def simulate(
    preset: str, out: Path, *, seed: int | None = None, centres: int | None = None, days: int | None = None
) -> WorldSummary:
    """Make the world `preset` in the folder `out`, itself a source in the contract's names.

    Beside the tables lie `truth.parquet` (what was planted, schema `TRUTH`) and `world.json` (what was made). `seed`,
    a whole number from 0, fixes every byte; it, `centres` and `days` (working days) are the preset's own if None.
    Raises `UserError` for a preset that does not exist, a number that it does not allow, or a folder that holds
    something other than an earlier world.
    """
    plan = _blueprint(preset).plan(seed, centres, days)
    with replacing(out) as folder:
        summary = _make(plan, folder)
        text = json.dumps(asdict(summary), ensure_ascii=False, indent=2) + "\n"
        (folder / MARKER).write_text(text, encoding="utf-8")
    return summary


def _blueprint(preset: str) -> Blueprint:
    known = presets()
    if preset not in known:
        raise UnknownPresetError(
            f"there is no world called {preset!r}", next_step=f"Choose one of: {', '.join(known)}."
        )
    return known[preset]


def _make(plan: Preset, folder: Path) -> WorldSummary:
    seed, calendar = plan.seed, plan.calendar
    centres = [District(seed, number, centre, calendar) for number, centre in enumerate(plan.centres)]
    days = [[centre.day(number) for number in range(plan.days)] for centre in centres]
    for same_day in zip(*days, strict=True):
        _write_day(folder, same_day)
    complaints = [
        complaint
        for number, (centre, its_days) in enumerate(zip(plan.centres, days, strict=True))
        for complaint in complain(seed, number, centre, [one.gist for one in its_days])
    ]
    write_table(folder, "complaints", "complaints", map(asdict, complaints))
    write_agents(folder, (agent for centre in plan.centres for agent in centre.agents))
    bookings = [booking for one in chain.from_iterable(days) for booking in one.bookings]
    write_truth(folder / TRUTH_FILE, truth_of(plan.centres, bookings))
    refusals = sum(len(one.refused) for one in chain.from_iterable(days))
    return _summary(plan, bookings, refusals, len(complaints))


def _write_day(folder: Path, centres: Iterable[CentreDay]) -> None:
    """One file a table for the day, all centres in it."""
    same_day = list(centres)
    name = same_day[0].day.isoformat()
    write_table(folder, "bookings", name, (one.row() for centre in same_day for one in centre.bookings))
    write_table(folder, "quotas", name, (asdict(one) for centre in same_day for one in centre.released))
    write_table(folder, "shifts", name, (asdict(one) for centre in same_day for one in centre.stretches))
    write_table(folder, "refusals", name, (asdict(one) for centre in same_day for one in centre.refused))


def _summary(plan: Preset, bookings: list[Booking], refusals: int, complaints: int) -> WorldSummary:
    waits = [
        one.called_at - one.checked_in_at
        for one in bookings
        if one.called_at is not None and one.checked_in_at is not None
    ]
    planted = [(one.favour.kind, one.carried_out) for one in bookings if one.favour]
    return WorldSummary(
        preset=plan.name,
        seed=plan.seed,
        version=WORLD_VERSION,
        first_day=plan.calendar[0].isoformat(),
        last_day=plan.calendar[-1].isoformat(),
        centres=len(plan.centres),
        bookings=len(bookings),
        by_status=dict(sorted(Counter(one.status for one in bookings).items())),
        by_channel=dict(sorted(Counter(one.channel for one in bookings).items())),
        refusals=refusals,
        complaints=complaints,
        planted=dict(sorted(Counter(kind for kind, _ in planted).items())),
        carried_out=dict(sorted(Counter(kind for kind, done in planted if done).items())),
        median_wait_s=int(median(waits)),
        capacity_per_day={centre.centre_id: capacity_per_day(centre) for centre in plan.centres},
    )
