"""From a preset's name to a folder of logs."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.errors import UserError
from data.progress import Progress, Silent
from data.truth import TRUTH, TRUTH_FILE, WITHHELD, write_truth
from data.worlds.blueprint import Blueprint, Form
from data.worlds.capacity import capacity_per_day
from data.worlds.complaints import complain
from data.worlds.crew import days as made_days
from data.worlds.day import Gist
from data.worlds.folder import MARKER, replacing
from data.worlds.plan import Preset
from data.worlds.presets import presets
from data.worlds.sheets import SHEETS
from data.worlds.tally import Tally, WorldSummary


class UnknownPresetError(UserError):
    """No world has that name."""


def simulate(
    preset: str,
    out: Path,
    *,
    seed: int | None = None,
    centres: int | None = None,
    days: int | None = None,
    progress: Progress | None = None,
) -> WorldSummary:
    """Make the world `preset` in the folder `out`, itself a source in the contract's names.

    Beside the tables lie `truth.parquet` (what was planted, schema `TRUTH`) and `world.json` (what was made). `seed`,
    a whole number from 0, fixes every byte; it, `centres` and `days` (working days) are the preset's own if None.
    Raises `UserError` for a preset that does not exist, a number that it does not allow, or a folder that holds
    something other than an earlier world.
    """
    blueprint = _blueprint(preset)
    plan = blueprint.plan(seed, centres, days)
    with replacing(out) as folder:
        summary = _make(plan, blueprint.form, folder, progress or Silent())
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


def _make(plan: Preset, form: Form, folder: Path, progress: Progress) -> WorldSummary:
    """Day by day, so that memory does not grow with their number; only what arrives late is kept."""
    sheet, tally = SHEETS[form], Tally()
    gists: list[list[Gist]] = [[] for _ in plan.centres]
    late: dict[int, list[Any]] = {}
    progress.start(f"Making {plan.name}", plan.days)
    for number, portions in enumerate(made_days(plan, form)):
        name = plan.calendar[number].isoformat()
        for portion in portions:
            tally.join(portion.tally)
            for with_day, part in portion.bookings.items():
                late.setdefault(with_day, []).append(part)
        for its_gists, gist in zip(gists, (gist for portion in portions for gist in portion.gists), strict=True):
            its_gists.append(gist)
        sheet.write(folder, "bookings", name, late.pop(number, []))
        for table in portions[0].others:
            sheet.write(folder, table, name, [portion.others[table] for portion in portions])
        progress.advance(1, f"{tally.bookings:,} bookings")
    complaints = [
        asdict(complaint)
        for number, (centre, its_gists) in enumerate(zip(plan.centres, gists, strict=True))
        for complaint in complain(plan.seed, number, centre, its_gists)
    ]
    agents = [asdict(agent) | {"registered_to": None} for centre in plan.centres for agent in centre.agents]
    for table, rows in (("complaints", complaints), ("agents", agents)):
        sheet.write(folder, table, table, [sheet.part(table, rows)])
    write_truth(folder / TRUTH_FILE, pa.Table.from_pylist([*_withheld(plan), *tally.planted], schema=TRUTH))
    return tally.summary(plan, len(complaints))


def _withheld(plan: Preset) -> list[dict[str, object]]:
    """A row of the truth for each centre that withholds quota."""
    return [
        {
            "centre_id": centre.centre_id,
            "scheme": WITHHELD,
            "carried_out": True,
            "capacity_per_day": capacity_per_day(centre),
        }
        for centre in plan.centres
        if centre.withholds
    ]
