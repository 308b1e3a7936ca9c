"""The engine that set logic runs on, behind the few things that the features ask of it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Protocol

import ibis.expr.types as ir
import pyarrow as pa

from data.home import Home

#: rows of one or more centres in, rows out; both as Arrow tables
Kernel = Callable[[pa.Table], pa.Table]

#: the same with several tables out, by name
Kernels = Callable[[pa.Table], Mapping[str, pa.Table]]

#: what is wrong with rows that `Engine.in_order_of` cannot bring into order
NOT_ONE_EACH = "there is not one row for each booking of the night"


class Engine(Protocol):
    """Where the expressions of a night run. The same expressions give the same values on every engine.

    Kernels run where the rows are, in another process perhaps: they are functions of modules, and take all that they
    need from their rows. They may be given one centre's rows at a time, or those of several at once.
    """

    def table(self, name: str, first: date | None, last: date | None) -> ir.Table:
        """A lake table's rows of these days."""

    def day(self, day: date) -> ir.DateValue:
        """The night's day, as a value of which an engine may know that all nights' expressions have it in common."""

    def rows(self, table: pa.Table) -> ir.Table:
        """Rows that were made outside the engine."""

    def arrow(self, rows: ir.Table) -> pa.Table:
        """The rows of an expression."""

    def in_order_of(self, keys: pa.Table) -> Callable[[ir.Table], pa.Table]:
        """What gives the rows of an expression in the order of these `keys`, and without them.

        `keys`: `centre_id` and `booking_id`, sorted by both. Where the rows are not one for each of them, it raises a
        ValueError.
        """

    def kept(self, rows: ir.Table, *, lasting: bool = False) -> ir.Table:
        """The same rows, computed once however often they are read; `lasting`: also after `passing`."""

    def named(self, rows: ir.Table) -> ir.Table:
        """The same rows behind a name, so that what is built on them is short; computed whenever they are read."""

    def passing(self) -> AbstractContextManager[None]:
        """What is made outside the engine or kept, inside, is for use inside alone, unless it is to be `lasting`."""

    def by_centre(self, rows: ir.Table, kernel: Kernel, schema: pa.Schema) -> ir.Table:
        """What a kernel makes of the rows of each centre, which it gets in any order."""

    def tables_by_centre(
        self, rows: ir.Table, kernels: Kernels, schemas: Mapping[str, pa.Schema]
    ) -> dict[str, pa.Table]:
        """The tables that a kernel makes of the bookings of each centre, in one pass.

        It gets each centre's rows in the order of their `booking_id`. What it makes of them keeps its order; the
        centres are sorted by `centre_id`, which each of the tables has.
        """

    def number(self, hexadecimal: ir.StringValue) -> ir.IntegerValue:
        """The first 60 bits of a hexadecimal text, such as a pseudonym, as an integer: half as costly to join on.

        Null for any other text, so also for a citizen whom nobody identified.
        """


@contextmanager
def engine(home: Home) -> Iterator[Engine]:
    """The engine for one step of a home: the one that its settings name."""
    if home.settings.engine == "spark":
        from features.engines.session import running  # noqa: PLC0415 # it needs what stands above
    else:
        from features.engines.local import running  # noqa: PLC0415
    with running(home) as engine:
        yield engine
