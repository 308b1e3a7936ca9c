"""How well manipulation is found in every synthetic world, over several seeds; writes docs/quality.md.

    python -m benchmarks.quality

The worlds are the product's own presets, and a city that was made from the data contract alone by somebody who had not
seen the product (`benchmarks/foreign/`). Each is made, taken in, run night by night and judged (`inturn evaluate`) in a
process of its own, one a processor at a time. The first nights are history only. What a world came to is kept in the
work folder, so a run that was broken off goes on where it was. The seeds are none that anything was tuned on.
"""

import argparse
import json
import os
import shutil
import time
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import Manager, get_context
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.making import FOREIGN, make
from benchmarks.quality_page import write_page
from data.home import Home
from data.ingest import ingest
from data.version import code_version
from data.worlds.presets import presets
from detection.evaluate import evaluate
from inturn.night import run_nights

SEEDS = (701, 702, 703)
#: working days at a world's beginning that are history only
WARM_UP = 10
#: worlds that would take two processors too long whole: (centres, days)
SMALLER = {"province": (4, 20), "lone": (10, 30), "clean": (10, 30), "motley": (10, 30)}


@dataclass(frozen=True)
class World:
    """One world to be judged."""

    preset: str
    seed: int

    @property
    def name(self) -> str:
        """As shown and as its file is called."""
        return f"{self.preset}-{self.seed}"


class Noted:
    """Progress that another process can read: steps done and to do, and what is done."""

    def __init__(self, board: Any, name: str) -> None:
        self._board, self._name = board, name
        self._done, self._total, self._what = 0, 1, ""

    def start(self, what: str, total: int) -> None:
        """Begin the next stretch of work."""
        self._done, self._total, self._what = 0, max(total, 1), what
        self._board[self._name] = (0, self._total, what)

    def advance(self, steps: int, note: str = "") -> None:
        """Note what is done."""
        self._done += steps
        self._board[self._name] = (self._done, self._total, f"{self._what} {note}")


def judged(world: World, work: Path, board: Any) -> None:
    """Make, take in, run and judge one world; its report goes to the work folder."""
    place = work / world.name
    shutil.rmtree(place, ignore_errors=True)
    progress = Noted(board, world.name)
    progress.start("making", 1)
    first, last = make(world.preset, place / "world", world.seed, *SMALLER.get(world.preset, (None, None)))
    home = Home.create(place / "home")
    ingest(home, str(place / "world"), progress=progress)
    begun = time.monotonic()
    nights = [night.day for night in run_nights(home, first, last, progress) if night.bookings]
    seconds = time.monotonic() - begun
    report = evaluate(home, place / "world" / "truth.parquet", nights[WARM_UP], last, progress=progress)
    found = {"report": json.loads(report.as_json()), "seconds_a_night": seconds / len(nights)}
    part = work / f"{world.name}.part"
    part.write_text(json.dumps(found, ensure_ascii=False, default=str), encoding="utf-8")
    part.replace(work / f"{world.name}.json")
    shutil.rmtree(place)


def run(worlds: list[World], work: Path) -> None:
    """Judge what has not been judged yet, with a bar for all and one for each at work."""
    waiting = [world for world in worlds if not (work / f"{world.name}.json").exists()]
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TextColumn("{task.fields[note]}"))
    with (
        Manager() as manager,
        Progress(*columns) as bars,
        ProcessPoolExecutor(len(os.sched_getaffinity(0)), mp_context=get_context("spawn")) as pool,
    ):
        board = manager.dict()
        every = bars.add_task("Worlds", total=len(worlds), completed=len(worlds) - len(waiting), note="")
        futures = {world.name: pool.submit(judged, world, work, board) for world in waiting}
        shown: dict[str, Any] = {}
        while futures:
            time.sleep(0.5)
            for name, (done, total, note) in dict(board).items():
                if name in futures:
                    shown.setdefault(name, bars.add_task(name, note="") if name not in shown else None)
                    bars.update(shown[name], completed=done, total=total, note=note)
            for name in [name for name, future in futures.items() if _ended(future)]:
                del futures[name]
                bars.update(every, advance=1)
                if name in shown:
                    bars.remove_task(shown[name])


def _ended(future: "Future[None]") -> bool:
    """Whether it has; raises what it raised."""
    if future.done():
        future.result()
    return future.done()


def main() -> None:
    """Judge every preset over the seeds and write the page."""
    every = [*presets(), *FOREIGN]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presets", nargs="+", default=every, choices=every)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--work", type=Path, default=Path("var/quality"), help="where reports are kept between runs")
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/quality.md"))
    asked = parser.parse_args()
    work = asked.work / code_version().replace("+", "-")  # figures of other code are other figures
    work.mkdir(parents=True, exist_ok=True)
    worlds = [World(preset, seed) for preset in asked.presets for seed in asked.seeds]
    run(worlds, work)
    found = {preset: [_read(work, World(preset, seed)) for seed in asked.seeds] for preset in asked.presets}
    write_page(asked.output, found, asked.seeds, WARM_UP)
    print(f"{asked.output}: {len(worlds)} worlds")


def _read(work: Path, world: World) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((work / f"{world.name}.json").read_text(encoding="utf-8"))
    return content


if __name__ == "__main__":
    main()
