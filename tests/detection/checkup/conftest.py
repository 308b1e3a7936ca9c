"""Homes that a check-up can be made of."""

import json
from datetime import date
from pathlib import Path

import pytest

from data.home import Home
from data.ingest import ingest
from data.worlds import simulate
from tests.detection.checkup.checkup_support import Known


def known(folder: Path, preset: str, seed: int, **size: int) -> Known:
    made = simulate(preset, folder / "world", seed=seed, **size)
    home = Home.create(folder / "home")
    ingest(home, str(folder / "world"))
    capacity = json.loads((folder / "world" / "world.json").read_text(encoding="utf-8"))["capacity_per_day"]
    return Known(home, date.fromisoformat(made.first_day), date.fromisoformat(made.last_day), capacity)


@pytest.fixture(scope="package")
def daoli(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """The founding case's first weeks; not to be changed."""
    return known(tmp_path_factory.mktemp("daoli"), "daoli", 11, days=20)


@pytest.fixture(scope="package")
def city(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """Two centres of a city, the second of which withholds quota; not to be changed."""
    return known(tmp_path_factory.mktemp("city"), "city", 12, centres=2, days=15)
