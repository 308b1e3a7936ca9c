"""A source's log in memory: its accepted rows in the contract's columns, identifiers as they were delivered."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from data.check import Checked, Checker
from data.contract import DELIVERED
from data.engine import quoted
from data.errors import UserError
from data.parallel import in_order
from data.progress import Progress
from data.readers import read_file
from data.readers.chunk import Chunk
from data.schema import Table
from data.source import Source


@dataclass
class Log:
    """`tables` by name, each booking once; what became of the other rows is counted.

    `refused` counts the rows that an ingest would refuse, by table and rule; `left_out`, those that the mapping
    leaves out; `repeated`, those that another row of the same key replaces.
    """

    tables: dict[str, pa.Table] = field(default_factory=dict)
    read: int = 0
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    left_out: int = 0
    repeated: int = 0


def read_log(source: Source, *, zone: str, progress: Progress) -> Log:
    """Read and check all files of a source, as an ingest would, without replacing identifiers by pseudonyms.

    Raises `UserError` where a file cannot be read, the mapping does not fit, or not one booking is accepted.
    """
    log = Log()
    parts: dict[str, list[pa.Table]] = {}
    for piece, checked in in_order(_check, _pieces(source, zone, progress)):
        name = piece.checker.table.name
        parts.setdefault(name, []).append(checked.accepted.select(DELIVERED[name].arrow.names))
        log.read += piece.chunk.rows.num_rows + len(piece.chunk.refusals)
        log.left_out += checked.left_out
        log.refused.update((name, rule) for rule in checked.refused["rule"].to_pylist())
        progress.advance(0, f"{log.read:,} rows")
    for name, found in parts.items():
        rows = pa.concat_tables(found)
        log.tables[name] = _once(rows, DELIVERED[name], first=source.mapping.table(name).observations)
        log.repeated += rows.num_rows - log.tables[name].num_rows
    if not log.tables.get("bookings"):
        raise _empty(source, log)
    return log


class _Piece(NamedTuple):
    """A chunk of a file, and who checks it."""

    checker: Checker
    file: str
    chunk: Chunk


def _check(piece: _Piece) -> Checked:
    return piece.checker.check(piece.chunk, piece.file)


def _pieces(source: Source, zone: str, progress: Progress) -> Iterator[_Piece]:
    deliveries = source.deliveries()
    progress.start(f"Reading {source.name}", sum(delivery.size for delivery in deliveries))
    checkers = {name: Checker(table, source.mapping, None, zone=zone) for name, table in DELIVERED.items()}
    for delivery in deliveries:
        for chunk in read_file(source.filesystem, delivery.path, source.options):
            yield _Piece(checkers[delivery.table.name], delivery.file, chunk)
        progress.advance(delivery.size)


def _once(rows: pa.Table, table: Table, *, first: bool) -> pa.Table:
    """One row a key: the latest, as it is a correction, or the first of several observations."""
    if not table.key:
        return rows
    keys = rows.select(list(table.key)).append_column("place", pa.array(np.arange(rows.num_rows)))
    with duckdb.connect() as connection:
        connection.register("keys", keys)
        which, names = "min" if first else "max", ", ".join(map(quoted, table.key))
        kept = connection.execute(f"SELECT {which}(place) FROM keys GROUP BY {names}").to_arrow_table()
    return rows.take(kept.column(0).sort())


def _empty(source: Source, log: Log) -> UserError:
    often = "; ".join(f"{rows:,} × {rule} in {table}" for (table, rule), rows in log.refused.most_common(1))
    return UserError(
        f"none of its {log.read:,} rows is a booking that can be accepted{': ' + often if often else ''}",
        where=source.name,
        next_step="Try its mapping first: inturn ingest names the file and row of every refused row.",
    )
