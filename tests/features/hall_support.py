"""What tests of features and detection share: a hall's bookings written short, taken in by a real ingest."""

import csv
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from pathlib import Path

import duckdb
import pyarrow as pa

from data.contract import TABLES
from data.home import Home
from data.ingest import ingest
from data.lake import Lake

#: the night that is judged; a clock time alone is of this day
DAY = date(2026, 3, 2)
TIMES = {column.name for table in TABLES.values() for column in table.columns if column.kind == "time"}
#: cell that names the columns, with blanks between, which the file that a row is delivered in does not have
NOT_DELIVERED = "not_delivered"
#: what a row leaves out
ORDINARY = {
    "centre_id": "north",
    "service_code": "card",
    "service_day": str(DAY),
    "channel": "online",
    "created_at": "07:00",
    "status": "served",
}


def booking(name: str, **cells: str) -> dict[str, str]:
    """A booking as delivered, of a citizen of its own; `called_at="09:10"` is in the night, UTC."""
    row = ORDINARY | {"booking_id": name, "applicant_id": f"citizen of {name}"}
    row |= {column: value for column, value in cells.items() if value}
    return row | {column: _instant(row[column]) for column in TIMES & row.keys()}


def other(table: str, **cells: str) -> dict[str, str]:
    """A row of another table as delivered: of the night, where its table has days of service."""
    row = {"service_day": str(DAY)} | {column: value for column, value in cells.items() if value}
    row = {column: value for column, value in row.items() if column in TABLES[table].arrow.names}
    return row | {column: _instant(row[column]) for column in TIMES & row.keys()}


def deliver(
    folder: Path,
    rows: Iterable[dict[str, str]],
    *,
    discipline: str = "",
    file: str = "all",
    others: dict[str, list[dict[str, str]]] | None = None,
) -> Path:
    """A source of these bookings, and of these rows of other tables; `NOT_DELIVERED` rows lie in files of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    said = f'discipline = "{discipline}"\n' if discipline else ""
    (folder / "source.toml").write_text(f'timezone = "UTC"\n{said}')
    for name, found in {"bookings": rows, **(others or {})}.items():
        (folder / name).mkdir(exist_ok=True)
        for lacking, part in groupby(sorted(found, key=_lacking), _lacking):
            columns = [column for column in TABLES[name].arrow.names if column not in lacking.split()]
            with (folder / name / f"{file}{lacking.replace(' ', '-')}.csv").open(
                "w", encoding="utf-8", newline=""
            ) as out:
                writer = csv.DictWriter(out, columns)
                writer.writeheader()
                writer.writerows({column: row[column] for column in columns if column in row} for row in part)
    return folder


def _lacking(row: dict[str, str]) -> str:
    """The columns that the file of this row does not have."""
    return row.get(NOT_DELIVERED, "")


def home_of(
    folder: Path,
    rows: Iterable[dict[str, str]],
    *,
    discipline: str = "",
    others: dict[str, list[dict[str, str]]] | None = None,
) -> Home:
    """A home that has taken in these bookings; every one of them was accepted."""
    home = Home.create(folder / "home")
    report = ingest(home, str(deliver(folder / "hall", rows, discipline=discipline, others=others)))
    assert report.total("rejected") == 0, report.refused
    return home


def day_of(home: Home, table: str, day: date = DAY) -> pa.Table:
    """A lake table's rows of one day, by key."""
    sql = Lake.of(home).sql(table, day, day)
    found = duckdb.sql(f"SELECT * FROM {sql} WHERE service_day = DATE '{day}' ORDER BY centre_id, booking_id")
    return found.to_arrow_table()


def column_of(home: Home, table: str, name: str, day: date = DAY) -> dict[str, object]:
    """One column of a day, by booking."""
    rows = day_of(home, table, day)
    return dict(zip(rows["booking_id"].to_pylist(), rows[name].to_pylist(), strict=True))


def _instant(text: str) -> str:
    return f"{text.replace(' ', 'T')}Z" if "-" in text else f"{DAY}T{text}Z"
