"""Worlds by name: the product's own presets, and the variants of the foreign city (`benchmarks/foreign/`)."""

from datetime import date
from pathlib import Path

from benchmarks.foreign.world import CENTRES, DAYS
from benchmarks.foreign.world import make as make_foreign
from data.worlds import simulate

#: the variants of the foreign city by the names of their worlds
FOREIGN = {"foreign": "mixed", "foreign_rare": "rare", "foreign_crude": "crude", "foreign_nothing": "nothing"}


def make(name: str, folder: Path, seed: int, centres: int | None = None, days: int | None = None) -> tuple[date, date]:
    """Make the world in a folder; its first and last day. `centres` and `days` null: as many as it has by itself."""
    if variant := FOREIGN.get(name):
        return make_foreign(folder, seed, variant, centres or CENTRES, days or DAYS)
    made = simulate(name, folder, seed=seed, centres=centres, days=days)
    return date.fromisoformat(made.first_day), date.fromisoformat(made.last_day)
