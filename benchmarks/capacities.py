"""How well check-ups see what centres can serve, and whom they accuse; writes docs/capacities.md.

    python -m benchmarks.capacities

Worlds in which it is known: `daoli` and `city`, each with a centre that withholds quota, and twenty of the preset
`clean`, in which none does. They are made, taken in and checked; no night is run. The seeds are none that anything was
tuned on.
"""

import argparse
import json
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
from rich.progress import track

from data.home import Home
from data.ingest import ingest
from data.truth import TRUTH_FILE, WITHHELD, read_truth
from data.version import code_version
from data.worlds import simulate
from detection.checkup.checkup import check_up

#: preset, seeds, centres (null: all), days
WORLDS = (
    ("daoli", range(704, 707), None, None),
    ("city", range(704, 707), None, None),
    ("clean", range(821, 841), 10, 30),
)

HEAD = (
    "world",
    "seeds",
    "centres",
    "median error",
    "largest error",
    "intervals that hold the truth",
    "withholding, found",
    "others, accused",
    "share let in by the others",
)


@dataclass(frozen=True)
class Centre:
    """A centre of a world: its true capacity, the estimate with its ends, the share let in, and what was said."""

    preset: str
    seed: int
    true: float
    estimate: float
    low: float
    high: float
    share: float
    withholds: bool
    verdict: str


def judged(asked: tuple[str, int, int | None, int | None]) -> list[Centre]:
    """Make, take in and check one world."""
    preset, seed, centres, days = asked
    with tempfile.TemporaryDirectory() as place:
        made = simulate(preset, Path(place) / "world", seed=seed, centres=centres, days=days)
        home = Home.create(Path(place) / "home")
        ingest(home, str(Path(place) / "world"))
        found = check_up(home, date.fromisoformat(made.first_day), date.fromisoformat(made.last_day))
        true = json.loads((Path(place) / "world" / "world.json").read_text(encoding="utf-8"))["capacity_per_day"]
        truth = read_truth(Path(place) / "world" / TRUTH_FILE)
        withheld = set(truth.filter(pc.equal(truth["scheme"], WITHHELD))["centre_id"].to_pylist())
    return [
        Centre(
            preset,
            seed,
            true[one.centre_id],
            one.capacity.per_day if one.capacity else np.nan,
            one.capacity.low if one.capacity else np.nan,
            one.capacity.high if one.capacity else np.nan,
            one.balance.share if one.balance else np.nan,
            one.centre_id in withheld,
            one.verdict,
        )
        for one in found
    ]


def page(found: list[Centre], worlds: int) -> str:
    """The page, in Markdown."""
    rows = []
    for preset in dict.fromkeys(one.preset for one in found):
        of = [one for one in found if one.preset == preset]
        error = np.array([abs(one.estimate - one.true) / one.true for one in of])
        inside = sum(one.low <= one.true <= one.high for one in of)
        guilty, innocent = ([one for one in of if one.withholds is kind] for kind in (True, False))
        shares = [one.share for one in innocent]
        rows.append(
            f"| {preset} | {len({one.seed for one in of})} | {len(of)} | {np.median(error):.1%} | {error.max():.1%} "
            f"| {inside / len(of):.0%} ({inside} of {len(of)}) "
            f"| {sum(one.verdict == 'withheld' for one in guilty)} of {len(guilty)} "
            f"| {sum(one.verdict == 'withheld' for one in innocent)} of {len(innocent)} "
            f"| {f'{min(shares):.0%} to {max(shares):.0%}' if shares else ''} |"
        )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"""# What check-ups see of what is known

Made by `python -m benchmarks.capacities` on {datetime.now(UTC):%Y-%m-%d}, inturn {code_version()};
{len(os.sched_getaffinity(0))} cores, {memory:.0f} GB. {worlds} synthetic worlds; those of `clean` have 10 halls and 30
working days. The method: [checkup.md](checkup.md).

| {" | ".join(HEAD)} |
|{" --- |" * len(HEAD)}
{chr(10).join(rows)}

True is the capacity that each world states in `world.json`. An interval is to hold it in 95 of 100; accused may be 5 in
100 of those of whom a verdict is given.
"""


def main() -> None:
    """Judge the worlds and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/capacities.md"))
    asked = parser.parse_args()
    worlds = [(preset, seed, centres, days) for preset, seeds, centres, days in WORLDS for seed in seeds]
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), get_context("spawn")) as pool:
        found = list(track(pool.map(judged, worlds), "worlds", total=len(worlds)))
    asked.output.write_text(page([one for world in found for one in world], len(worlds)), encoding="utf-8")


if __name__ == "__main__":
    main()
