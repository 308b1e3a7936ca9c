"""How fast the overtake ledger is, beside a bare scan of the same columns and a self-join.

    python -m benchmarks.ledger --rows 10_000_000

Every way runs in a process of its own, imports included; on a shared machine trust the ratios. The synthetic
halls have queues of 44 people on average, some of several hundred; a fifth of the bookings is never called, four
in a hundred of the others are called out of turn.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import track
from rich.table import Table

DAY_ROWS = 137_000  # a large city's bookings a day: 50 million a year
QUEUE_ROWS = 44  # people a queue and day, on average
SECOND = 1_000_000  # us
MINUTE = 60 * SECOND
OPENING = 8 * 60 * MINUTE  # us a hall is open
COLUMNS = [
    *("service_day", "centre_id", "service_code", "booking_id", "slot_start", "checked_in_at", "missed_at"),
    *("called_at", "priority_class", "window_id", "clerk_id", "ticket_no"),
]

# The same two results as the ledger's, pairs with their reasons and counts of both sides for every booking.
PAIRS = """
create temp table pairs as
with served as (
    select *, greatest(slot_start, checked_in_at) as entitled, coalesce(missed_at <= called_at, false) as excused
    from read_parquet($1) where called_at is not null and checked_in_at is not null)
select service_day, centre_id, service_code, i.booking_id, j.booking_id as overtaken_id, i.window_id, i.clerk_id,
       epoch(i.called_at - j.checked_in_at) as waited_s, epoch(i.entitled - j.entitled) / 60 as minutes,
       case when i.excused then 'recall'
            when i.priority_class is not null and j.priority_class is null then 'priority'
            when j.missed_at <= i.called_at then 'absent' end as reason
from served i join served j using (service_day, centre_id, service_code)
where j.entitled < i.entitled and j.checked_in_at <= i.called_at and i.called_at < j.called_at
"""
SIDE = """
select centre_id, {name} as booking_id, count(*) filter (reason is null) as unexplained,
       count(reason) as explained, sum(minutes) filter (reason is null) as minutes from pairs group by all
"""
COUNTS = f"""
create temp table counts as
select b.centre_id, b.booking_id, p.* exclude (centre_id, booking_id), q.* exclude (centre_id, booking_id)
from read_parquet($1) b left join ({SIDE.format(name="booking_id")}) p using (centre_id, booking_id)
left join ({SIDE.format(name="overtaken_id")}) q using (centre_id, booking_id)
"""


class Measure(NamedTuple):
    """Seconds, imports included; peak memory in MB; what was found."""

    seconds: float
    peak: float
    found: int


def make_day(number: int, path: Path) -> None:
    """One service day of synthetic bookings as a Parquet file."""
    chance = np.random.default_rng(number)
    weights = chance.lognormal(sigma=0.8, size=DAY_ROWS // QUEUE_ROWS)
    line = chance.choice(weights.size, DAY_ROWS, p=weights / weights.sum())
    start = (20_500 + number) * 24 * 60 * MINUTE
    slot = chance.integers(0, OPENING // (15 * MINUTE), DAY_ROWS) * 15 * MINUTE
    came = np.maximum(0, slot + chance.normal(-5, 15, DAY_ROWS) * MINUTE).astype(np.int64) // SECOND * SECOND
    wait = chance.normal(25, 4, DAY_ROWS) * np.where(chance.random(DAY_ROWS) < 0.04, 0.2, 1)
    called = np.maximum(slot, came) + (np.abs(wait) * MINUTE).astype(np.int64) // SECOND * SECOND
    walk_in, uncalled, missed = chance.random((3, DAY_ROWS)) < np.array([[0.3], [0.2], [0.03]])

    def instants(values: np.ndarray, null: np.ndarray | None = None) -> pa.Array:
        return pa.array(start + values, pa.timestamp("us", "UTC"), mask=null)

    def names(prefix: str, numbers: np.ndarray) -> pa.Array:
        return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")

    columns = {
        "service_day": pa.array(np.full(DAY_ROWS, 20_500 + number, np.int32)).cast(pa.date32()),
        "centre_id": names("centre-", line // 12),
        "service_code": names("service-", line % 12),
        "booking_id": names(f"{number:04}-", np.arange(DAY_ROWS)),
        "slot_start": instants(slot, walk_in),
        "checked_in_at": instants(came),
        "missed_at": instants(called - 2 * MINUTE, ~missed),
        "called_at": instants(called, uncalled),
        "priority_class": pa.array(np.full(DAY_ROWS, "elderly"), mask=chance.random(DAY_ROWS) > 0.08),
        "window_id": names("W", line % 40),
        "clerk_id": names("clerk-", line),
        "ticket_no": pa.array(np.arange(DAY_ROWS)),
    }
    pq.write_table(pa.table(columns), path)


def scan(files: list[str]) -> int:
    """Read every column once and do nothing with it."""
    everything = ", ".join(f"max({name})" for name in COLUMNS)
    duckdb.connect(config={"threads": 2}).execute(f"select {everything} from read_parquet(?)", [files])
    return 0


def self_join(files: list[str]) -> int:
    """The same ledger by an inequality join."""
    database = duckdb.connect(config={"threads": 2})
    database.execute("set enable_progress_bar = false")
    database.execute(PAIRS, [files])
    database.execute(COUNTS, [files])
    row = database.execute("select count(*) from pairs").fetchone()
    return int(row[0]) if row else 0


def ours(files: list[str]) -> int:
    """The product's step: read, ledger with pairs and reasons, day by day."""
    from features.order import ledger  # noqa: PLC0415 # its import is part of the time

    total = 0
    for path in files:
        counts = ledger(pq.read_table(path, columns=COLUMNS)).counts
        total += pc.sum(counts["people_passed"]).as_py() + pc.sum(counts["people_passed_explained"]).as_py()
    return total


def kernel(files: list[str]) -> int:
    """Rows a second of the kernel's counts, on the arrays of one day in memory."""
    from features.queues.lines import NEVER, Calls  # noqa: PLC0415
    from features.queues.overtaking import count_overtakes, line_up  # noqa: PLC0415

    day = pq.read_table(files[0]).filter(pc.field("called_at").is_valid())
    names = pc.binary_join_element_wise(day["centre_id"], day["service_code"], "/")
    times = {name: day[name].cast(pa.int64()) for name in COLUMNS if name.endswith("_at") or name == "slot_start"}
    calls = Calls(
        queue=names.combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64),
        rank=pc.max_element_wise(times["slot_start"], times["checked_in_at"]).to_numpy(),
        present=times["checked_in_at"].to_numpy(),
        called=times["called_at"].to_numpy(),
        missed=pc.fill_null(times["missed_at"], NEVER).to_numpy(),
        credit=np.where(pc.is_valid(day["priority_class"]).to_numpy(), NEVER, 0),
        excused=pc.is_valid(day["missed_at"]).to_numpy(),
    )
    seconds = []
    for _ in range(20):
        begun = time.perf_counter()
        count_overtakes(line_up(calls))
        seconds.append(time.perf_counter() - begun)
    return int(len(day) / np.median(seconds))


def compiling(files: list[str]) -> int:
    """The first ledger of a new installation: compiles and has nothing cached."""
    with tempfile.TemporaryDirectory() as empty:
        os.environ["NUMBA_CACHE_DIR"] = empty
        from features.order import ledger  # noqa: PLC0415 # Numba reads that variable as it is imported

        ledger(pq.read_table(files[0], columns=COLUMNS).slice(0, 100))
    return 0


def _measure(work: Callable[[list[str]], int], files: list[str]) -> Measure:
    begun = time.perf_counter()
    found = work(files)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measure(time.perf_counter() - begun, peak, found)


def measured(work: Callable[[list[str]], int], files: list[str]) -> Measure:
    """Run in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_measure, work, files).result()


def report(files: list[str], console: Console) -> None:
    """Run every way and print the figures."""
    runs: dict[str, tuple[Callable[[list[str]], int], list[str]]] = {
        "scan of the columns": (scan, files),
        "read + ledger": (ours, files),
        "self-join": (self_join, files),
        "kernel, a day 20 times": (kernel, files[:1]),
        "first ledger, compiling": (compiling, files[:1]),
    }
    done = {name: measured(*run) for name, run in track(runs.items(), "measuring", console=console)}
    table = Table("way", "s", "peak MB", title=f"{len(files) * DAY_ROWS:,} bookings")
    for name, measure in done.items():
        table.add_row(name, f"{measure.seconds:.2f}", f"{measure.peak:.0f}")
    console.print(table)
    scanned, whole, joined, alone, _ = done.values()
    console.print(f"ledger / scan: {whole.seconds / scanned.seconds:.1f}")
    console.print(f"self-join / ledger: {joined.seconds / whole.seconds:.1f}")
    console.print(f"kernel, counts only: {alone.found:,} rows/s")
    console.print(f"overtakes: {whole.found:,}, by the self-join {joined.found:,}")


def main() -> None:
    """Make the bookings in a temporary folder and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=1_000_000, help="bookings, in whole days of 137,000")
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        files = []
        days = max(1, round(parser.parse_args().rows / DAY_ROWS))
        for number in track(range(days), "making bookings", console=console):
            path = Path(folder) / f"day={number:04}.parquet"
            make_day(number, path)
            files.append(str(path))
        report(files, console)


if __name__ == "__main__":
    main()
