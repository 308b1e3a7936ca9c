"""How long the features of a night take, on weeks of history, and of a back-fill.

    python -m benchmarks.night --bookings 100_000 --history 90
    python -m benchmarks.night --bookings 55_000 --history 180 --backfill

The bookings go straight into the lake, as an ingest leaves them. Then the nights before are summed up, which is what
the first night after a long ingest does; then the night itself is measured step by step, or, with `--backfill`, all
nights in a row. Each in a process of its own, imports included, beside a bare scan of the same bookings.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import duckdb
import pyarrow as pa
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.halls import FIRST_DAY, make_day
from data.bringing import brought
from data.home import Home
from data.lake import Lake
from data.tables import COLUMNS_DELIVERED, LAKE

FIRST = date(1970, 1, 1) + timedelta(days=FIRST_DAY)
#: of one process: seconds a step and peak memory in MB
Figures = tuple[dict[str, float], float]


def fill(root: Path, days: int, rows: int, console: Console) -> None:
    """A home that has taken in so many days of bookings."""
    lake = Lake.of(Home.create(root))
    centres: set[str] = set()
    for number in track(range(days), "making bookings", console=console):
        day = FIRST + timedelta(days=number)
        lake.replace_day("bookings", day, stored("bookings", make_day(number, rows)))
        events = make_day(number, rows).append_column("created_day", pa.repeat(pa.scalar(day), rows))
        lake.replace_day("booking_events", day, stored("booking_events", events))
        centres |= set(events["centre_id"].unique().to_pylist())
    known = [{"centre_id": name, "source": "halls", "timezone": "UTC"} for name in sorted(centres)]
    lake.replace("centres", None, pa.Table.from_pylist(known, LAKE["centres"].schema))


def stored(name: str, bookings: pa.Table) -> pa.Table:
    """The bookings in the columns of a lake table."""
    columns = []
    came_with = pa.repeat(brought(bookings.column_names), bookings.num_rows)
    bookings = bookings.append_column(COLUMNS_DELIVERED, came_with)
    for field in LAKE[name].schema:
        known = field.name in bookings.column_names
        made = {pa.string(): "halls", pa.int64(): 0}.get(field.type) if not field.nullable else None
        column = bookings[field.name] if known else pa.repeat(pa.scalar(made, field.type), bookings.num_rows)
        columns.append(column.cast(field.type))
    return pa.table(columns, schema=LAKE[name].schema)


def scan(root: Path, days: list[date]) -> dict[str, float]:
    """Read every value of these days' bookings once and do nothing with it."""
    begun = time.perf_counter()
    duckdb.sql(
        f"SELECT max(COLUMNS(*)) FROM {Lake.of(Home.open(root)).sql('bookings', days[0], days[-1])}"
    ).to_arrow_table()
    return {"scan": time.perf_counter() - begun}


def summed_up(root: Path, days: list[date]) -> dict[str, float]:
    """The summaries of all days before the last."""
    from features.summary import summaries_day  # noqa: PLC0415 # its import is part of the time

    begun = time.perf_counter()
    summaries_day(Home.open(root), days[-1] - timedelta(days=1))
    return {"summaries of the days before": time.perf_counter() - begun}


def nights(root: Path, days: Iterable[date]) -> dict[str, float]:
    """The feature steps of these nights, one after another."""
    begun = time.perf_counter()
    from features.steps import FEATURE_STEPS  # noqa: PLC0415 # its import is part of the time

    home = Home.open(root)
    seconds = {"imports": time.perf_counter() - begun}
    for day in days:
        for step in FEATURE_STEPS:
            begun = time.perf_counter()
            step(home, day)
            seconds[step.__name__] = seconds.get(step.__name__, 0) + time.perf_counter() - begun
    return seconds


def _measure(work: Callable[[Path, list[date]], dict[str, float]], root: Path, days: list[date]) -> Figures:
    return work(root, days), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Make the home in a temporary folder, measure, print seconds and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bookings", type=int, default=20_000, help="bookings a night")
    parser.add_argument("--history", type=int, default=30, help="days in the lake, the night's included")
    parser.add_argument("--backfill", action="store_true", help="run every day's night instead of the last one's")
    asked = parser.parse_args()
    console = Console()
    days = [FIRST + timedelta(days=number) for number in range(asked.history)]
    scope = days if asked.backfill else days[-1:]
    with tempfile.TemporaryDirectory() as place:
        root = Path(place) / "home"
        fill(root, len(days), asked.bookings, console)
        title = f"{asked.bookings:,} bookings a night, {asked.bookings * len(days):,} in the lake"
        shown = Table("step", "s", "peak MB", title=title)
        runs = (
            [(scan, scope), (nights, scope)] if asked.backfill else [(scan, scope), (summed_up, days), (nights, scope)]
        )
        for work, over in runs:
            with ProcessPoolExecutor(1, get_context("spawn")) as pool:
                seconds, peak = pool.submit(_measure, work, root, over).result()
            for name, took in seconds.items():
                shown.add_row(name, f"{took:.2f}", "")
            shown.add_row(f"[bold]{work.__name__}", f"[bold]{sum(seconds.values()):.2f}", f"[bold]{peak:.0f}")
    console.print(shown)


if __name__ == "__main__":
    main()
