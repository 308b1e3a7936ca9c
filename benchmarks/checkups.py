"""How long the check-up of many centres over a year takes, beside a bare scan of the columns that it reads.

    python -m benchmarks.checkups --centres 200 --weeks 52

A few weeks of some halls of the preset `clean` are taken in and then repeated, under other names and on later days, so
that a year of a province is made in minutes. Scan and check-up each run in a process of their own, imports included.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import duckdb
import pyarrow as pa
from rich.console import Console
from rich.progress import track
from rich.table import Table

from data.engine import engine
from data.home import Home
from data.ingest import ingest
from data.lake import Lake
from data.tables import LAKE
from data.worlds import simulate

#: halls and weeks that are really made
HALLS, WEEKS = 20, 4
SEED = 901
#: tables that a check-up reads, with the columns that hold an instant or a day
MOVED = {
    "bookings": ("service_day", "created_at", "cancelled_at", "slot_start", "checked_in_at", "missed_at", "called_at",
                 "served_from", "served_to"),
    "quotas": ("service_day", "released_at"),
    "shifts": ("day", "opens_at", "closes_at"),
    "refusals": ("service_day", "attempted_at"),
    "complaints": ("day", "received_at", "replied_at"),
}  # fmt: skip
#: columns of `bookings` that a check-up reads
READ = ("centre_id, service_day, service_code, window_id, clerk_id, slot_id, slot_start, created_at, checked_in_at, "
        "called_at, served_from, served_to, status, priority_class")  # fmt: skip
Figures = tuple[float, float, int]


def fill(root: Path, centres: int, weeks: int, console: Console) -> tuple[date, date]:
    """A home with so many centres and weeks; its first and last day."""
    simulate("clean", root / "world", seed=SEED, centres=HALLS, days=5 * WEEKS)
    few = Home.create(root / "few")
    ingest(few, str(root / "world"))
    source, target = Lake.of(few), Lake.of(Home.create(root / "home"))
    days = sorted(source.days("bookings"))
    copies, repeats = -(-centres // HALLS), -(-weeks // WEEKS)
    with engine(few) as connection:
        names = connection.execute(f"SELECT * FROM {source.sql('centres')}").to_arrow_table()
        connection.register("known", names)
        target.replace(
            "centres",
            None,
            connection.execute(
                f"""SELECT k.* REPLACE (format('{{}}-{{:02}}', centre_id, n) AS centre_id)
                FROM known k, range({copies}) t(n)"""
            ).to_arrow_table(),
        )
        for number in track(range(repeats * len(days)), "making a year", console=console):
            repeat, day = divmod(number, len(days))
            for table, columns in MOVED.items():
                if days[day] in source.days(table):
                    rows = _repeated(connection, source.sql(table, days[day], days[day]), columns, repeat, copies)
                    target.replace_day(
                        table, days[day] + timedelta(weeks=WEEKS * repeat), rows.cast(LAKE[table].schema)
                    )
    return days[0], days[-1] + timedelta(weeks=WEEKS * (repeats - 1))


def _repeated(
    connection: duckdb.DuckDBPyConnection, rows: str, columns: tuple[str, ...], repeat: int, copies: int
) -> pa.Table:
    """The rows so many weeks later, once for each copy of their centre; the first of the columns is a day."""
    day, *instants = columns
    moved = [f"({day} + {7 * WEEKS * repeat})::DATE AS {day}"]
    moved += [f"({name} + INTERVAL {7 * WEEKS * repeat} DAY) AS {name}" for name in instants]
    return connection.execute(
        f"""SELECT r.* REPLACE ({", ".join(moved)}, format('{{}}-{{:02}}', centre_id, n) AS centre_id)
        FROM {rows} r, range({copies}) t(n)"""
    ).to_arrow_table()


def scan(root: Path, first: date, last: date) -> int:
    """Read the columns once and do nothing with them; the number of bookings."""
    rows = Lake.of(Home.open(root)).sql("bookings", first, last)
    found = duckdb.sql(f"SELECT count(*), max(COLUMNS(*)) FROM (SELECT {READ} FROM {rows})").to_arrow_table()
    return int(found.column(0)[0].as_py())


def checkup(root: Path, first: date, last: date) -> int:
    """The check-up of all centres, its rows included; the number of centres."""
    from detection.checkup.checkup import check_up, store  # noqa: PLC0415 # its import is part of the time

    home = Home.open(root)
    return int(store(home, check_up(home, first, last)).num_rows)


def _measure(work: Callable[[Path, date, date], int], root: Path, first: date, last: date) -> Figures:
    begun = time.perf_counter()
    found = work(root, first, last)
    return time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, found


def main() -> None:
    """Make the home in a temporary folder, measure, print seconds and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--centres", type=int, default=200)
    parser.add_argument("--weeks", type=int, default=52)
    asked = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as place:
        first, last = fill(Path(place), asked.centres, asked.weeks, console)
        measured = {}
        for work in (scan, checkup):
            with ProcessPoolExecutor(1, get_context("spawn")) as pool:
                measured[work.__name__] = pool.submit(_measure, work, Path(place) / "home", first, last).result()
    bookings, centres = measured["scan"][2], measured["checkup"][2]
    shown = Table("", "s", "of a scan", "peak MB", title=f"{centres} centres, {first} to {last}, {bookings:,} bookings")
    for name, (seconds, peak, _) in measured.items():
        shown.add_row(name, f"{seconds:.1f}", f"{seconds / measured['scan'][0]:.1f}", f"{peak:,.0f}")
    console.print(shown)


if __name__ == "__main__":
    main()
