"""Room on disk for what an engine spills: a folder for each database, and none left of processes that were killed.

Two databases in one folder would write to one file: DuckDB names its files by number, and deletes all there as it ends.
"""

import fcntl
import os
import shutil
from pathlib import Path
from uuid import uuid4


class Spill:
    """A folder of one's own below `place`, there as long as this is; what dead processes left there is cleared away.

    Who lives is told by a lock beside each folder, which is the operating system's and falls with its process. It is
    never released but by closing it: a fork has it, too, and must not release that of the process it comes from.
    """

    def __init__(self, place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)
        clear(place)
        self.folder = place / uuid4().hex
        self._lock = os.open(self.folder.with_suffix(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.folder.mkdir()

    def __del__(self) -> None:
        if hasattr(self, "_lock"):
            os.close(self._lock)


def clear(place: Path) -> None:
    """Remove the folders below `place` whose processes have ended."""
    for held in place.glob("*.lock"):
        try:
            lock = os.open(held, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            continue  # somebody else is clearing, too
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(held.with_suffix(""), ignore_errors=True)
            held.unlink(missing_ok=True)
        except BlockingIOError:
            continue
        finally:
            os.close(lock)
