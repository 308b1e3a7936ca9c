"""Where checked rows wait until the whole delivery has been read: nothing reaches the lake from half a delivery."""

import shutil
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from data.check import Checked
from data.engine import literal
from data.home import Home


class Staging:
    """A folder in the home for one ingest; it goes when the ingest ends, and the next one clears what a kill left."""

    def __init__(self, home: Home) -> None:
        self.folder = home.path("staging", "ingest")
        self._writers: dict[str, pq.ParquetWriter] = {}

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
        """Keep the rows of one chunk; `sequence` is the place of its file in the order of delivery."""
        self._write(table, _stamped(checked.accepted, source=source, file=file, sequence=sequence))
        refused = checked.refused.sort_by("row_number")
        self._write("rejects", _stamped(refused, source=source, table=table, file=file, sequence=sequence))

    def close(self) -> None:
        """Finish the files, so that they can be read."""
        while self._writers:
            self._writers.popitem()[1].close()

    def sql(self, table: str) -> str:
        """What was staged for a table, as something to stand behind FROM."""
        return f"read_parquet({literal(str(self._path(table)))})"

    def has(self, table: str) -> bool:
        """Whether anything was staged for a table."""
        return self._path(table).exists()

    def _path(self, table: str) -> Path:
        return self.folder / f"{table}.parquet"

    def _write(self, name: str, rows: pa.Table) -> None:
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(self._path(name), rows.schema, compression="lz4")
        self._writers[name].write_table(rows)


def _stamped(rows: pa.Table, **stamp: str | int) -> pa.Table:
    for name, value in stamp.items():
        kind = pa.int64() if isinstance(value, int) else pa.string()
        rows = rows.append_column(name, pa.repeat(pa.scalar(value, kind), rows.num_rows))
    return rows
