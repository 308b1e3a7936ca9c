"""How long flags, scores and cases of a large night take, and the forest alone.

    python -m benchmarks.scores --bookings 1_000_000

A few nights of the world `city` are run; then the last one's bookings and features are laid out many times over, as
those of other centres, and judged as one night. Each step in a process of its own, imports included, beside a bare scan
of the same features.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console
from rich.table import Table

from data.home import Home
from data.ingest import ingest
from data.lake import Lake
from data.worlds import simulate
from detection.models.forest import Forest
from features.declare import all_features

DAYS = 3
#: a night of the world `city` with this seed is laid out
SEED = 20


def fill(root: Path, rows: int) -> date:
    """A home whose last night has at least so many bookings; returns that night."""
    from inturn.night import run_nights  # noqa: PLC0415 # only the child processes' imports are measured

    made = simulate("city", root / "world", seed=SEED, days=DAYS)
    home = Home.create(root / "home")
    ingest(home, str(root / "world"))
    first, last = date.fromisoformat(made.first_day), date.fromisoformat(made.last_day)
    nights = list(run_nights(home, first, last))
    copies = -(-rows // nights[-1].bookings)
    lake = Lake.of(home)
    for name in ("bookings", "features", "affinity"):
        found = duckdb.sql(f"FROM {lake.sql(name, last, last)}").to_arrow_table()
        place = found.schema.get_field_index("centre_id")
        parts = [
            found.set_column(place, "centre_id", pc.binary_join_element_wise(found["centre_id"], f"{copy:04}", "-"))
            for copy in range(copies)
        ]
        lake.replace_day(name, last, pa.concat_tables(parts))
    return last


def scan(root: Path, day: date) -> None:
    """Read every feature of the night once and do nothing with it."""
    duckdb.sql(f"SELECT max(COLUMNS(*)) FROM {Lake.of(Home.open(root)).sql('features', day, day)}").to_arrow_table()


def flags(root: Path, day: date) -> None:
    """The flags of the night."""
    from detection.judging import flags_day  # noqa: PLC0415 # its import is part of the time

    flags_day(Home.open(root), day)


def scores(root: Path, day: date) -> None:
    """The scores of the night: forest, evidence and error control."""
    from detection.scoring import score_day  # noqa: PLC0415 # its import is part of the time

    score_day(Home.open(root), day, "bench")


def cases(root: Path, day: date) -> None:
    """The cases and the audit of the night."""
    from detection.cases.day import cases_day  # noqa: PLC0415 # its import is part of the time

    cases_day(Home.open(root), day)


def forest(root: Path, day: date) -> None:
    """The forest's scores alone, batch after batch, of a model that stands."""
    names = list(all_features())
    lake = Lake.of(Home.open(root))
    listed = ", ".join(f'CAST("{name}" AS FLOAT) AS "{name}"' for name in names)
    batches = duckdb.sql(f"SELECT {listed} FROM {lake.sql('features', day, day)}").to_arrow_reader(100_000)
    model: Forest | None = None
    for batch in batches:
        matrix = np.column_stack([column.to_numpy(zero_copy_only=False) for column in batch.columns])
        model = model or Forest(names).fit(matrix[:50_000])
        model.score(matrix)


def _measure(work: Callable[[Path, date], None], root: Path, day: date) -> tuple[float, float]:
    begun = time.perf_counter()
    work(root, day)
    return time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Make the home in a temporary folder, measure, print seconds and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bookings", type=int, default=100_000, help="bookings of the night")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:  # a child's peak is never below its parent's
            day = pool.submit(fill, root, asked.bookings).result()
        shown = Table("step", "s", "times the scan", "peak MB", title=f"{asked.bookings:,} bookings")
        base = 0.0
        for work in (scan, flags, scores, cases, forest):
            with ProcessPoolExecutor(1, get_context("spawn")) as pool:
                seconds, peak = pool.submit(_measure, work, root / "home", day).result()
            base = base or seconds
            shown.add_row(work.__name__, f"{seconds:.1f}", f"{seconds / base:.1f}", f"{peak:.0f}")
    Console().print(shown)


if __name__ == "__main__":
    main()
