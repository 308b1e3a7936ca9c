"""Work on a stream of items with a few threads, results in the order of the items, few items held at a time."""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

#: threads, twice as many as processors: while one holds Python's lock, the others work outside it
WORKERS = min(8, 2 * len(os.sched_getaffinity(0)))
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


def in_order(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[tuple[Item, Result]]:
    """Each item with its result. The first error of an item or of the stream ends it, after the work begun."""
    with ThreadPoolExecutor(WORKERS) as pool, _short_turns():
        waiting: deque[tuple[Item, Future[Result]]] = deque()
        for item in items:
            waiting.append((item, pool.submit(work, item)))
            if len(waiting) > WORKERS:
                first, future = waiting.popleft()
                yield first, future.result()
        for item, future in waiting:
            yield item, future.result()
