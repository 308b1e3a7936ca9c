"""Spark: the engine of a cluster, or of all cores of this machine.

Rows are read by the workers from the lake's Parquet files, so they must see the home under the same path; kernels
run there, one centre at a time, from the same version of this package.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import date

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
from ibis import util
from ibis.backends.pyspark import Backend
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from data.home import Home
from data.lake import Lake
from features.engine import NOT_ONE_EACH, Kernel, Kernels

#: what stands for more than itself in a path that Spark is given
PATTERN = re.compile(r"([\\{}\[\]*?])")

#: hexadecimal digits of 60 bits
DIGITS = 15


@ibis.udf.scalar.builtin(name="conv", signature=((str, int, int), str))
def _conv(text, base, target):  # type: ignore[no-untyped-def] # Spark's own
    """A whole number's digits in another base."""


class _Compiler(PySparkCompiler):  # type: ignore[misc] # of Ibis, which has no types
    """Ibis writes 3600.0, which Spark reads as a decimal, and then divides to six digits only."""

    def visit_NonNullLiteral(self, op: ops.Literal, *, value: object, dtype: dt.DataType) -> object:  # noqa: N802 # Ibis
        """The literal in Spark's words."""
        written = super().visit_NonNullLiteral(op, value=value, dtype=dtype)
        return self.cast(written, dtype) if dtype.is_floating() else written


class _Backend(Backend):  # type: ignore[misc] # of Ibis, which has no types
    """Ibis on Spark, with rows in and out as Arrow: through pandas, integers beside nulls would be floats."""

    compiler = _Compiler()

    def frame(self, rows: ir.Table) -> DataFrame:
        """Spark's own name for the rows of an expression."""
        self._run_pre_execute_hooks(rows)
        return self._session.sql(self.compile(rows))

    def _register_in_memory_table(self, op: ops.InMemoryTable) -> None:
        rows = op.data.to_pyarrow(op.schema)
        frame = self._session.createDataFrame(rows, schema=from_arrow_schema(rows.schema))
        frame.createOrReplaceTempView(op.name)


class Spark:
    """See `features.engine.Engine`. Kernels are given one centre at a time."""

    def __init__(self, home: Home, connection: SparkSession) -> None:
        self._lake = Lake.of(home)
        self._session = connection
        _Backend.register_options()
        self._backend = _Backend().connect(connection)
        self._kept: list[DataFrame] = []
        self._names: list[str] = []

    def table(self, name: str, first: date | None, last: date | None) -> ir.Table:
        """See `Engine`."""
        fields = from_arrow_schema(pa.schema(self._lake.fields(name)))
        files = [_path(file) for file in self._lake.files(name, first, last)]
        if not files:
            return self._named(self._session.createDataFrame([], fields))
        reader = self._session.read.schema(fields).option("basePath", f"file://{self._lake.root}/{name}")
        return self._named(reader.parquet(*files).select(fields.names))

    def day(self, day: date) -> ir.DateValue:
        """See `Engine`."""
        return ibis.literal(day)

    def rows(self, table: pa.Table) -> ir.Table:
        """See `Engine`."""
        return ibis.memtable(table)

    def arrow(self, rows: ir.Table) -> pa.Table:
        """See `Engine`."""
        return self._backend.frame(rows).toArrow().cast(rows.schema().to_pyarrow())

    def in_order_of(self, keys: pa.Table) -> Callable[[ir.Table], pa.Table]:
        """See `Engine`."""

        def taken(rows: ir.Table) -> pa.Table:
            made = self.arrow(rows.order_by(keys.column_names))
            if made.select(keys.column_names) != keys:
                raise ValueError(NOT_ONE_EACH)
            return made.drop_columns(keys.column_names)

        return taken

    def kept(self, rows: ir.Table, *, lasting: bool = False) -> ir.Table:
        """See `Engine`."""
        return self._keep(self._backend.frame(rows))

    def named(self, rows: ir.Table) -> ir.Table:
        """See `Engine`. Nothing to do: Spark plans a query as it is read."""
        return rows

    def passing(self) -> AbstractContextManager[None]:
        """See `Engine`. Nothing to do: Spark puts on disk what it has no room for."""
        return nullcontext()

    def by_centre(self, rows: ir.Table, kernel: Kernel, schema: pa.Schema) -> ir.Table:
        """See `Engine`."""

        def made(centre: pa.Table) -> pa.Table:
            return kernel(centre).cast(schema)

        return self._keep(self._by_centre(rows, made, schema))

    def tables_by_centre(
        self, rows: ir.Table, kernels: Kernels, schemas: Mapping[str, pa.Schema]
    ) -> dict[str, pa.Table]:
        """See `Engine`: the tables travel as one, each in columns of its own."""
        fields = [pa.field(_inside(name, each), each.type) for name, schema in schemas.items() for each in schema]
        together = pa.schema([pa.field("table", pa.string()), *fields])

        def made(centre: pa.Table) -> pa.Table:
            parts = [together.empty_table()]
            for name, table in kernels(centre.sort_by("booking_id")).items():
                part = table.cast(schemas[name]).rename_columns([_inside(name, each) for each in schemas[name]])
                parts.append(part.append_column("table", pa.repeat(name, part.num_rows)))
            return pa.concat_tables(parts, promote_options="default")

        found = self._by_centre(rows, made, together).toArrow()
        tables = {}
        for name, schema in schemas.items():
            part = found.filter(pc.equal(found["table"], name)).select([_inside(name, each) for each in schema])
            tables[name] = part.rename_columns(schema.names).cast(schema).sort_by("centre_id")
        return tables

    def number(self, hexadecimal: ir.StringValue) -> ir.IntegerValue:
        """See `Engine`; `conv` makes a number of any text, so others are kept from it."""
        digits = hexadecimal.left(DIGITS)
        only = digits.re_search(r"\A[0-9A-Fa-f]+\z")
        return only.ifelse(_conv(digits, 16, 10), ibis.null(str)).cast("int64")

    def forget(self) -> None:
        """Let go of what the step has kept and named."""
        for name in self._names:
            self._session.catalog.dropTempView(name)
        for frame in self._kept:
            frame.unpersist()

    def _by_centre(self, rows: ir.Table, kernel: Kernel, schema: pa.Schema) -> DataFrame:
        return self._backend.frame(rows).groupBy("centre_id").applyInArrow(kernel, from_arrow_schema(schema))

    def _keep(self, frame: DataFrame) -> ir.Table:
        self._kept.append(frame.cache())
        return self._named(frame)

    def _named(self, frame: DataFrame) -> ir.Table:
        name = util.gen_name("inturn")
        frame.createTempView(name)
        self._names.append(name)
        return self._backend.table(name)


def _path(file: str) -> str:
    """A file that each machine has, as Spark wants it named."""
    return "file://" + PATTERN.sub(r"\\\1", file)


def _inside(name: str, field: pa.Field) -> str:
    return f"{name}__{field.name}"
