"""DuckDB inside this process: the engine of one machine."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import lru_cache, partial

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from sqlglot import exp

from data.engine import engine as connected
from data.home import Home
from data.lake import Lake
from data.parallel import in_order
from features.engine import Engine, Kernel, Kernels
from features.engines.hashed import HASHES, KEY, Hashed
from features.parts import parts_of


@ibis.udf.scalar.builtin(name="inturn_number", signature=((str,), int))
def _number(hexadecimal):  # type: ignore[no-untyped-def] # its body is the SQL macro below
    """A SQL macro of the connection."""


@ibis.udf.scalar.builtin(name="inturn_day", signature=((), date))
def _day():  # type: ignore[no-untyped-def] # its body is a SQL macro of the connection
    """The night's day."""


class _Compiler(DuckDBCompiler):  # type: ignore[misc] # it comes without types
    """As Ibis writes SQL, but for the seconds of an instant: by way of a calendar they take forty times as long."""

    def visit_ExtractEpochSeconds(self, _: ops.ExtractEpochSeconds, *, arg: exp.Expr) -> exp.Expr:  # noqa: N802
        """Seconds since 1970, with their fractions."""
        seconds: exp.Expr = self.f.epoch_us(arg) / 1e6
        return seconds


_compiler = _Compiler()


@lru_cache(maxsize=1024)
def _sql(rows: ops.Node) -> str:
    """The SQL of an expression. Ibis takes longer to write it than DuckDB to run it, and every night asks for the same:
    tables are names here, and the day is a macro.
    """
    return str(_compiler.to_sqlglot(rows.to_expr()).sql(dialect=_compiler.dialect))


#: DuckDB would read 1_0 as 10
_NUMBER = """CREATE TEMP MACRO inturn_number(hex) AS TRY_CAST('0x' || replace(left(hex, 15), '_', '?') AS BIGINT)"""


class Local:
    """See `features.engine.Engine`. Kernels get all centres at once; of a large night some at a time, by threads."""

    def __init__(self, home: Home, connection: duckdb.DuckDBPyConnection) -> None:
        self._lake = Lake.of(home)
        connection.execute(_NUMBER)
        self._connection = connection
        self._tables: dict[tuple[str, date | None, date | None], ir.Table] = {}
        self._kept: dict[str, Callable[[], object]] = {}  # how to let go of each table that is in memory, by name
        self._lasting: set[str] = set()
        self._named = 0

    def table(self, name: str, first: date | None, last: date | None) -> ir.Table:
        """See `Engine`. Named, and found once: parsing the SQL of many files takes longer than reading them."""
        asked = name, first, last
        if asked not in self._tables:
            columns = pa.schema([field.with_nullable(True) for field in self._lake.fields(name)])
            self._tables[asked] = self._made("VIEW", f"SELECT * FROM {self._lake.sql(name, first, last)}", columns)
        return self._tables[asked]

    def named(self, rows: ir.Table) -> ir.Table:
        """See `Engine`."""
        return self._made("VIEW", _sql(rows.op()))

    def day(self, day: date) -> ir.DateValue:
        """See `Engine`."""
        self._connection.execute(f"CREATE OR REPLACE TEMP MACRO inturn_day() AS DATE '{day}'")
        return _day()

    def rows(self, table: pa.Table) -> ir.Table:
        """See `Engine`."""
        name = self._name("rows")
        self._connection.register(name, table)
        self._kept[name] = partial(self._connection.unregister, name)
        return ibis.table(ibis.schema(table.schema), name)

    def arrow(self, rows: ir.Table) -> pa.Table:
        """See `Engine`. By a relation, whose result every thread writes: that of `execute` comes through one, which
        takes three times as long for millions of rows and can stop for good (DuckDB issue 24961).
        """
        return self._connection.sql(_sql(rows.op())).to_arrow_table().cast(rows.schema().to_pyarrow())

    def in_order_of(self, keys: pa.Table) -> Callable[[ir.Table], pa.Table]:
        """See `Engine`. Hashes are sorted in a tenth of the time of texts, and texts need not be read for it."""
        name = self.rows(keys).get_name()
        asked = Hashed(self._connection.sql(f"SELECT {HASHES} FROM {name}").to_arrow_table())

        def taken(rows: ir.Table) -> pa.Table:
            sql = f"SELECT {HASHES}, * EXCLUDE ({KEY}) FROM ({_sql(rows.op())})"
            made = self._connection.sql(sql).to_arrow_table()
            order = asked.places_in(Hashed(made))
            return made.drop_columns(Hashed.NAMES).combine_chunks().take(pa.array(order))

        return taken

    def kept(self, rows: ir.Table, *, lasting: bool = False) -> ir.Table:
        """See `Engine`. What was made outside is in memory already."""
        made = rows.op()
        if not isinstance(made, ops.UnboundTable) or made.name not in self._kept:
            rows = self._made("TABLE", _sql(made))
            self._kept[rows.get_name()] = partial(self._connection.execute, f"DROP TABLE {rows.get_name()}")
        if lasting:
            self._lasting.add(rows.get_name())
        return rows

    @contextmanager
    def passing(self) -> Iterator[None]:
        """See `Engine`."""
        before = set(self._kept)
        yield
        for name in self._kept.keys() - before - self._lasting:
            self._kept.pop(name)()

    def by_centre(self, rows: ir.Table, kernel: Kernel, schema: pa.Schema) -> ir.Table:
        """See `Engine`."""
        made = [table for _, table in in_order(lambda part: kernel(*part), parts_of(self.arrow(rows)))]
        return self.rows(pa.concat_tables(made).cast(schema))

    def tables_by_centre(
        self, rows: ir.Table, kernels: Kernels, schemas: Mapping[str, pa.Schema]
    ) -> dict[str, pa.Table]:
        """See `Engine`."""
        made = kernels(self.arrow(rows.order_by("centre_id", "booking_id")))
        return {name: made[name].sort_by("centre_id").cast(schema) for name, schema in schemas.items()}

    def number(self, hexadecimal: ir.StringValue) -> ir.IntegerValue:
        """See `Engine`."""
        return _number(hexadecimal)

    def _made(self, kind: str, sql: str, columns: pa.Schema | None = None) -> ir.Table:
        """A temporary table or view, of these columns where they are known; it goes with the connection."""
        name = self._name(kind.lower())
        self._connection.execute(f"CREATE TEMP {kind} {name} AS {sql}")
        columns = columns or self._connection.execute(f"FROM {name} LIMIT 0").to_arrow_table().schema
        return ibis.table(ibis.schema(columns), name)

    def _name(self, kind: str) -> str:
        self._named += 1
        return f"{kind}_{self._named}"


@contextmanager
def running(home: Home) -> Iterator[Engine]:
    """The engine for one step of a home."""
    with connected(home) as connection:
        yield Local(home, connection)
