"""How fast worlds are made, and that memory does not grow with their length.

    python -m benchmarks.worlds

The preset `province` with the same centres and more and more days, each in a process of its own; the peak is that of
all processes at work together, sampled.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import track
from rich.table import Table

from data.worlds import simulate
from data.worlds.folder import MARKER

#: between two looks at the memory (s)
SAMPLED_S = 0.1


class Measure(NamedTuple):
    """Seconds, start of the processes included, and the sampled peak of them all in MB."""

    seconds: float
    peak: float


def measured(centres: int, days: int, out: Path) -> Measure:
    """Make a world in a new process and watch it."""
    words = [
        sys.executable,
        "-m",
        "benchmarks.worlds",
        "--make",
        str(out),
        "--centres",
        str(centres),
        "--days",
        str(days),
    ]
    begun, peak = time.perf_counter(), 0.0
    with subprocess.Popen(words) as process:  # noqa: S603 # our own interpreter and words
        while process.poll() is None:
            peak = max(peak, sum(map(resident, family(process.pid))))
            time.sleep(SAMPLED_S)
    if process.returncode:
        raise SystemExit(process.returncode)
    return Measure(time.perf_counter() - begun, peak)


def family(pid: int) -> list[int]:
    """A process and all that it started (Linux)."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:  # it has ended
        return []
    return [pid, *(member for child in children for member in family(int(child)))]


def resident(pid: int) -> float:
    """Memory of a process in MB."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    kilobytes = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(kilobytes[0]) / 1024 if kilobytes else 0.0


def main() -> None:
    """Make the worlds and print what each took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--centres", type=int, default=40)
    parser.add_argument("--days", type=int, nargs="+", default=[10, 40, 160])
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.make:
        simulate("province", asked.make, centres=asked.centres, days=asked.days[0])
        return
    shown = Table("days", "bookings", "s", "bookings a minute", "peak MB", title=f"{asked.centres} centres")
    for days in track(asked.days, description="Making worlds"):
        with tempfile.TemporaryDirectory() as place:
            found = measured(asked.centres, days, Path(place) / "world")
            made = int(json.loads((Path(place) / "world" / MARKER).read_text(encoding="utf-8"))["bookings"])
        rate = f"{60 * made / found.seconds:,.0f}"
        shown.add_row(str(days), f"{made:,}", f"{found.seconds:.1f}", rate, f"{found.peak:,.0f}")
    Console().print(shown)


if __name__ == "__main__":
    main()
