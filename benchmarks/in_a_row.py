"""How long nights in a row take, run one by one and together: together the next are measured while one is judged.

    python -m benchmarks.in_a_row --preset city --centres 6 --days 20

Whole nights, from summaries to cases, each way in a process of its own on a copy of the same home, imports included.
"""

import argparse
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.making import make
from data.home import Home
from data.ingest import ingest


def run(root: Path, first: date, last: date, at_once: int) -> tuple[float, int]:
    """Seconds that the nights take, so many to a run, and how many bookings are flagged."""
    begun = time.perf_counter()
    from inturn.night import run_nights  # noqa: PLC0415 # its import is part of the time

    home, flagged = Home.open(root), 0
    while first <= last:
        end = min(last, first + timedelta(days=at_once - 1))
        flagged += sum(night.flagged for night in run_nights(home, first, end))
        first = end + timedelta(days=1)
    return time.perf_counter() - begun, flagged


def main() -> None:
    """Make the world in a temporary folder, run it both ways, print seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="city", help="a preset of inturn simulate, or foreign")
    parser.add_argument("--centres", type=int, default=6)
    parser.add_argument("--days", type=int, default=20, help="working days")
    asked = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        first, last = make(asked.preset, root / "world", 1, asked.centres, asked.days)
        ingest(Home.create(root / "home"), str(root / "world"))
        nights = (last - first).days + 1
        shown = Table("way", "s", "s a night", "flagged", title=f"{nights} nights of {asked.centres} centres")
        ways = {"one by one": 1, "together": nights}
        for way, at_once in track(ways.items(), "measuring", console=console):
            home = shutil.copytree(root / "home", root / way)
            with ProcessPoolExecutor(1, get_context("spawn")) as pool:
                seconds, flagged = pool.submit(run, home, first, last, at_once).result()
            shown.add_row(way, f"{seconds:.1f}", f"{seconds / nights:.2f}", str(flagged))
    console.print(shown)


if __name__ == "__main__":
    main()
