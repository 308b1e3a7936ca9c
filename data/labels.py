"""Verdicts on their way into the table `labels`: from a file, and from whoever holds them in memory.

Both go the way of every delivered row: the contract's checks, then by key, with what was replaced in `history`.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from pathlib import Path

import fsspec
import pyarrow as pa

from data.check import Checker
from data.contract import LABELS, VERDICTS
from data.engine import engine
from data.errors import BadMappingError, TooManyRefusedError, UserError
from data.home import Home
from data.ingest import ingest_source, new_run_id
from data.lake import Lake
from data.mapping import Mapping, TableMapping
from data.progress import Progress
from data.readers import is_readable
from data.readers.chunk import Chunk
from data.readers.spreadsheet import filled_sheets
from data.report import IngestReport
from data.source import OWN_NAMES, Source
from data.tables import LAKE
from data.upsert import Stored, Upsert

#: under which the rows of label files stand in `rejects`, `deliveries` and `labels`
SOURCE = "labels"
#: what to do with a file that does not hold verdicts
MEND = (
    "Give it the columns centre_id, booking_id, verdict and decided_at under these names; "
    f"a verdict is one of {', '.join(VERDICTS)}."
)
#: what to do with one of which too much was refused
MEND_ROWS = (
    f"Mend these rows: a verdict is one of {', '.join(VERDICTS)}, decided_at a time such as 2026-03-04T16:30+08:00; "
    "or raise max_reject_share in inturn.toml."
)


@dataclass(frozen=True)
class Label:
    """One verdict on one booking, as in the contract's table `labels`.

    `decided_at` has an offset and says when the verdict was known. `selection_probability`: with which the booking
    came up for review; None: as the night's scores say, if it was they that brought it up.
    """

    centre_id: str
    booking_id: str
    verdict: str
    decided_at: datetime
    decided_by: str | None = None
    reason: str | None = None
    selection_probability: float | None = None


def import_labels(home: Home, path: Path, progress: Progress | None = None) -> IngestReport:
    """Take in one file of verdicts in the contract's columns: CSV, XLSX, Parquet or JSON lines.

    Refused rows stand in `rejects` with their row number and masked value. A file that has not changed is not read
    again. Raises `UserError` where it cannot be read, or more of it is refused than the home allows, or it is a
    workbook with rows on more than one sheet, of which only the first would count.
    """
    if not path.is_file() or not is_readable(path.name):
        raise UserError(
            "no such file" if not path.is_file() else "no reader knows this kind of file",
            where=str(path),
            next_step="Give a file of verdicts: csv, xlsx, parquet or jsonl.",
        )
    _refuse_other_sheets(path)
    mapping = Mapping(tables={LABELS.name: TableMapping(files=(_just(path.name),))})
    folder = str(path.resolve().parent)
    source = Source(SOURCE, fsspec.filesystem("file"), folder, (path.name,), mapping, OWN_NAMES)
    try:
        return ingest_source(home, source, progress)
    except (BadMappingError, TooManyRefusedError) as error:  # their advice is for a source, which has a source.toml
        advice = MEND if isinstance(error, BadMappingError) else MEND_ROWS
        raise UserError(error.what, where=str(path), next_step=advice) from error


@dataclass(frozen=True)
class Remark:
    """What is strange about some verdicts: how many, and centre, booking and day of the first."""

    what: str
    labels: int
    first: str


def remarks(home: Home, path: Path, today: date) -> list[Remark]:
    """Which verdicts of a file are of bookings that this home has not taken in, or of a day yet to come, and which are
    older than their booking.
    """
    lake = Lake.of(home)
    bookings = f"{lake.sql('bookings')} b USING (centre_id, booking_id)"
    own = f"(SELECT * FROM {lake.sql(LABELS.name)} WHERE source = $source AND file = $file)"
    asked = {
        "of bookings that were not ingested, not learnt from until then": f"{own} l ANTI JOIN {bookings}",
        "of a day yet to come, not learnt from until then": f"{own} WHERE day > DATE '{today}'",
        "dated before their booking was made, so decided_at is wrong": f"""(SELECT l.* FROM {own} l JOIN {bookings}
            WHERE l.decided_at < b.created_at)""",
    }
    found = []
    with engine(home) as connection:
        for what, rows in asked.items():
            counted = connection.execute(
                f"""SELECT count(*), arg_min(concat_ws(' ', centre_id, booking_id, CAST(day AS VARCHAR)), row_number)
                    FROM {rows}""",
                {"source": SOURCE, "file": path.name},
            ).fetchone()
            if counted and counted[0]:
                found.append(Remark(what, *counted))
    return found


def _refuse_other_sheets(path: Path) -> None:
    if path.suffix.lower() == ".xlsx" and len(filled := filled_sheets(path)) > 1:
        raise UserError(
            f"{len(filled)} sheets have rows ({', '.join(map(repr, filled))}), and only the first would be read",
            where=str(path),
            next_step="Put all verdicts on one sheet, or save each sheet as a file of its own.",
        )


def store_labels(home: Home, labels: Sequence[Label], *, source: str) -> Stored:
    """Check and store verdicts; `source` names who brings them.

    The same label twice changes nothing; another one by the same person, of the same booking and instant, replaces it,
    and the older one stands in `history`. Raises `UserError` that names the first label that breaks the contract; then
    none is stored.
    """
    rows = pa.table(
        {field.name: [_text(astuple(label)[place]) for label in labels] for place, field in enumerate(fields(Label))},
        schema=pa.schema([(field.name, pa.string()) for field in fields(Label)]),
    )
    checker = Checker(LABELS, Mapping(), None, zone=home.settings.timezone)
    numbers = pa.array(range(1, len(labels) + 1), pa.int64())
    checked = checker.check(Chunk(rows, numbers), source)
    if checked.refused.num_rows:
        first = checked.refused.sort_by("row_number").to_pylist()[0]
        raise UserError(
            f"label {first['row_number']} of {len(labels)} breaks {first['rule']} in {first['column'] or 'the row'}",
            where=source,
            next_step=f"A verdict is one of {', '.join(VERDICTS)}, and says of which booking and when.",
        )
    schema = LAKE[LABELS.name].schema
    stamp = {"source": source, "file": source, "sequence": 0}
    staged = checked.accepted
    for name, value in stamp.items():
        staged = staged.append_column(name, pa.repeat(pa.scalar(value), staged.num_rows))
    with home.writing(f"labels of {source}"), engine(home) as connection:
        connection.register("said", staged.select([*schema.names, "sequence"]))
        return Upsert(connection, Lake.of(home), LAKE[LABELS.name], "said", [], new_run_id()).store()


def _text(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat()
    return None if value is None else str(value)


def _just(name: str) -> str:
    """The pattern that fits this file name alone."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)
