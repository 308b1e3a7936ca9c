"""Ingest: read, check, pseudonymise, store. Every row of every file is accepted or stands in `rejects`."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb

from data.books import Books
from data.check import Checked, Checker
from data.contract import DELIVERED, VERSION
from data.engine import engine, literal
from data.errors import BadMappingError, TooManyRefusedError
from data.home import Home
from data.lake import Lake
from data.parallel import in_order
from data.progress import Progress, Silent
from data.readers import read_file
from data.readers.chunk import Chunk
from data.report import FileReport, IngestReport
from data.source import OWN_NAMES, Delivery, Source, digest, open_source
from data.staging import Staging
from data.tables import BOOKING_EVENTS, BY_FILE, COLUMNS_DELIVERED, LAKE
from data.upsert import Stored, Upsert
from data.vault import Vault, vault_of

#: rules that are told of a source of which too much was refused
MOST_TOLD = 5


def ingest(
    home: Home,
    location: str,
    *,
    mapping: str | None = None,
    name: str | None = None,
    first: date | None = None,
    last: date | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Bring a source's files into the lake and say what became of every row.

    A file that was ingested before and has not changed is not read again. Nothing is stored when a file cannot be
    read to its end or when more than the home's `max_reject_share` of the rows are refused (`UserError`; the
    refused rows can then be looked up in `rejects`).
    """
    with home.writing(f"the ingest of {location}"):
        source = open_source(location, mapping=mapping, name=name)
        return _taken_in(home, source, first, last, progress)


def ingest_source(home: Home, source: Source, progress: Progress | None = None) -> IngestReport:
    """The same of a source that is open already."""
    with home.writing(f"the ingest of {source.name}"):
        return _taken_in(home, source, None, None, progress)


def _taken_in(
    home: Home, source: Source, first: date | None, last: date | None, progress: Progress | None
) -> IngestReport:
    work = _Ingest(home, source, first, last, progress or Silent())
    with Staging(home) as staging:
        return work.run(staging)


def new_run_id() -> str:
    """A name for a run: when it began, and four random bytes."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


class _Ingest:
    """One ingest from reading to the last commit. The commits come in an order that a rerun completes."""

    def __init__(self, home: Home, source: Source, first: date | None, last: date | None, progress: Progress) -> None:
        self.home, self.source, self.progress = home, source, progress
        self.first, self.last = first, last
        self.lake = Lake.of(home)
        self.zone = source.mapping.timezone or home.settings.timezone
        self.report = IngestReport(new_run_id(), source.name, source.mapping_name)
        self.report.passed_over = source.passed_over()

    def run(self, staging: Staging) -> IngestReport:
        """Read everything, then store everything."""
        with engine(self.home) as connection, vault_of(self.home) as vault:
            books = Books(connection, self.lake, self.source.name)
            self._read_all(staging, vault, books.known_files())
            staging.close()
            fresh = [file for file in self.report.files if not file.unchanged]
            books.store_rejects(fresh, staging, self.report.run_id)
            self.report.refused = books.refused(self.report.files)
            self._stop_if_too_many_rejects()
            if vault:  # before the files count as read: if the rest fails, they are read again
                vault.commit()
            books.begin(fresh, self.report.run_id)
            self._store(connection, staging)
            books.record(fresh, self.report.run_id)
        return self.report

    def _reading(self) -> str:
        """What decides how a file's rows are read: a file read under another mapping or for other days is read anew."""
        said = [self.source.mapping.model_dump_json(), self.zone, str(self.first), str(self.last), str(VERSION)]
        said += [COLUMNS_DELIVERED]  # not known of what an earlier version has read
        said += ["vault"] if self.home.settings.vault else []
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]

    def _read_all(self, staging: Staging, vault: Vault | None, known: dict[tuple[str, str], FileReport]) -> None:
        """Check and stage every chunk of every file, a few at a time."""
        deliveries = self.source.deliveries()

        def check(read: _Read) -> Checked:
            checked = read.checker.check(read.chunk, read.file.file)
            staging.add(read.file.table, self.source.name, read.file.file, read.sequence, checked)
            return checked

        self.progress.start(f"Reading {self.source.name}", sum(delivery.size for delivery in deliveries))
        for read, checked in in_order(check, self._chunks(deliveries, known)):
            if vault and checked.identities is not None:
                vault.add(checked.identities)
            read.file.read += read.chunk.rows.num_rows + len(read.chunk.refusals)
            read.file.accepted += checked.accepted.num_rows
            read.file.rejected += checked.refused.num_rows
            read.file.left_out += checked.left_out
            read.file.warned.update(checked.warned)
            self.progress.advance(0, f"{self.report.total('read'):,} rows")

    def _chunks(self, deliveries: list[Delivery], known: dict[tuple[str, str], FileReport]) -> Iterator["_Read"]:
        """The chunks of the files that are new or have changed; each file gets its report."""
        key, reading = self.home.key(), self._reading()
        days, kept = {"first": self.first, "last": self.last}, self.home.settings.vault
        checkers = {
            table: Checker(DELIVERED[table], self.source.mapping, key, zone=self.zone, identities=kept, **days)
            for table in sorted({delivery.table.name for delivery in deliveries})
        }
        for sequence, delivery in enumerate(deliveries):
            checker = checkers[delivery.table.name]
            sha256 = digest(self.source.filesystem, delivery.path)
            file = FileReport(delivery.table.name, delivery.file, delivery.size, sha256, reading)
            if before := known.get((delivery.table.name, delivery.file)):
                file.reread = before.sha256 == sha256
                file.unaltered = before.unaltered and file.reread
            if before and file.reread and before.reading == reading:
                before.unchanged = True
                self.report.files.append(before)
            else:
                self.report.files.append(file)
                headers: list[str] = []
                for chunk in read_file(self.source.filesystem, delivery.path, self.source.options):
                    if chunk.rows.column_names != headers:
                        headers = chunk.rows.column_names
                        self._compare_headers(headers, checker, delivery, file)
                    yield _Read(sequence, file, checker, chunk)
            self.progress.advance(delivery.size, f"{self.report.total('read'):,} rows")

    def _compare_headers(self, headers: list[str], checker: Checker, delivery: Delivery, file: FileReport) -> None:
        table = delivery.table
        delivered = checker.delivered(headers)
        lacking = [column.name for column in table.columns if not column.null and column.name not in delivered]
        mapping = self.source.mapping.table(table.name)
        if gone := sorted(mapping.headers_read() - set(headers)):
            named = ", ".join(f"{header!r} ({', '.join(mapping.read_for(header))})" for header in gone)
            raise BadMappingError(
                f"no header {named}, which its mapping names; its headers are {', '.join(headers)}",
                where=delivery.file,
                next_step=f"In the source.toml, under {table.name}, name a header that the file has, or take it out.",
            )
        if lacking:
            named = ", ".join(lacking)
            mend = f"In {self.source.mapping_name}, under {table.name}, give {named} a header or a formula."
            draft = f"Name them in a source.toml; a first draft: inturn source suggest {delivery.path}"
            raise BadMappingError(
                f"no column for {named} of the table {table.name}; its headers are {', '.join(headers)}",
                where=delivery.file,
                next_step=draft if self.source.mapping_name == OWN_NAMES else mend,
            )
        used = mapping.headers_read() | {column.name for column in table.columns}
        file.unused_headers = [header for header in headers if header not in used]
        file.not_delivered = [column.name for column in table.columns if column.name not in delivered]

    def _stop_if_too_many_rejects(self) -> None:
        read, rejected = self.report.total("read"), self.report.total("rejected")
        limit = self.home.settings.max_reject_share
        if rejected > limit * read:
            told = sorted(self.report.refused, key=lambda refused: -refused.rows)
            raise TooManyRefusedError(
                f"{rejected:,} of {read:,} rows refused, more than the share of {limit:.0%} at which a source stops; "
                f"nothing was stored. {'; '.join(map(str, told[:MOST_TOLD]))}",
                where=self.source.name,
                next_step="Mend its source.toml or its files, or raise max_reject_share in inturn.toml.",
            )

    def _store(self, connection: duckdb.DuckDBPyConnection, staging: Staging) -> None:
        for name in DELIVERED:
            if staging.has(name):
                self.progress.start(f"Storing {name}", len({part.day for part in staging.parts(name)}))
                self.report.stored[name] = self._upsert(connection, staging, name, name)
            if name == "bookings" and staging.has(name):
                # one after the other: where the first finds no room, the second is left as it was
                self._upsert(connection, staging, name, BOOKING_EVENTS.name)
                self._store_centres(connection, staging.sql(name))

    def _upsert(self, connection: duckdb.DuckDBPyConnection, staging: Staging, delivered: str, target: str) -> Stored:
        read = [file for file in self.report.files if file.table == delivered and not file.unchanged]
        # a table whose rows have no name of their own takes all of a file's rows back, others those of the same bytes
        whole = LAKE[target].key == BY_FILE
        brought = self._brought(delivered, [f.file for f in read if whole or (f.reread and f.unaltered)])
        staged, parts = staging.sql(target), staging.parts(target)
        upsert = Upsert(connection, self.lake, LAKE[target], staged, parts, self.report.run_id, brought=brought)
        own = target == delivered
        return upsert.store(
            observations=self.source.mapping.table(delivered).observations,
            history=own,
            advance=self.progress.advance if own else lambda days: None,
        )

    def _brought(self, table: str, files: list[str]) -> str:
        """The condition of the rows that these files brought before, of the days that are asked for."""
        day, listed = DELIVERED[table].partition, ", ".join(map(literal, files))
        conditions = [f"source = {literal(self.source.name)}", f"file IN ({listed})" if files else "false"]
        conditions += [f"{day} >= DATE '{self.first}'"] if day and self.first else []
        conditions += [f"{day} <= DATE '{self.last}'"] if day and self.last else []
        return " AND ".join(conditions)

    def _store_centres(self, connection: duckdb.DuckDBPyConnection, staged: str) -> None:
        """Which zone's days and which declared discipline a centre's queues are read with."""
        discipline = self.source.mapping.discipline
        said = f"{literal(self.zone)} AS timezone, {literal(discipline) if discipline else 'NULL'} AS discipline"
        new = f"SELECT DISTINCT centre_id, {literal(self.source.name)} AS source, {said} FROM {staged}"
        old = self.lake.sql("centres")
        rows = connection.execute(
            f"""SELECT * FROM ({new}) UNION ALL BY NAME
                SELECT o.* FROM {old} o ANTI JOIN ({new}) n USING (centre_id) ORDER BY centre_id"""
        ).to_arrow_table()
        before = connection.execute(f"SELECT * FROM {old} ORDER BY centre_id").to_arrow_table()
        rows = rows.cast(LAKE["centres"].schema)
        if not rows.equals(before.cast(rows.schema)):
            self.lake.replace("centres", None, rows)


@dataclass(frozen=True)
class _Read:
    """A chunk on its way from its file to the staging."""

    sequence: int
    file: FileReport
    checker: Checker
    chunk: Chunk
