"""The SQL engine inside the process: DuckDB with bounded memory that spills into the home."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from data.home import Home

#: rows of one Arrow batch out of the engine
BATCH_ROWS = 131_072


@contextmanager
def engine(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection for one step: UTC, nothing loaded from outside, spilling to `staging` in the home."""
    spill = home.path("staging", "spill")
    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={
            "memory_limit": f"{home.settings.memory_gb}GB",
            "temp_directory": str(spill),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "true",
        }
    )
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def quoted(name: str) -> str:
    """A name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"
