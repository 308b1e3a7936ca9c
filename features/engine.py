"""The engine that set logic runs on, behind the few things that the features ask of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Protocol

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from data.engine import engine as connected
from data.home import Home
from data.lake import Lake

#: rows of one or more centres in, rows out; both as Arrow tables
Kernel = Callable[[pa.Table], pa.Table]


class Engine(Protocol):
    """Where the expressions of a night run. The same expressions give the same values on every engine."""

    def table(self, name: str, first: date | None, last: date | None) -> ir.Table:
        """A lake table's rows of these days."""

    def arrow(self, rows: ir.Table) -> pa.Table:
        """The rows of an expression."""

    def kept(self, rows: ir.Table) -> ir.Table:
        """The same rows, computed once however often they are read."""

    def by_centre(self, rows: ir.Table, kernel: Kernel, schema: pa.Schema) -> ir.Table:
        """What a kernel makes of the rows of each centre; it may be given several centres at once."""

    def number(self, hexadecimal: ir.StringValue) -> ir.IntegerValue:
        """The first 60 bits of a hexadecimal text, such as a pseudonym, as an integer: half as costly to join on.

        Null for any other text, so also for a citizen whom nobody identified.
        """


@ibis.udf.scalar.builtin(name="inturn_number", signature=((str,), int))
def _number(hexadecimal):  # type: ignore[no-untyped-def] # its body is the SQL macro below
    """A SQL macro of the connection."""


class Local:
    """DuckDB inside this process."""

    def __init__(self, home: Home, connection: duckdb.DuckDBPyConnection) -> None:
        self._lake = Lake.of(home)
        connection.execute("CREATE TEMP MACRO inturn_number(hex) AS TRY_CAST('0x' || left(hex, 15) AS BIGINT)")
        self._backend = ibis.duckdb.from_connection(connection)

    def table(self, name: str, first: date | None, last: date | None) -> ir.Table:
        """See `Engine`."""
        return self._backend.sql(f"SELECT * FROM {self._lake.sql(name, first, last)}")

    def arrow(self, rows: ir.Table) -> pa.Table:
        """See `Engine`."""
        return rows.to_pyarrow()

    def kept(self, rows: ir.Table) -> ir.Table:
        """See `Engine`."""
        return rows.cache()

    def by_centre(self, rows: ir.Table, kernel: Kernel, schema: pa.Schema) -> ir.Table:
        """See `Engine`: all centres at once."""
        return ibis.memtable(kernel(self.arrow(rows)).cast(schema))

    def number(self, hexadecimal: ir.StringValue) -> ir.IntegerValue:
        """See `Engine`."""
        return _number(hexadecimal)


@contextmanager
def engine(home: Home) -> Iterator[Engine]:
    """The engine for one step of a home."""
    with connected(home) as connection:
        yield Local(home, connection)
