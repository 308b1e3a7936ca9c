"""How a table of the contract is declared: one declaration drives checks, Arrow schemas, worlds and docs."""

from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

Kind = Literal["string", "text", "int", "float", "bool", "date", "time", "list", "json"]
Severity = Literal["reject", "warn"]

#: Instants are kept to the microsecond and always in UTC; pages show them in the source's zone.
INSTANT = pa.timestamp("us", tz="UTC")

ARROW: dict[Kind, pa.DataType] = {
    "string": pa.string(),
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "time": INSTANT,
    "list": pa.list_(pa.string()),
    "json": pa.string(),
}

#: characters; a longer value is refused: an identifier, or a free text such as a complaint
LONGEST: dict[Kind, int] = {"string": 1_000, "text": 100_000, "json": 1_000_000}
#: bytes of UTF-8; a longer name is refused: two of them, as of a centre and its clerk, fit into a row of an index of
#: PostgreSQL, 2,704 bytes (nbtree, BTMaxItemSize)
LONGEST_NAME = 1_300


@dataclass(frozen=True)
class Column:
    """One column: its type, whether it may be null, and what a value means.

    `words` are the values a closed vocabulary allows. `identifies` names what an identifier stands for
    ("person", "phone", "device", "address"): such a value is replaced by a keyed pseudonym at ingest, and the
    same value of the same kind gets the same pseudonym in every table.
    """

    name: str
    kind: Kind
    meaning: str
    null: bool = False
    words: tuple[str, ...] = ()
    identifies: str | None = None

    @property
    def names(self) -> bool:
        """Whether its values are stored as the names of things, by which they are found again."""
        return self.kind == "string" and not self.identifies and self.name.endswith(("_id", "_by", "_code"))

    @property
    def arrow(self) -> pa.Field:
        """The Arrow field, nullable as declared."""
        return pa.field(self.name, ARROW[self.kind], nullable=self.null)


@dataclass(frozen=True)
class Rule:
    """What must hold between the columns of one row.

    `broken_when` is a DuckDB condition over the contract's columns and `skew`, the source's clock slack in
    microseconds (instants are compared as numbers: with intervals it takes ten times as long); null is "not
    broken". `column` is the one named in `rejects`.
    """

    name: str
    column: str
    broken_when: str
    meaning: str
    severity: Severity = "reject"


@dataclass(frozen=True)
class Table:
    """One table that crosses a boundary.

    `key` names the row; an empty key means that a row has no name of its own and that a file delivered again
    replaces the rows it brought before. `partition` is the column of days by which the lake cuts the table, None for
    a small one kept whole. `local_days` are days that are stored beside the columns: name to the column of instants
    whose day, in the source's zone, it is.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    delivered: bool
    partition: str | None = None
    local_days: dict[str, str] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    @property
    def arrow(self) -> pa.Schema:
        """The Arrow schema in the order of declaration."""
        return pa.schema([column.arrow for column in self.columns])

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def column(name: str, kind: Kind, meaning: str, **more: object) -> Column:
    """A column that is never null."""
    return Column(name, kind, meaning, **more)  # type: ignore[arg-type]


def maybe(name: str, kind: Kind, meaning: str, **more: object) -> Column:
    """A column that may be null: not delivered, or did not happen."""
    return Column(name, kind, meaning, null=True, **more)  # type: ignore[arg-type]
