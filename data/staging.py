"""Where checked rows wait until the whole delivery has been read: nothing reaches the lake from half a delivery."""

import shutil
import threading
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from data.check import Checked
from data.engine import pattern
from data.home import Home

#: what is written to be read once need not be small: a third of the time of the writer's own settings
PLAIN = {
    "compression": "none",
    "use_dictionary": ["source", "file", "centre_id", "service_code", "channel", "status", "clerk_id"],
    "write_statistics": ["service_day", "created_day", "day"],
}


class Staging:
    """A folder in the home for one ingest; it goes when the ingest ends, and the next one clears what a kill left."""

    def __init__(self, home: Home) -> None:
        self.folder = home.path("staging", "ingest")
        self._writers: dict[Path, pq.ParquetWriter] = {}

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
        self._write(table, _stamped(checked.accepted, source=source, file=file, sequence=sequence))
        refused = checked.refused.sort_by("row_number")
        self._write("rejects", _stamped(refused, source=source, table=table, file=file, sequence=sequence))

    def close(self) -> None:
        """Finish the files, so that they can be read."""
        while self._writers:
            self._writers.popitem()[1].close()

    def sql(self, table: str) -> str:
        """What was staged for a table, as something to stand behind FROM."""
        files = sorted(pattern(str(path)) for path in (self.folder / table).iterdir())
        return f"read_parquet([{', '.join(files)}])"

    def has(self, table: str) -> bool:
        """Whether anything was staged for a table."""
        return (self.folder / table).exists()

    def _write(self, name: str, rows: pa.Table) -> None:
        path = self.folder / name / f"{threading.get_ident()}.parquet"
        if path not in self._writers:
            path.parent.mkdir(exist_ok=True)
            self._writers[path] = pq.ParquetWriter(path, rows.schema, **PLAIN)
        self._writers[path].write_table(rows)


def _stamped(rows: pa.Table, **stamp: str | int) -> pa.Table:
    for name, value in stamp.items():
        kind = pa.int64() if isinstance(value, int) else pa.string()
        rows = rows.append_column(name, pa.repeat(pa.scalar(value, kind), rows.num_rows))
    return rows
