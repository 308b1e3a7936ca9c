"""A home with real nights: the small world, up to the first night that flags its ring."""

from datetime import date
from pathlib import Path

from data.home import Home
from data.ingest import ingest
from inturn.night import run_nights

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 11)


def real_home(root: Path, world: Path) -> Home:
    """The home, its nights run."""
    home = Home.create(root)
    ingest(home, str(world))
    list(run_nights(home, FIRST, LAST))
    return home
