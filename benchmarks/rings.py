"""How fast dense blocks of identifiers are found, beside the plain connected parts of other ways.

    python -m benchmarks.rings --edges 10_000_000

An edge is a citizen's use of an identifier. A citizen has a telephone and a device, shared in a third of the households
by two to four people; a tenth book at one of some public computers, too; a ring for every 20,000 citizens has six
telephones and two devices for 60 of them. Every way runs in a process of its own, imports included; on a shared machine
trust the ratios. The others find connected parts only, which on these edges is one giant, and less to compute.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.progress import track
from rich.table import Table

from data.home import Home
from data.lake import Lake
from data.tables import LAKE

DEVICE = 1  # the kind's number in a key, as in features.summaries.bonds.TYING
RING = 60  # citizens of a ring
PHONES, DEVICES = 6, 2  # of a ring
APART = 20_000  # citizens to a ring
COMPUTER = 100  # citizens on a public computer
DAYS = 30  # of the window
SMALLER = 1_000_000  # edges that the slowest way is given


class Measure(NamedTuple):
    """Seconds, imports included, by the clock and of the processor; peak memory in MB; what was found."""

    seconds: float
    cpu: float
    peak: float
    found: str


def make_edges(edges: int, path: Path) -> None:
    """So many edges, as two arrays: keys of identifiers and numbers of citizens; about a third are repeats."""
    chance = np.random.default_rng(1)
    citizens = int(edges / 3)
    household = np.repeat(np.arange(citizens), chance.choice([1, 2, 3, 4], citizens, p=[0.67, 0.15, 0.1, 0.08]))[
        :citizens
    ]
    names = chance.permutation(2 * citizens) << 30
    kinds = [
        4 * names[household],
        4 * names[household] + DEVICE,
        4 * names[citizens + chance.integers(0, citizens // COMPUTER // 10 + 1, citizens)] + DEVICE,
    ]
    number = np.arange(citizens)
    used = [np.ones(citizens, bool), np.ones(citizens, bool), chance.random(citizens) < 0.1]
    ring = number // APART
    client = number % APART < RING
    kinds[0] = np.where(client, 4 * names[-1 - ring * PHONES - number % PHONES], kinds[0])
    kinds[1] = np.where(client, 4 * names[-1 - ring * DEVICES - number // PHONES % DEVICES] + DEVICE, kinds[1])
    key = np.concatenate([kind[used] for kind, used in zip(kinds, used, strict=True)])
    citizen = np.concatenate([number[used] for used in used])
    again = chance.integers(0, key.size, edges - key.size)
    order = chance.permutation(edges)
    np.save(path, np.stack([np.append(key, key[again])[order], np.append(citizen, citizen[again])[order]]))


def blocks(path: Path) -> str:
    """The product's step, from nothing: ties, blocks, rings."""
    from features.linking.rings import find_rings  # noqa: PLC0415 # its import is part of the time

    key, citizen = np.load(path)
    rings = find_rings(key, citizen, np.empty(0, np.int64))
    return f"{rings.applicants.size:,} rings, {rings.applicants.max(initial=0):,} citizens in the largest"


def with_scipy(path: Path) -> str:
    """Connected parts by SciPy."""
    from scipy.sparse import coo_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    keys, key = np.unique(np.load(path)[0], return_inverse=True)
    citizen = np.load(path)[1] + keys.size
    size = int(citizen.max()) + 1
    _, part = connected_components(coo_array((np.ones(key.size, bool), (key, citizen)), shape=(size, size)), False)
    return f"{np.bincount(part[keys.size :]).max():,} citizens in the largest part"


def with_networkx(path: Path) -> str:
    """Connected parts by NetworkX."""
    import networkx  # noqa: PLC0415

    key, citizen = np.load(path)
    graph = networkx.Graph()
    graph.add_edges_from(zip(key.tolist(), (-1 - citizen).tolist(), strict=True))
    largest = max(networkx.connected_components(graph), key=len)
    return f"{sum(node < 0 for node in largest):,} citizens in the largest part"


def night(path: Path) -> str:
    """Only the night: the same edges are contacts of thirty days; bonds of the last one, and the rings of all."""
    from features.engine import engine  # noqa: PLC0415
    from features.linking.ring_night import bonds_of, rings_of, uses_of  # noqa: PLC0415
    from features.night import Night  # noqa: PLC0415
    from features.summaries.bonds import bonds  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        home = Home.create(Path(folder) / "home")
        first = fill_contacts(home, *np.load(path))
        with engine(home) as running:
            seconds = 0.0
            for ago in range(DAYS):
                of_day = Night(first + timedelta(days=ago), running)
                begun = time.perf_counter()
                rows = running.arrow(bonds(of_day))
                seconds = time.perf_counter() - begun
                Lake.of(home).replace_day("bonds", of_day.day, rows.select(LAKE["bonds"].schema.names))
            begun = time.perf_counter()
            found = rings_of(uses_of(of_day, bonds_of(of_day, np.empty(0, np.int64))), np.empty(0, np.int64))
            rest = time.perf_counter() - begun
    return f"{found.applicants.size:,} rings; bonds of the day {seconds:.2f} s, rings {rest:.2f} s"


def fill_contacts(home: Home, key: np.ndarray, citizen: np.ndarray) -> date:
    """Store the edges as `contacts`, an equal part on each of `DAYS` days; the first of these."""
    first = date(2026, 2, 1)
    for ago, rows in enumerate(np.array_split(np.arange(key.size), DAYS)):
        kinds = pa.array(["phone", "device_id"]).take(pa.array(key[rows] & 3))
        columns = {
            "service_day": pa.repeat(pa.scalar(first + timedelta(days=ago)), rows.size),
            "kind": kinds,
            "identifier": pa.array(key[rows] >> 2),
            "applicant": pa.array(citizen[rows]),
            "centre_id": pa.repeat("centre", rows.size),
            "service_code": pa.repeat("card", rows.size),
            "bookings": pa.array(np.ones(rows.size, np.int64)),
        }
        schema = LAKE["contacts"].schema
        filled = [columns.get(field.name, pa.nulls(rows.size, field.type)) for field in schema]
        Lake.of(home).replace_day("contacts", first + timedelta(days=ago), pa.table(filled, schema=schema))
    return first


def _measure(work: Callable[[Path], str], path: Path) -> Measure:
    begun = time.perf_counter()
    found = work(path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measure(time.perf_counter() - begun, time.process_time(), peak, found)


def measured(work: Callable[[Path], str], path: Path) -> Measure:
    """Run in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_measure, work, path).result()


def main() -> None:
    """Make the edges in a temporary folder and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--edges", type=int, default=SMALLER, help="uses of identifiers by citizens")
    edges = parser.parse_args().edges
    console = Console()
    table = Table("way", "edges", "s", "CPU s", "peak MB", "found", title="blocks of identifiers")
    with tempfile.TemporaryDirectory() as folder:
        path, small = Path(folder) / "all.npy", Path(folder) / "small.npy"
        make_edges(edges, path)
        make_edges(min(edges, SMALLER), small)
        measured(blocks, small)  # compiles
        runs = [("ties, blocks, rings", blocks, path), ("connected parts, SciPy", with_scipy, path)]
        runs += [("a night's update", night, small), ("ties, blocks, rings", blocks, small)]
        if find_spec("networkx"):
            runs.append(("connected parts, NetworkX", with_networkx, small))
        for name, work, given in track(runs, "measuring", console=console):
            measure = measured(work, given)
            size = edges if given is path else min(edges, SMALLER)
            table.add_row(
                name, f"{size:,}", f"{measure.seconds:.2f}", f"{measure.cpu:.2f}", f"{measure.peak:.0f}", measure.found
            )
    console.print(table)


if __name__ == "__main__":
    main()
