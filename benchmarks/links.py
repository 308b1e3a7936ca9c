"""How fast a night's links are, beside a bare scan of the same columns and the same counts in pandas and Polars.

    python -m benchmarks.links --bookings 100_000 --contacts 9_000_000

Point in time: different citizens, centres and clerks on each identifier of the night, in four windows up to it, from
90 days of the summary `contacts`. Every way runs in a process of its own, imports included; on a shared machine trust
the seconds of processors, of which the ratios are. A tenth of the citizens share a telephone and a device by fours,
200 share an address, and one booking in a hundred is an intermediary's. The last line repeats ours on parts of the
same night, to show the slope.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console
from rich.progress import track
from rich.table import Table

from data.home import Home
from data.lake import Lake
from data.tables import LAKE

NIGHT = date(2026, 3, 31)
DAYS = 90  # of contacts
WINDOWS = (1, 7, 30, DAYS)  # days
KINDS = {"phone": "phone", "device_id": "device", "ip": "address", "agent_id": "agent"}
ON_ADDRESS = 200  # citizens
INTERMEDIARIES = 200
CENTRES, CLERKS = 60, 12  # clerks of a centre
READ = ("service_day", "identifier", "applicant", "centre_id", "clerk_id", "kind", "device", "bookings", "onsite")
#: spread numbers over 60 bits, as those of pseudonyms are (Knuth's multiplicative hash)
ODD, KEPT = np.uint64(0x9E3779B97F4A7C15), np.uint64(4)


class Measure(NamedTuple):
    """Seconds, and seconds of processors, imports included; peak memory in MB; what was found."""

    seconds: float
    processor: float
    peak: float
    found: int


def people(number: int, size: int, citizens: int) -> pa.Table:
    """So many bookings of one day, as the summary is made of: identifiers as numbers, queue and clerk."""
    chance = np.random.default_rng(number)
    who = chance.integers(0, citizens, size)
    home = np.where(who % 10 == 0, who // 40 * 40, who)
    through = chance.random(size) < 0.01
    hand = chance.integers(0, INTERMEDIARIES, size)
    centre, clerk = chance.integers(0, CENTRES, size), chance.integers(0, CLERKS, size)

    def spread(values: np.ndarray, kind: int) -> pa.Array:
        return pa.array(((values * 8 + kind).astype(np.uint64) * ODD >> KEPT).astype(np.int64))

    return pa.table(
        {
            "applicant": spread(who, 0),
            "phone": spread(np.where(through, citizens + hand, home), 1),
            "device_id": spread(np.where(through, citizens + hand, home), 2),
            "ip": spread(who % (citizens // ON_ADDRESS + 1), 3),
            "agent_id": pa.nulls(size, pa.int64()),
            "centre_id": names("centre", centre),
            "service_code": names("item", clerk % 4),
            "clerk_id": names("clerk", clerk),
            "window_id": names("W", clerk),
            "hour": pa.array(chance.integers(8, 17, size)),
            "roster": pa.array(np.zeros(size, np.int64)),
            "onsite": pa.array(np.zeros(size, np.int64)),
        }
    )


def names(prefix: str, numbers: np.ndarray) -> pa.Array:
    """Texts that end in these numbers."""
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "-")


def make_home(folder: Path, bookings: int, contacts: int, console: Console) -> Home:
    """A home with the contacts of all days and the bookings of the night."""
    from features.summaries.contacts import edges  # noqa: PLC0415

    home = Home.create(folder)
    lake = Lake.of(home)
    a_day = contacts // DAYS // 3  # a booking has three identifiers
    citizens = max(10 * a_day, 1_000)
    for ago in track(range(DAYS - 1, -1, -1), "making contacts", console=console):
        day = NIGHT - timedelta(days=ago)
        rows = people(ago, a_day if ago else bookings, citizens)
        made = edges(rows)
        stored = made.append_column("service_day", pa.repeat(pa.scalar(day), made.num_rows))
        lake.replace_day("contacts", day, stored.select(LAKE["contacts"].schema.names).cast(LAKE["contacts"].schema))
        if ago == 0:
            lake.replace_day("bookings", day, night_of(rows))
    centres = [
        {"centre_id": f"centre-{i}", "source": "s", "timezone": "UTC", "discipline": None} for i in range(CENTRES)
    ]
    lake.replace("centres", None, pa.Table.from_pylist(centres, LAKE["centres"].schema))
    return home


def night_of(rows: pa.Table) -> pa.Table:
    """Bookings of the lake with the pseudonyms that these numbers are of."""
    texts = ", ".join(f"printf('%015x', {name}) || '0' AS {name}" for name in ("applicant", *KINDS))
    found = duckdb.sql(
        f"""SELECT * RENAME (applicant AS applicant_id) FROM (SELECT * EXCLUDE (hour, onsite) REPLACE ({texts}),
        'b' || row_number() OVER () AS booking_id, DATE '{NIGHT}' AS service_day, 'online' AS channel,
        'served' AS status, now() AS created_at, '' AS source, '' AS file, 0 AS row_number,
        DATE '{NIGHT}' AS created_day FROM rows)"""
    ).to_arrow_table()
    schema = LAKE["bookings"].schema
    columns = [found[f.name] if f.name in found.column_names else pa.nulls(found.num_rows, f.type) for f in schema]
    return pa.table(columns, schema.names).cast(schema)


def files_of(home: str) -> list[str]:
    """The Parquet files of the contacts."""
    return Lake.of(Home.open(Path(home))).files("contacts")


def scan(home: str) -> int:
    """Read every column that is needed once and do nothing with it."""
    everything = ", ".join(f"max({name})" for name in READ)
    database = duckdb.connect(config={"threads": 2})
    database.execute(f"SELECT {everything} FROM read_parquet(?, hive_partitioning = true)", [files_of(home)])
    return 0


def ours(home: str) -> int:
    """The frame of links and all its features."""
    from features.declare import all_features  # noqa: PLC0415 # its import is part of the time
    from features.engine import engine  # noqa: PLC0415
    from features.frames.links import links  # noqa: PLC0415
    from features.night import KEY, Night  # noqa: PLC0415

    with engine(Home.open(Path(home))) as running:
        rows = links(Night(NIGHT, running))
        columns = [each.column(rows) for each in all_features().values() if each.frame == "links"]
        table = running.arrow(rows.select(*KEY, *columns))
    named = [f"applicants_on_{name}{'' if days == 30 else f'_{days}d'}" for name in KINDS.values() for days in WINDOWS]
    return int(sum(pc.sum(table[name]).as_py() or 0 for name in named))


def with_pandas(home: str) -> int:
    """The same counts of citizens, centres and clerks: drop_duplicates, then groupby, a window at a time."""
    import pandas as pd  # noqa: PLC0415

    frame = pd.concat(
        [pd.read_parquet(file, columns=list(READ[1:5])).assign(day=day_in(file)) for file in files_of(home)]
    )
    night = set(frame.loc[frame["day"] == NIGHT, "identifier"])
    frame = frame[frame["identifier"].isin(night)]
    frame["clerk"] = frame["centre_id"] + "/" + frame["clerk_id"]
    identifiers = numbers_of(home)
    total = 0
    for days in WINDOWS:
        part = frame[frame["day"] > NIGHT - timedelta(days=days)]
        for what in ("applicant", "centre_id", "clerk"):
            counts = part[["identifier", what]].drop_duplicates().groupby("identifier")[what].count()
            for kind in KINDS:
                found = identifiers[kind].to_pandas().map(counts)
                total += int(found.sum()) if what == "applicant" else 0
    return total


def with_polars(home: str) -> int:
    """The same, as one lazy query a window."""
    import polars as pl  # noqa: PLC0415

    parts = [pl.scan_parquet(file).select(READ[1:5]).with_columns(day=pl.lit(day_in(file))) for file in files_of(home)]
    frame = pl.concat(parts).with_columns(clerk=pl.col("centre_id") + "/" + pl.col("clerk_id"))
    frame = frame.join(frame.filter(pl.col("day") == NIGHT).select("identifier").unique(), on="identifier", how="semi")
    identifiers = pl.from_arrow(numbers_of(home))
    kept = frame.select("identifier", "applicant", "centre_id", "clerk", "day").collect()
    total = 0
    for days in WINDOWS:
        part = kept.lazy().filter(pl.col("day") > NIGHT - timedelta(days=days)).group_by("identifier")
        counts = part.agg(pl.col("applicant", "centre_id", "clerk").n_unique()).collect()
        for kind in KINDS:
            found = identifiers.select(kind).join(counts, left_on=kind, right_on="identifier", how="left")
            total += found["applicant"].sum()
    return total


def day_in(file: str) -> date:
    """The day whose file it is."""
    return date.fromisoformat(Path(file).parent.name.partition("=")[2])


def numbers_of(home: str) -> pa.Table:
    """The night's identifiers as the contacts' numbers."""
    files = Lake.of(Home.open(Path(home))).sql("bookings", NIGHT, NIGHT)
    texts = ", ".join(f"TRY_CAST('0x' || left({kind}, 15) AS BIGINT) AS {kind}" for kind in KINDS)
    return duckdb.sql(f"SELECT {texts} FROM {files}").to_arrow_table()


def _measure(work: Callable[[str], int], home: str) -> Measure:
    # without a file DuckDB takes the process for a prompt, and draws bars
    sys.modules["__main__"].__file__ = __file__
    begun, used = time.perf_counter(), time.process_time()
    found = work(home)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measure(time.perf_counter() - begun, time.process_time() - used, peak, found)


def measured(work: Callable[[str], int], home: Home) -> Measure:
    """Run in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_measure, work, str(home.root)).result()


def main() -> None:
    """Make the contacts in a temporary folder and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--bookings", type=int, default=100_000, help="of the night")
    parser.add_argument("--contacts", type=int, default=9_000_000, help="rows of 90 days")
    asked, console = parser.parse_args(), Console()
    ways: dict[str, Callable[[str], int]] = {"scan": scan, "links": ours, "pandas": with_pandas, "Polars": with_polars}
    with tempfile.TemporaryDirectory() as folder:
        home = make_home(Path(folder) / "all", asked.bookings, asked.contacts, console)
        done = {name: measured(way, home) for name, way in track(ways.items(), "measuring", console=console)}
        table = Table(
            "way",
            "s",
            "processor s",
            "times the scan",
            "peak MB",
            title=f"{asked.bookings:,} on {asked.contacts:,} contacts",
        )
        for name, found in done.items():
            ratio = found.processor / done["scan"].processor
            figures = (found.seconds, found.processor, ratio)
            table.add_row(name, *(f"{figure:.2f}" for figure in figures), f"{found.peak:.0f}")
        console.print(table)
        console.print("citizens on identifiers, all windows:", {name: found.found for name, found in done.items()})
        sizes, seconds = [1.0], [done["links"].processor]
        for part in (4, 16):
            part_home = make_home(Path(folder) / str(part), asked.bookings // part, asked.contacts // part, console)
            sizes, seconds = [*sizes, 1 / part], [*seconds, measured(ours, part_home).processor]
        slope = np.polyfit(np.log(sizes), np.log(seconds), 1)[0]
        console.print(
            "links, whole, quarter, sixteenth, processor s:", [f"{one:.2f}" for one in seconds], f"slope {slope:.2f}"
        )


if __name__ == "__main__":
    main()
