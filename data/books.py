"""The books of a source: which files were taken in, with what result, and every row that was refused."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from data.engine import literal
from data.errors import HomeError
from data.faults import RESTORE
from data.lake import Lake
from data.report import FileReport, Refused
from data.staging import Staging
from data.tables import LAKE

#: in place of the digest of how a file was read: it has not been read to its end
UNFINISHED = ""


class Books:
    """The tables `rejects` and `deliveries`, as far as one source goes."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, lake: Lake, source: str) -> None:
        self.connection, self.lake, self.source = connection, lake, source

    def known_files(self) -> dict[tuple[str, str], FileReport]:
        """What was taken in before, as it was read last, by table and file."""
        rows = self.connection.execute(
            f"""SELECT "table", file, bytes, sha256, mapping, read, accepted, rejected, left_out, warned, unaltered
                FROM {self.lake.sql("deliveries")} WHERE source = {literal(self.source)}"""
        ).to_arrow_table()
        known = {}
        for row in rows.to_pylist():
            if row["accepted"] and self.lake.version(row["table"]) is None:
                raise lost(row["table"], self.lake)
            file = FileReport(row["table"], row["file"], row["bytes"], row["sha256"], row["mapping"])
            file.read, file.accepted = row["read"], row["accepted"]
            file.rejected, file.left_out = row["rejected"], row["left_out"]
            file.unaltered = bool(row["unaltered"])  # an earlier version of the product has not kept it
            file.warned.update(json.loads(row["warned"]))
            known[row["table"], row["file"]] = file
        return known

    def store_rejects(self, files: list[FileReport], staging: Staging, run_id: str) -> None:
        """The refused rows of these files in the place of what they brought before.

        A row refused before for the same reason keeps the run that first refused it.
        """
        rows = LAKE["rejects"].schema.empty_table()
        if any(file.rejected for file in files):
            found = self.connection.execute(
                f"""SELECT n.source, n."table", n.file, n.row_number, n."column", n.rule, n.value,
                        coalesce(o.first_seen_run, {literal(run_id)}) AS first_seen_run
                    FROM {staging.sql("rejects")} n LEFT JOIN {self.lake.sql("rejects")} o
                    ON (n.source, n."table", n.file, n.row_number, n.rule)
                        = (o.source, o."table", o.file, o.row_number, o.rule)
                    ORDER BY n."table", n.sequence, n.row_number"""
            )
            rows = found.to_arrow_table().cast(rows.schema)
        elif self.lake.version("rejects") is None:
            return
        for table, names in _by_table(files).items():
            chosen = rows.filter(pc.equal(rows["table"], table))
            self.lake.replace("rejects", self._of_files(table, names), chosen)

    def refused(self, files: list[FileReport]) -> list[Refused]:
        """How many rows of these files break which rule, most first, each with its first row."""
        listed = " OR ".join(f"({self._of_files(table, names)})" for table, names in _by_table(files).items())
        grouped = self.connection.execute(
            f"""SELECT "table", rule, "column", count(*) AS rows, arg_min(file, (file, row_number)) AS file,
                    arg_min(row_number, (file, row_number)) AS row_number,
                    arg_min(coalesce(value, ''), (file, row_number)) AS value
                FROM {self.lake.sql("rejects")} WHERE {listed or "false"}
                GROUP BY ALL ORDER BY rows DESC, "table", rule, "column" """
        ).to_arrow_table()
        return [Refused(**row) for row in grouped.to_pylist()]

    def begin(self, files: list[FileReport], run_id: str) -> None:
        """Before anything is stored: these files are about to bring rows.

        So a run that is killed before they are done leaves behind whose its rows are: the next one reads the files
        again, under whatever mapping, and takes back what it does not bring.
        """
        self.record([replace(file, reading=UNFINISHED, accepted=0) for file in files], run_id)

    def record(self, files: list[FileReport], run_id: str) -> None:
        """Last of all: these files are done."""
        for table, names in _by_table(files).items():
            rows = [self._row(file, run_id) for file in files if file.table == table]
            self.lake.replace(
                "deliveries", self._of_files(table, names), pa.Table.from_pylist(rows, LAKE["deliveries"].schema)
            )

    def _row(self, file: FileReport, run_id: str) -> dict[str, object]:
        return {
            "source": self.source,
            "table": file.table,
            "file": file.file,
            "sha256": file.sha256,
            "mapping": file.reading,
            "bytes": file.size,
            "read": file.read,
            "accepted": file.accepted,
            "rejected": file.rejected,
            "left_out": file.left_out,
            "warned": json.dumps(file.warned),
            "run_id": run_id,
            "ingested_at": datetime.now(UTC),
            "unaltered": file.unaltered,
        }

    def _of_files(self, table: str, files: list[str]) -> str:
        listed = ", ".join(literal(file) for file in files)
        return f'source = {literal(self.source)} AND "table" = {literal(table)} AND file IN ({listed})'


def lost(table: str, lake: Lake) -> HomeError:
    """A table that the books say was filled is not there."""
    return HomeError(
        f"the table {table} is lost, though files were taken into it",
        where=str(lake.root),
        next_step=RESTORE,
    )


def _by_table(files: list[FileReport]) -> dict[str, list[str]]:
    tables = sorted({file.table for file in files})
    return {table: [file.file for file in files if file.table == table] for table in tables}
