"""How fast the overtake ledger is, beside a bare scan of the same columns and a self-join.

    python -m benchmarks.ledger --rows 10_000_000
    python -m benchmarks.ledger --rows 50_000_000 --slope

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

from benchmarks.halls import make_day

DAY_ROWS = 137_000  # a large city's bookings a day: 50 million a year
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


def in_pandas(files: list[str]) -> int:
    """Every pair of a queue by a merge, then those that overtook, day by day."""
    import pandas as pd  # noqa: PLC0415 # its import is part of the time

    total = 0
    for path in files:
        day = pd.read_parquet(path, columns=COLUMNS).dropna(subset=["called_at", "checked_in_at"])
        day["entitled"] = day[["slot_start", "checked_in_at"]].max(axis=1)
        for _, queue in day.groupby("centre_id"):  # a whole day's pairs at once do not fit into memory
            pairs = queue.merge(queue, on="service_code", suffixes=("", "_passed"))
            passed = pairs["entitled_passed"] < pairs["entitled"]
            passed &= (pairs["checked_in_at_passed"] <= pairs["called_at"]) & (
                pairs["called_at"] < pairs["called_at_passed"]
            )
            total += int(passed.sum())
    return total


def in_polars(files: list[str]) -> int:
    """The same by Polars' inequality join, whose pairs it never holds all at once."""
    import polars as pl  # noqa: PLC0415 # its import is part of the time

    total = 0
    for path in files:
        day = pl.scan_parquet(path).select(COLUMNS).drop_nulls(["called_at", "checked_in_at"])
        day = day.with_columns(entitled=pl.max_horizontal("slot_start", "checked_in_at"))
        pairs = day.join(day, on=["centre_id", "service_code"], suffix="_passed").filter(
            pl.col("entitled_passed") < pl.col("entitled"),
            pl.col("checked_in_at_passed") <= pl.col("called_at"),
            pl.col("called_at") < pl.col("called_at_passed"),
        )
        total += pairs.select(pl.len()).collect(engine="streaming").item()
    return total


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
        "pandas, pairs only": (in_pandas, files),
        "Polars, pairs only": (in_polars, files),
        "kernel, a day 20 times": (kernel, files[:1]),
        "first ledger, compiling": (compiling, files[:1]),
    }
    done = {name: measured(*run) for name, run in track(runs.items(), "measuring", console=console)}
    table = Table("way", "s", "peak MB", title=f"{len(files) * DAY_ROWS:,} bookings")
    for name, measure in done.items():
        table.add_row(name, f"{measure.seconds:.2f}", f"{measure.peak:.0f}")
    console.print(table)
    scanned, whole, joined, pandas, polars, alone, _ = done.values()
    console.print(f"ledger / scan: {whole.seconds / scanned.seconds:.1f}")
    for name, peer in (("self-join", joined), ("pandas", pandas), ("Polars", polars)):
        console.print(f"{name} / ledger: {peer.seconds / whole.seconds:.1f}")
    console.print(f"kernel, counts only: {alone.found:,} rows/s")
    console.print(f"overtakes: {whole.found:,}; by the self-join {joined.found:,}, {pandas.found:,}, {polars.found:,}")


def slope(files: list[str], console: Console) -> None:
    """Measure scan and ledger on a fiftieth, a tenth and all of the files, and how their seconds grow with bookings."""
    table = Table("bookings", "scan, s", "ledger, s", "peak MB", title="from a fiftieth to the whole")
    sizes, seconds = [], []
    for part in track((50, 10, 3, 1), "measuring", console=console):
        some = files[: max(1, len(files) // part)]
        scanned, whole = measured(scan, some), measured(ours, some)
        sizes.append(len(some) * DAY_ROWS)
        seconds.append(whole.seconds)
        table.add_row(f"{sizes[-1]:,}", f"{scanned.seconds:.2f}", f"{whole.seconds:.2f}", f"{whole.peak:.0f}")
    console.print(table)
    console.print(f"slope of the ledger, log-log: {np.polyfit(np.log(sizes), np.log(seconds), 1)[0]:.2f}")


def main() -> None:
    """Make the bookings in a temporary folder and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=1_000_000, help="bookings, in whole days of 137,000")
    parser.add_argument(
        "--slope", action="store_true", help="how time and memory grow with bookings, without the peers"
    )
    asked = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        files = []
        days = max(1, round(asked.rows / DAY_ROWS))
        for number in track(range(days), "making bookings", console=console):
            path = Path(folder) / f"day={number:04}.parquet"
            pq.write_table(make_day(number, DAY_ROWS).select(COLUMNS), path)
            files.append(str(path))
        (slope if asked.slope else report)(files, console)


if __name__ == "__main__":
    main()
