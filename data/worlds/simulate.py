"""From a preset's name to a folder of logs."""

import json
from dataclasses import asdict
from pathlib import Path

from data.errors import UserError
from data.truth import TRUTH_FILE, write_truth
from data.worlds.blueprint import Blueprint
from data.worlds.complaints import complain
from data.worlds.day import CentreDay, District, Gist
from data.worlds.folder import MARKER, replacing
from data.worlds.lookalikes.late import delivered_with
from data.worlds.plan import Preset
from data.worlds.presets import presets
from data.worlds.records import Booking
from data.worlds.tally import Tally, WorldSummary
from data.worlds.write import truth_of, write_agents, write_table


class UnknownPresetError(UserError):
    """No world has that name."""


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
    """Day by day, so that memory does not grow with their number; only planted and late bookings are kept."""
    districts = [District(plan.seed, number, centre, plan.calendar) for number, centre in enumerate(plan.centres)]
    tally, gists = Tally(), [list[Gist]() for _ in districts]
    late: dict[int, list[Booking]] = {}
    for number in range(plan.days):
        today = [district.day(number) for district in districts]
        for centre, day, its_gists in zip(plan.centres, today, gists, strict=True):
            tally.add(day)
            its_gists.append(day.gist)
            late.setdefault(delivered_with(centre, number, plan.days - 1), []).extend(day.bookings)
        _write_day(folder, today, late.pop(number, []))
    complaints = [
        complaint
        for number, (centre, its_gists) in enumerate(zip(plan.centres, gists, strict=True))
        for complaint in complain(plan.seed, number, centre, its_gists)
    ]
    write_table(folder, "complaints", "complaints", map(asdict, complaints))
    write_agents(folder, (agent for centre in plan.centres for agent in centre.agents))
    write_truth(folder / TRUTH_FILE, truth_of(plan.centres, tally.planted))
    return tally.summary(plan, len(complaints))


def _write_day(folder: Path, today: list[CentreDay], delivered: list[Booking]) -> None:
    """One file a table for the day, all centres in it; `delivered`: the bookings that have arrived by then."""
    name = today[0].day.isoformat()
    write_table(folder, "bookings", name, (one.row() for one in delivered))
    write_table(folder, "quotas", name, (asdict(one) for centre in today for one in centre.released))
    write_table(folder, "shifts", name, (asdict(one) for centre in today for one in centre.stretches))
    write_table(folder, "refusals", name, (asdict(one) for centre in today for one in centre.refused))
