"""Many nights in a row: while one is judged, a process of its own measures the next.

What measures reads nothing that judging leaves behind, and a night is a function of the days up to it, so the rows are
those of one night after another (`tests/inturn/test_measuring.py`).
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from pathlib import Path
from typing import Any

from deltalake.exceptions import DeltaError

from data.errors import UserError
from data.home import Home
from data.parallel import PROCESSORS, ahead, own_process
from data.progress import Progress
from features.steps import FEATURE_STEPS

#: below so many nights the process costs more than it saves: its imports, and the SQL of a night once more
WORTH_IT = 4
#: nights that may be measured and not judged
AHEAD = 2


def measured(home: Home, days: Sequence[date], progress: Progress) -> Iterator[date]:
    """These days in turn, each as soon as it is measured. The caller holds the home for writing until the last."""
    if PROCESSORS == 1 or len(days) < WORTH_IT:
        for day in days:
            for step in FEATURE_STEPS:
                step(home, day)
                progress.advance(1, str(day))
            yield day
        return
    pool = own_process(_take_up, home.root)

    def begin(day: date) -> list[Future[Any]]:
        return [pool.submit(_measure, number, day) for number in range(len(FEATURE_STEPS))]

    try:
        for day, futures in ahead(begin, days, AHEAD):
            for future in futures:
                future.result()
                progress.advance(1, str(day))
            yield day
    except BrokenProcessPool as error:
        raise UserError(
            "the process that measured the nights was killed",
            where=str(home.root),
            next_step="Often memory ran out: run fewer than "
            f"{WORTH_IT} nights at a time, which takes one process, or where there is more. Nights done are kept.",
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


_home: Home


def _take_up(root: Path) -> None:
    global _home  # noqa: PLW0603 # the process has one home for life
    _home = Home.open(root)


def _measure(number: int, day: date) -> None:
    try:
        FEATURE_STEPS[number](_home, day)
    except DeltaError as error:  # it cannot be handed to another process
        raise RuntimeError(str(error)) from error
