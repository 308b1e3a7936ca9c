"""The lake: Delta tables in the home. A write is one atomic commit: readers see before or after, never between."""

import errno
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction

from data.engine import literal, pattern, quoted
from data.errors import HomeError
from data.faults import RESTORE, missing
from data.home import Home, explain_os_error
from data.opened import opened
from data.schema import INSTANT
from data.stored.table import LakeTable
from data.tables import LAKE

#: commits after which the log is summed up: a night opens tables some fifty times, and reads what came since
CHECKPOINT_COMMITS = 10
#: bytes of a Parquet file besides its values: schema, statistics and dictionaries of 40 columns
FILE_BYTES = 32_768


@dataclass(frozen=True)
class Lake:
    """The tables of one home."""

    root: Path

    @classmethod
    def of(cls, home: Home) -> "Lake":
        """The lake of a home."""
        return cls(home.path("lake"))

    def version(self, name: str) -> int | None:
        """The version a table stands at; None before its first write."""
        table = self._open(name)
        return table.version() if table else None

    def versions(self, names: Iterable[str]) -> dict[str, int | None]:
        """The versions of several tables."""
        return {name: self.version(name) for name in sorted(names)}

    def files(self, name: str, first: date | None = None, last: date | None = None) -> list[str]:
        """Parquet files of a table, only those of the days asked for where it is partitioned by day."""
        table = self._open(name)
        return self._files(name, table, first, last) if table else []

    def _files(self, name: str, table: DeltaTable, first: date | None, last: date | None) -> list[str]:
        partition = LAKE[name].partition
        limits = [f"{partition} >= '{first}'"] if first else []
        limits += [f"{partition} <= '{last}'"] if last else []
        pruned = {"file_pruning_predicate": " AND ".join(limits)} if partition and limits else {}
        # of Delta's URIs only the part inside the table is taken: how it encodes the home's path is not certain
        parts = 1 + len(LAKE[name].partitions)
        inside = ("/".join(uri.split("/")[-parts:]) for uri in table.file_uris(**pruned))
        return sorted(f"{self.root}/{name}/{unquote(path)}" for path in inside)

    def files_by_day(self, name: str, first: date, last: date) -> dict[date, list[str]]:
        """Parquet files of each of these days of a table that is partitioned by day; a day without rows is left out."""
        days: dict[date, list[str]] = {}
        for file in self.files(name, first, last):
            day = date.fromisoformat(Path(file).parent.name.partition("=")[2])
            days.setdefault(day, []).append(file)
        return days

    def fields(self, name: str) -> list[pa.Field]:
        """A table's columns in their declared order and types; those that were added since stand behind them."""
        return _fields(LAKE[name], self._open(name))

    def sql(self, name: str, first: date | None = None, last: date | None = None) -> str:
        """A table as something to stand behind FROM, empty but typed where nothing is stored.

        Its columns are those of `fields`.
        """
        declared, table = LAKE[name], self._open(name)
        if table is None:
            return empty_relation(declared.schema)
        fields = _fields(declared, table)
        added = [*map(declared.schema.field, declared.later), *fields[len(declared.schema) :]]
        files = self._files(name, table, first, last)
        if not files:
            return empty_relation(fields)
        listed = ", ".join(pattern(file) for file in files)
        hive = "false"
        if declared.partition:
            hive = f"true, hive_types = {{{literal(declared.partition)}: DATE}}"
        names = ", ".join(quoted(field.name) for field in fields)
        rows = f"FROM read_parquet([{listed}], union_by_name = true, hive_partitioning = {hive})"
        if added:  # these files may be older than such a column
            rows = f"FROM ({rows} UNION ALL BY NAME FROM {empty_relation(added)})"
        return f"(SELECT {names} {rows})"

    def replace_day(self, name: str, day: date, rows: pa.Table) -> None:
        """Put these rows in the place of all rows of that day, in one commit."""
        self.replace_days(name, [day], rows)

    def replace_days(self, name: str, days: Iterable[date], rows: pa.Table) -> None:
        """Put these rows, all of these days, in the place of those days' rows, in one commit."""
        listed = ", ".join(literal(str(day)) for day in days)
        self.replace(name, f"{LAKE[name].partition} IN ({listed})", rows)

    def replace(self, name: str, predicate: str | None, rows: pa.Table) -> None:
        """Put these rows in the place of those that fit the predicate (None: of all), in one commit."""
        declared = LAKE[name]
        with _explained(self.root):
            table = self._ensure(declared)
            rows = _with_all_columns(_stored_schema(table), rows)
            self._check_disk(declared, rows)
            mode: Literal["merge", "overwrite"] = "overwrite" if _stricter(table, declared) else "merge"
            write_deltalake(table, rows, mode="overwrite", predicate=predicate, schema_mode=mode)

    def days(self, name: str) -> set[date]:
        """The days a table has rows of."""
        table = self._open(name)
        partitions = table.partitions() if table else []
        return {date.fromisoformat(str(partition[LAKE[name].partition])) for partition in partitions}

    def adopt(self, name: str, files: Iterable[tuple[date, Path, int]], run_id: str) -> None:
        """Make finished files the table's own, in one commit: (day, path, rows), all of days it has no rows of.

        The files lie on the same disk and get a second name, so they can go where they were, and nothing is copied.
        """
        declared = LAKE[name]
        linked: list[Path] = []
        with _explained(self.root):
            table = self._with_columns(declared)
            self._check_disk(declared, declared.schema.empty_table())
            actions = []
            try:
                for number, (day, path, rows) in enumerate(files):
                    inside = f"{declared.partition}={day}/part-{run_id}-{number:05}.parquet"
                    target = self.root / name / inside
                    target.parent.mkdir(exist_ok=True)
                    os.link(path, target)
                    linked.append(target)
                    actions.append(_added(inside, target, {str(declared.partition): str(day)}, rows))
                table.create_write_transaction(actions, "append", table.schema(), declared.partitions)
            except Exception:  # an interruption may come after the commit: then `retain` clears up
                for path in set(linked) - set(map(Path, self.files(name))):
                    path.unlink(missing_ok=True)
                raise

    def append(self, name: str, rows: pa.Table) -> None:
        """Add rows in one commit."""
        with _explained(self.root):
            table = self._ensure(LAKE[name])
            self._check_disk(LAKE[name], rows)
            write_deltalake(table, rows, mode="append")

    def compact(self, name: str) -> int:
        """Join a table's small files; the number of files that went."""
        if self.version(name) is None:
            return 0
        with _explained(self.root):
            table = self._ensure(LAKE[name])
            return int(table.optimize.compact()["numFilesRemoved"])

    def retain(self, name: str, hours: int) -> int:
        """Delete files that only versions older than this need; the number deleted. Current rows stay."""
        if self.version(name) is None:
            return 0
        with _explained(self.root):
            table = self._ensure(LAKE[name])
            # full: also what a killed run wrote and never committed
            gone = table.vacuum(retention_hours=hours, dry_run=False, enforce_retention_duration=False, full=True)
            table.create_checkpoint()
            table.cleanup_metadata()
            return len(gone)

    def _check_disk(self, declared: LakeTable, rows: pa.Table) -> None:
        """Refuse to begin what the disk would refuse: stopped half-way, the writer's threads shout at the user."""
        files = len(pc.unique(rows[declared.partition])) if declared.partition else 1
        if shutil.disk_usage(self.root).free < rows.nbytes + files * FILE_BYTES:
            raise OSError(errno.ENOSPC, "No space left on device")
        for place in (self.root / declared.name, self.root / declared.name / "_delta_log"):
            if not os.access(place, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, "Permission denied", str(place))

    def _open(self, name: str) -> DeltaTable | None:
        """The table, for reading; None before its first write."""
        with _explained(self.root):
            return opened(self.root / name)

    def _with_columns(self, declared: LakeTable) -> DeltaTable:
        """The table with every declared column, also one that an earlier version of the product did not know."""
        table = self._ensure(declared)
        if set(declared.schema.names) - set(_stored_schema(table).names):
            write_deltalake(table, declared.schema.empty_table(), mode="append", schema_mode="merge")
            table.update_incremental()
        return table

    def _ensure(self, declared: LakeTable) -> DeltaTable:
        """The table, for writing."""
        place = self.root / declared.name
        if table := opened(place):
            return table
        place.mkdir(parents=True, exist_ok=True)
        often = {"delta.checkpointInterval": str(CHECKPOINT_COMMITS)}
        return DeltaTable.create(
            str(place), schema=declared.schema, partition_by=declared.partitions, configuration=often
        )


def _stored_schema(table: DeltaTable) -> pa.Schema:
    return pa.schema(table.schema().to_arrow())


def _stricter(table: DeltaTable, declared: LakeTable) -> bool:
    """Whether the table was made when a column that may be null could not be; merging keeps that."""
    allowed = {field.name for field in declared.schema if field.nullable}
    return any(field.name in allowed for field in _stored_schema(table) if not field.nullable)


def _fields(declared: LakeTable, table: DeltaTable | None) -> list[pa.Field]:
    stored = _stored_schema(table) if table else []
    return [*declared.schema, *(field for field in stored if field.name not in declared.schema.names)]


def _added(inside: str, file: Path, partition: dict[str, str | None], rows: int) -> AddAction:
    found = file.stat()
    stats = json.dumps({"numRecords": rows})
    return AddAction(inside, found.st_size, partition, int(found.st_mtime * 1000), data_change=True, stats=stats)


def _with_all_columns(stored: pa.Schema, rows: pa.Table) -> pa.Table:
    """A feature that is no longer computed stays in the table's schema: its new rows are null, not assessed."""
    for field in stored:
        if field.name not in rows.column_names:
            rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
    return rows


def empty_relation(fields: Iterable[pa.Field]) -> str:
    """A relation of these columns without a row, as something to stand behind FROM."""
    columns = ", ".join(f"CAST(NULL AS {_sql_type(field.type)}) AS {quoted(field.name)}" for field in fields)
    return f"(SELECT {columns} WHERE false)"


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"{_sql_type(kind.value_type)}[]"
    names = {
        pa.string(): "VARCHAR",
        pa.int64(): "BIGINT",
        pa.float64(): "DOUBLE",
        pa.bool_(): "BOOLEAN",
        pa.date32(): "DATE",
        INSTANT: "TIMESTAMPTZ",
    }
    if kind not in names:
        raise TypeError(f"no column of the lake has the type {kind}")
    return names[kind]


@contextmanager
def _explained(root: Path) -> Iterator[None]:
    """What Delta says of a full disk or a damaged log, as an error that an operator can act on."""
    try:
        yield
    except (OSError, DeltaError) as error:
        text = str(error)
        if refused := re.search(r"os error (\d+)", text):
            number = int(refused[1])
            if number == errno.ENOENT and (named := re.search(rf"{re.escape(str(root))}/\S+\.parquet", text)):
                raise missing(Path(named[0]), root) from error
            raise explain_os_error(OSError(number, os.strerror(number)), root) from error
        if isinstance(error, OSError):
            raise explain_os_error(error, root) from error
        raise HomeError(
            f"a table of the lake cannot be read or written: {text.splitlines()[0][:200]}",
            where=str(root),
            next_step=RESTORE,
        ) from error
