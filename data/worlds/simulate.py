"""From a preset's name to a folder of logs."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from statistics import median

from data.errors import UserError
from data.worlds.complaints import complain
from data.worlds.day import CentreDay, District
from data.worlds.folder import MARKER, replacing
from data.worlds.plan import Preset
from data.worlds.records import Booking
from data.worlds.small import SMALL
from data.worlds.write import write_agents, write_table, write_truth

#: goes up whenever the same preset and seed make other bytes than before
WORLD_VERSION = 1
PRESETS: dict[str, Preset] = {preset.name: preset for preset in (SMALL,)}


class UnknownPresetError(UserError):
    """No world has that name."""


@dataclass(frozen=True)
class WorldSummary:
    """What was made: `planted` and `carried_out` count by scheme; the wait is from ticket to call (s)."""

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


def simulate(preset: str, out: Path, *, seed: int | None = None) -> WorldSummary:
    """Make the world `preset` in the folder `out`, itself a source in the contract's names.

    Beside the tables lie `truth.parquet` (the planted bookings) and `world.json` (what was made). `seed`: a
    whole number from 0, None: the preset's own; it fixes every byte. Raises `UserError` for a preset that does
    not exist, a negative seed, or a folder that holds something other than an earlier world.
    """
    plan = _plan(preset)
    if seed is not None and seed < 0:
        raise UserError(f"a seed cannot be negative: {seed}", next_step="Give a whole number from 0 up.")
    number = plan.seed if seed is None else seed
    with replacing(out) as folder:
        summary = _make(plan, number, folder)
        text = json.dumps(asdict(summary), ensure_ascii=False, indent=2) + "\n"
        (folder / MARKER).write_text(text, encoding="utf-8")
    return summary


def _plan(preset: str) -> Preset:
    if preset not in PRESETS:
        raise UnknownPresetError(
            f"there is no world called {preset!r}", next_step=f"Choose one of: {', '.join(sorted(PRESETS))}."
        )
    return PRESETS[preset]


def _make(plan: Preset, seed: int, folder: Path) -> WorldSummary:
    calendar = plan.calendar
    centres = [District(seed, number, centre, calendar) for number, centre in enumerate(plan.centres)]
    days = [[centre.day(number) for number in range(plan.days)] for centre in centres]
    for same_day in zip(*days, strict=True):
        _write_day(folder, same_day)
    complaints = [
        complaint
        for number, (centre, its_days) in enumerate(zip(plan.centres, days, strict=True))
        for complaint in complain(seed, number, centre, its_days)
    ]
    write_table(folder, "complaints", "complaints", map(asdict, complaints))
    write_agents(folder, (agent for centre in plan.centres for agent in centre.agents))
    bookings = [booking for one in chain.from_iterable(days) for booking in one.bookings]
    write_truth(folder, bookings)
    refusals = sum(len(one.refused) for one in chain.from_iterable(days))
    return _summary(plan, seed, bookings, refusals, len(complaints))


def _write_day(folder: Path, centres: Iterable[CentreDay]) -> None:
    """One file a table for the day, all centres in it."""
    same_day = list(centres)
    name = same_day[0].day.isoformat()
    write_table(folder, "bookings", name, (one.row() for centre in same_day for one in centre.bookings))
    write_table(folder, "quotas", name, (asdict(one) for centre in same_day for one in centre.released))
    write_table(folder, "shifts", name, (asdict(one) for centre in same_day for one in centre.stretches))
    write_table(folder, "refusals", name, (asdict(one) for centre in same_day for one in centre.refused))


def _summary(plan: Preset, seed: int, bookings: list[Booking], refusals: int, complaints: int) -> WorldSummary:
    waits = [
        one.called_at - one.checked_in_at
        for one in bookings
        if one.called_at is not None and one.checked_in_at is not None
    ]
    planted = [(one.favour.kind, one.carried_out) for one in bookings if one.favour]
    return WorldSummary(
        preset=plan.name,
        seed=seed,
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
    )
