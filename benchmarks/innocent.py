"""Whether p-values keep their word where nothing is planted; writes docs/innocent.md and docs/innocent.svg.

    python -m benchmarks.innocent

Twenty worlds of the preset `clean`, smaller ones so that it ends, each run night by night in a process of its own. Of
the nights after the first ten: how often a booking's p-value is as low as t, for any t, and what was flagged.
"""

import argparse
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from rich.progress import track

from data.engine import engine
from data.home import Home
from data.ingest import ingest
from data.lake import Lake
from data.version import code_version
from data.worlds import simulate
from inturn.night import run_nights

SEEDS = range(801, 821)
CENTRES, DAYS = 5, 30
#: nights that are history only
WARM_UP = 10
#: days of a month on average (Gregorian calendar)
MONTH_DAYS = 365.2425 / 12
LEVELS = (0.001, 0.005, 0.01, 0.05, 0.1)


@dataclass(frozen=True)
class World:
    """What a world came to: the p-values of its bookings, those flagged, its cases, and its centres' months."""

    p: "np.ndarray[tuple[int], np.dtype[np.float64]]"
    flagged: int
    cases: int
    months: float


def judged(seed: int) -> World:
    """Make, take in and run one world."""
    with tempfile.TemporaryDirectory() as place:
        made = simulate("clean", Path(place) / "world", seed=seed, centres=CENTRES, days=DAYS)
        home = Home.create(Path(place) / "home")
        ingest(home, str(Path(place) / "world"))
        nights = list(run_nights(home, date.fromisoformat(made.first_day), date.fromisoformat(made.last_day)))
        days = [night.day for night in nights if night.bookings][WARM_UP:]
        with engine(home) as connection:
            scores = Lake.of(home).sql("scores", days[0], days[-1])
            p = connection.execute(f"SELECT p_value FROM {scores} WHERE p_value IS NOT NULL").fetchnumpy()["p_value"]
            found = connection.execute(
                f"SELECT count(*) FILTER (flagged), count(DISTINCT case_id) FROM {scores}"
            ).fetchone()
    flagged, cases = found or (0, 0)
    return World(np.asarray(p, np.float64), flagged, cases, CENTRES * ((days[-1] - days[0]).days + 1) / MONTH_DAYS)


def picture(worlds: list[World], path: Path) -> None:
    """How often p is as low as t, world by world, against what it may be at most."""
    levels = np.geomspace(1e-4, 1, 200)
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "inturn", "font.size": 9}):
        figure = Figure(figsize=(5.2, 4.2), layout="constrained")
        axes = figure.add_subplot()
        for world in worlds:
            axes.plot(levels, [np.mean(world.p <= level) for level in levels], color="#0072B2", alpha=0.4, linewidth=1)
        axes.plot(levels, levels, "--", color="#666666", label="at most (uniform)")
        axes.set(
            xscale="log", yscale="log", xlabel="t", ylabel="share of innocent bookings with p ≤ t", ylim=(1e-5, 1.5)
        )
        axes.legend(frameon=False)
        figure.savefig(path, format="svg", metadata={"Date": None})


def page(worlds: list[World]) -> str:
    """The page, in Markdown."""
    every = np.concatenate([world.p for world in worlds])
    months = sum(world.months for world in worlds)
    flagged, cases = sum(world.flagged for world in worlds), sum(world.cases for world in worlds)
    wrong = sum(world.flagged > 0 for world in worlds) / len(worlds)
    rows = [
        f"| {level} | {np.mean(every <= level):.5f} | {min(shares):.5f} to {max(shares):.5f} |"
        for level in LEVELS
        for shares in [[float(np.mean(world.p <= level)) for world in worlds]]
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"""# Worlds in which nothing is planted

Made by `python -m benchmarks.innocent` on {datetime.now(UTC):%Y-%m-%d}, inturn {code_version()};
{len(os.sched_getaffinity(0))} cores, {memory:.0f} GB. {len(worlds)} worlds of the preset `clean`, seeds {SEEDS[0]} to
{SEEDS[len(worlds) - 1]}, of {CENTRES} halls and {DAYS} working days, the first {WARM_UP} of which are history only:
{every.size:,} bookings were judged in {months:.0f} centre-months.

**Flagged, all of them wrongly: {flagged} bookings in {cases} cases, {100 * cases / months:.1f} cases in a hundred
centre-months.** Where nothing is to be found every night that flags is wholly wrong, so the empirical share of false
findings is the share of worlds in which anything was flagged: {wrong:.0%}.

| t | share of p-values ≤ t | lowest and highest world |
| --- | --- | --- |
{chr(10).join(rows)}

A p-value keeps its word if that share is t or less. The line of each world:

![How often p is as low as t](innocent.svg)
"""


def main() -> None:
    """Judge the worlds and write the page and its picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=len(SEEDS), help="how many of the seeds")
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/innocent.md"))
    asked = parser.parse_args()
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), get_context("spawn")) as pool:
        worlds = list(track(pool.map(judged, SEEDS[: asked.worlds]), "worlds", total=asked.worlds))
    asked.output.write_text(page(worlds), encoding="utf-8")
    picture(worlds, asked.output.with_suffix(".svg"))


if __name__ == "__main__":
    main()
