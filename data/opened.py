"""Delta tables opened once and kept, for as long as nobody has written to them.

Opening reads the table's log, which takes milliseconds; a night asks for its tables some 150 times.
"""

from functools import lru_cache
from pathlib import Path

from deltalake import DeltaTable

from data.faults import unlogged

#: tables kept open in a process; a home has some forty
KEPT = 128


def opened(place: Path) -> DeltaTable | None:
    """The table in a folder as it stands now; others are given the same object. None: no table.

    `HomeError` where there are files of one without its log: taken for no table, it would be begun anew.

    A commit adds a file to the folder of the log, and so changes its time. Two within one tick of the file system's
    clock leave the same time: there the name of the next version tells.
    """
    log = place / "_delta_log"
    try:
        found = log.stat()
        table = _read(str(place), found.st_ino, found.st_mtime_ns)
    except FileNotFoundError:
        table = None
    if table is None and next(place.glob("**/*.parquet"), None):
        raise unlogged(place)
    if table and (log / f"{table.version() + 1:020}.json").exists():
        return DeltaTable(str(place))
    return table


@lru_cache(maxsize=KEPT)
def _read(place: str, inode: int, changed_ns: int) -> DeltaTable | None:
    """The table; `inode` and `changed_ns` of its log tell one state of it from the next."""
    return DeltaTable(place) if DeltaTable.is_deltatable(place) else None
