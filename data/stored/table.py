"""How a table of the lake is declared."""

from dataclasses import dataclass

import pyarrow as pa

DAY = "service_day"
TEXT, INT, REAL, DATE = pa.string(), pa.int64(), pa.float64(), pa.date32()


@dataclass(frozen=True)
class LakeTable:
    """A Delta table: its schema, the day it is partitioned by (None: kept whole) and the key of a row.

    `later`: columns that files of earlier versions lack; they read as null.
    """

    name: str
    schema: pa.Schema
    partition: str | None
    key: tuple[str, ...]
    later: tuple[str, ...] = ()

    @property
    def partitions(self) -> list[str]:
        """Partition columns, as Delta wants them."""
        return [self.partition] if self.partition else []


def own(
    name: str, partition: str | None, key: tuple[str, ...], *, later: tuple[str, ...] = (), **kinds: pa.DataType
) -> LakeTable:
    """A table of the product's own: its columns, in this order, by their types; each may be null."""
    return LakeTable(name, pa.schema([pa.field(column, kind) for column, kind in kinds.items()]), partition, key, later)
