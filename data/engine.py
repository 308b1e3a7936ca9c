"""The SQL engine inside the process: DuckDB with bounded memory that spills into the home."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from data.errors import HomeError
from data.faults import damaged, missing
from data.home import Home, explain_os_error
from data.spill import Spill

#: the file that a message names
QUOTED = re.compile(r'"(.+)"')


@contextmanager
def engine(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection for one step: UTC, nothing loaded from outside, spilling to `staging` in the home.

    What it makes must be TEMP, and goes with it. Steps of one thread, also one within another, share `memory_gb`.
    """
    spill = home.path("staging", "spill")
    try:
        connection = _database(spill, home.settings.memory_gb).cursor()
    except OSError as error:
        raise explain_os_error(error, spill) from error
    try:
        # DuckDB takes a process that was started without a file, as workers are, for a person at a prompt
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET TimeZone = 'UTC'")
        # threads that wait for room in a result can wait for each other for good (DuckDB issue 24961)
        connection.execute("SET streaming_buffer_size = '64MB'")
        yield connection
    except duckdb.FatalException:
        _kept.databases.pop(os.getpid(), None)  # the database refuses everything from now on
        raise
    except RuntimeError as error:  # so DuckDB says that Ctrl-C came while a query ran
        if isinstance(error.__cause__, KeyboardInterrupt):
            raise error.__cause__ from None
        raise
    except duckdb.Error as error:
        if explained := _explained(error, home.path("lake"), spill):
            raise explained from error
        raise
    finally:
        connection.close()


def _explained(error: duckdb.Error, lake: Path, spill: Path) -> HomeError | None:
    """What the engine says of its room, or of a file that it reads; None: of a query, which is no user's mistake."""
    said = str(error).splitlines()[0]
    if isinstance(error, duckdb.OutOfMemoryException):
        return HomeError(
            "a step needs more memory than memory_gb allows, or more room to spill",
            where=str(spill),
            next_step="Raise memory_gb in inturn.toml, or free space on that disk.",
        )
    if isinstance(error, duckdb.IOException):
        named = QUOTED.search(said)
        file = Path(named[1]) if named else spill
        if not file.is_relative_to(lake):
            return explain_os_error(OSError(said), spill)
        if file.exists():
            return explain_os_error(OSError(said), file)
        return missing(file, lake)
    # of a page that it cannot make out, its Parquet reader raises nothing but the error of which all others are kinds
    if isinstance(error, duckdb.InvalidInputException) or type(error) is duckdb.Error:
        return damaged(said, lake)
    return None


class _Kept(threading.local):
    """A thread's databases: by process, what one was made for, it, and where it spills."""

    def __init__(self) -> None:
        self.databases: dict[int, tuple[tuple[Path, float], duckdb.DuckDBPyConnection, Spill]] = {}


_kept = _Kept()


def _database(place: Path, memory_gb: float) -> duckdb.DuckDBPyConnection:
    """An empty database in memory: to begin and to end one takes longer than most of what a small night asks of it.

    A thread has one, and one at a time: some settings hold for all of a database. A fork begins its own and leaves that
    of before alone, whose threads it does not have and would wait for.
    """
    process, wanted = os.getpid(), (place, memory_gb)
    made_for, database, _ = _kept.databases.get(process, (None, None, None))
    if database is None or made_for != wanted:
        spill = Spill(place)
        database = _begun(spill.folder, memory_gb)
        _kept.databases[process] = wanted, database, spill
    return database


def _begun(spill: Path, memory_gb: float) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        config={
            "memory_limit": f"{memory_gb}GB",
            "temp_directory": str(spill),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            # what must be in order says so; kept order deadlocks large unions under a memory limit (DuckDB 1.5.6)
            "preserve_insertion_order": "false",
            # a step's files are not read by the next one
            "enable_external_file_cache": "false",
        }
    )


def pattern(path: str) -> str:
    """A path as a SQL literal where patterns are read too: brackets in it stand for themselves."""
    return literal(path.replace("[", "[[]"))


def quoted(name: str) -> str:
    """A name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"
