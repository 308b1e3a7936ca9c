"""Work on a stream of items with a few threads or processes, results in the order of the items, few held at a time."""

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Begun = TypeVar("Begun")

#: processors that this process may use
PROCESSORS = len(os.sched_getaffinity(0))

#: threads, twice as many as processors: while one holds Python's lock, the others work outside it
WORKERS = min(8, 2 * PROCESSORS)
#: how long a thread may keep Python's lock while another waits; at Python's own 5 ms an ingest took a tenth longer
TURN_S = 0.0005


@contextmanager
def _short_turns() -> Iterator[None]:
    """A thread back from compiled code gets Python's lock at once from one that only computes in Python."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def ahead(begin: Callable[[Item], Begun], items: Iterable[Item], lead: int) -> Iterator[tuple[Item, Begun]]:
    """Each item with what beginning its work gave, work on so many later items having begun."""
    waiting: deque[tuple[Item, Begun]] = deque()
    for item in items:
        waiting.append((item, begin(item)))
        if len(waiting) > lead:
            yield waiting.popleft()
    yield from waiting


def in_order(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[tuple[Item, Result]]:
    """Each item with its result. The first error of an item or of the stream ends it, after the work begun."""
    with ThreadPoolExecutor(WORKERS) as pool, _short_turns():
        for item, future in ahead(lambda item: pool.submit(work, item), items, WORKERS):
            yield item, future.result()


def own_process(begin: Callable[..., None], *given: Any) -> ProcessPoolExecutor:
    """A process that does one thing at a time; `begin` is called there first, with what is given.

    It ends with this one, even where this one is killed. An interruption from the keyboard reaches only this one: the
    process inherits that it is blocked, so that not even its imports are interrupted.
    """
    pool = ProcessPoolExecutor(1, get_context("spawn"), _belong, (begin, given))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        pool.submit(bool)  # it begins with its first work
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return pool


def _belong(begin: Callable[..., None], given: tuple[Any, ...]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    begin(*given)


def _end_with_parent() -> None:
    """Killed, the one who began a process cannot end it."""
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)
