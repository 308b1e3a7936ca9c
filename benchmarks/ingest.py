"""How fast an ingest is, beside a bare scan and a plain copy of the same files.

    python -m benchmarks.ingest --rows 3_000_000

Reads, checks, pseudonymises and stores synthetic bookings in the contract's names, 137,000 a day, once from
Parquet and once from CSV. Every way runs in a process of its own, imports included; on a shared machine trust the
ratios.
"""

import argparse
import resource
import shutil
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
import pyarrow.csv
import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import track
from rich.table import Table

DAY_ROWS = 137_000  # a large city's bookings a day: 50 million a year
CITIZENS = 2_000_000
SECOND = 1_000_000  # us


class Measure(NamedTuple):
    """Seconds, imports included, and peak memory in MB."""

    seconds: float
    peak: float


def make_day(number: int) -> pa.Table:
    """One service day of synthetic bookings; half came online, with device and address, a third walked in."""
    chance = np.random.default_rng(number)
    midnight = (20_500 + number) * 86_400 * SECOND
    opened = midnight + 3_600 * SECOND + chance.integers(0, 28_800, DAY_ROWS) * SECOND
    citizen = chance.integers(0, CITIZENS, DAY_ROWS)
    walked, online = np.split(chance.random((2, DAY_ROWS)) < np.array([[0.3], [0.7]]), 2)
    walked, online = walked[0], (online & ~walked)[0]

    def instants(seconds: int, null: np.ndarray | None = None) -> pa.Array:
        return pa.array(opened + seconds * SECOND, pa.timestamp("us", "UTC"), mask=null)

    def names(form: str, numbers: np.ndarray, null: np.ndarray | None = None) -> pa.Array:
        text = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), 8, "0")
        return pc.if_else(
            pa.array(~null if null is not None else np.full(DAY_ROWS, True)),
            pc.binary_join_element_wise(form, text, ""),
            None,
        )

    return pa.table(
        {
            "booking_id": names(f"{number:04}-", np.arange(DAY_ROWS)),
            "centre_id": names("centre-", citizen % 100),
            "service_code": names("S", citizen % 7),
            "service_day": pa.array(np.full(DAY_ROWS, 20_500 + number, np.int32)).cast(pa.date32()),
            "applicant_id": names("0000001980", citizen),
            "applicant_birth_year": pa.array(1940 + citizen % 60),
            "phone": names("199", citizen // 2, walked),
            "device_id": names("device-", citizen // 2, ~online),
            "ip": names("203.0.", citizen // 50, ~online),
            "channel": pc.if_else(pa.array(walked), "onsite", pc.if_else(pa.array(online), "online", "phone")),
            "created_at": instants(-86_400),
            "slot_id": names("slot-", np.arange(DAY_ROWS), walked),
            "slot_start": instants(600, walked),
            "ticket_no": pa.array(np.arange(DAY_ROWS)),
            "checked_in_at": instants(0),
            "called_at": instants(1_500),
            "served_from": instants(1_530),
            "served_to": instants(1_900),
            "window_id": names("W", citizen % 9),
            "clerk_id": names("K", citizen % 11),
            "status": pa.array(np.full(DAY_ROWS, "served")),
        }
    )


def make(folder: Path, days: int, form: str) -> None:
    """A source of so many days in one format."""
    (folder / "bookings").mkdir(parents=True)
    for number in track(range(days), description=f"Making {days} days of {form}"):
        path = folder / "bookings" / f"{number:04}.{form}"
        if form == "csv":
            pyarrow.csv.write_csv(make_day(number), path)
        else:
            pq.write_table(make_day(number), path)


def scan(source: Path, form: str) -> None:
    """Read every value once and do nothing with it."""
    reader = "read_csv" if form == "csv" else "read_parquet"
    relation = f"{reader}('{source}/bookings/*')"
    duckdb.connect().execute(f"SELECT max(COLUMNS(*)) FROM {relation}").to_arrow_table()


def copy(source: Path, form: str) -> None:
    """Read and write as Parquet, with neither check nor pseudonym."""
    reader = "read_csv" if form == "csv" else "read_parquet"
    out = source.parent / "copy.parquet"
    duckdb.connect().execute(f"COPY (FROM {reader}('{source}/bookings/*')) TO '{out}' (FORMAT parquet)")
    out.unlink()


def ours(source: Path, form: str) -> None:
    """The product's ingest into a new home."""
    from data.home import Home  # noqa: PLC0415 # its import is part of the time
    from data.ingest import ingest  # noqa: PLC0415

    home = source.parent / f"home-{form}"
    report = ingest(Home.create(home), str(source))
    if report.total("accepted") != report.total("read"):
        raise SystemExit(f"rows were refused: {report.refused}")
    shutil.rmtree(home)


def measured(way: Callable[[Path, str], None], source: Path, form: str) -> Measure:
    """Run one way and return what it took; called in a new process."""
    begun = time.perf_counter()
    way(source, form)
    return Measure(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    """Make the sources, run every way on them, print seconds, rates and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10 * DAY_ROWS)
    days = max(1, parser.parse_args().rows // DAY_ROWS)
    rows = days * DAY_ROWS
    shown = Table("format", "way", "s", "rows/s", "of the scan", "peak MB", title=f"{rows:,} bookings")
    with tempfile.TemporaryDirectory() as place:
        for form in ("parquet", "csv"):
            source = Path(place) / form
            make(source, days, form)
            found = {}
            for way in track((scan, copy, ours), description=f"Measuring {form}"):
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                    found[way.__name__] = pool.submit(measured, way, source, form).result()
            for name, figure in found.items():
                ratio = figure.seconds / found["scan"].seconds
                rate = f"{rows / figure.seconds:,.0f}"
                shown.add_row(form, name, f"{figure.seconds:.2f}", rate, f"{ratio:.1f}", f"{figure.peak:.0f}")
            shutil.rmtree(source)
    Console().print(shown)


if __name__ == "__main__":
    main()
