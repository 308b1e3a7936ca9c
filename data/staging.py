"""Where checked rows wait until the whole delivery has been read: nothing reaches the lake from half a delivery."""

import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count, pairwise
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.check import Checked
from data.engine import literal, pattern
from data.home import Home
from data.lake import empty_relation
from data.tables import BOOKING_EVENTS, COLUMNS_DELIVERED, LAKE

#: where few values come again and again
REPEATING = (
    *("source", "file", "centre_id", "service_code", "channel", "created_by", "window_id", "clerk_id", "agent_id"),
    *("priority_class", "status", "kind", "category", "verdict", COLUMNS_DELIVERED),
)

#: files that one thread holds open, a day each; a delivery of more days than that gets several files a day
OPEN_FILES = 100


@dataclass
class Part:
    """A file of staged rows, all of one `day` (null: the table is kept whole), in `groups` row groups."""

    table: str
    day: date | None
    path: Path
    rows: int = 0
    groups: int = 0


class Staging:
    """A folder in the home for one ingest; it goes when the ingest ends, and the next one clears what a kill left.

    Rows lie as the lake keeps them, so that a whole file can be handed over to it: TABLE/sequence=N/DAY=…/n.parquet,
    where N is the place of the delivered file in the order of delivery.
    """

    def __init__(self, home: Home) -> None:
        self.folder = home.path("staging", "ingest")
        self._parts: dict[str, list[Part]] = {}
        self._numbers = count()
        self._writers: dict[int, OrderedDict[Path, tuple[pq.ParquetWriter, Part]]] = {}

    def __enter__(self) -> "Staging":
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        finally:  # a full disk needs the room
            shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, table: str, source: str, file: str, sequence: int, checked: Checked) -> None:
        """Keep the rows of one chunk; `sequence` is the place of its file in the order of delivery.

        Each thread has files of its own, so that several can add at once.
        """
        accepted = _stamped(checked.accepted, source=source, file=file)
        self._add(table, sequence, accepted)
        if table == "bookings":
            self._add(BOOKING_EVENTS.name, sequence, accepted)
        refused = checked.refused.sort_by("row_number")
        self._add("rejects", sequence, _stamped(refused, source=source, table=table, file=file))

    def close(self) -> None:
        """Finish the files, so that they can be read."""
        for writers in self._writers.values():
            while writers:
                writers.popitem()[1][0].close()

    def sql(self, table: str) -> str:
        """What was staged for a table, as something to stand behind FROM, with its `sequence`."""
        files = sorted(pattern(str(part.path)) for part in self._parts[table])
        if not files:
            return empty_relation(LAKE[table].schema.append(pa.field("sequence", pa.int64())))
        kinds = {"sequence": "BIGINT", **dict.fromkeys(LAKE[table].partitions, "DATE")}
        hive = ", ".join(f"{literal(name)}: {kind}" for name, kind in kinds.items())
        return f"read_parquet([{', '.join(files)}], hive_partitioning = true, hive_types = {{{hive}}})"

    def has(self, table: str) -> bool:
        """Whether anything was staged for a table, be it a file without rows."""
        return table in self._parts

    def parts(self, table: str) -> list[Part]:
        """The files of a table, once they are finished."""
        return self._parts[table]

    def _add(self, table: str, sequence: int, rows: pa.Table) -> None:
        partition = LAKE[table].partition
        self._parts.setdefault(table, [])
        # which run first refused a row is not known yet
        schema = pa.schema([field for field in LAKE[table].schema if field.name in rows.column_names])
        rows = rows.select(schema.names).cast(schema)
        for day, of_day in _by_day(rows, partition) if partition else [(None, rows)]:
            if of_day.num_rows:
                place = self.folder / table / f"sequence={sequence}"
                self._write(table, day, place / f"{partition}={day}" if day else place, of_day)

    def _write(self, table: str, day: date | None, place: Path, rows: pa.Table) -> None:
        writers = self._writers.setdefault(threading.get_ident(), OrderedDict())
        if place not in writers:
            if len(writers) == OPEN_FILES:
                writers.popitem(last=False)[1][0].close()
            place.mkdir(parents=True, exist_ok=True)
            part = Part(table, day, place / f"{next(self._numbers)}.parquet")
            writers[place] = pq.ParquetWriter(part.path, rows.schema, **_writing(rows.schema)), part
            self._parts[table].append(part)
        writers.move_to_end(place)
        writer, part = writers[place]
        writer.write_table(rows)
        part.rows += rows.num_rows
        part.groups += 1


def _writing(schema: pa.Schema) -> dict[str, Any]:
    """How a file is written that may become the lake's own: in half the time and the room of the library's own ways."""
    encodings = {}
    for field in schema:
        if pa.types.is_integer(field.type) or pa.types.is_temporal(field.type):
            encodings[field.name] = "DELTA_BINARY_PACKED"
        elif pa.types.is_string(field.type) and field.name not in REPEATING:
            encodings[field.name] = "DELTA_LENGTH_BYTE_ARRAY"
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": [name for name in REPEATING if name in schema.names],
        "column_encoding": encodings,
    }


def _by_day(rows: pa.Table, partition: str) -> Iterator[tuple[date, pa.Table]]:
    """The rows of each day, without the column that says which."""
    days = rows[partition].to_numpy()
    rows = rows.drop_columns(partition)
    if (days[1:] < days[:-1]).any():
        order = np.argsort(days, kind="stable")
        rows, days = rows.take(order), days[order]
    edges = [0, *(np.flatnonzero(days[1:] != days[:-1]) + 1).tolist(), days.size]
    for first, end in pairwise(edges):
        if end > first:
            yield days[first].item(), rows.slice(first, end - first)


def _stamped(rows: pa.Table, **stamp: str) -> pa.Table:
    for name, value in stamp.items():
        rows = rows.append_column(name, pa.repeat(pa.scalar(value), rows.num_rows))
    return rows
