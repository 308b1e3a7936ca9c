"""What the tests of the data layer share: a source written by hand, and the lake's rows as Python values."""

import csv
from pathlib import Path
from typing import Any

import duckdb

from data.home import Home
from data.lake import Lake

#: a whole booking, from making to end of service
BOOKING = {
    "booking_id": "B1",
    "centre_id": "C1",
    "service_code": "MI",
    "service_day": "2026-03-02",
    "applicant_id": "11010519900307123X",
    "applicant_birth_year": "1990",
    "phone": "19900000001",
    "device_id": "d-1",
    "ip": "203.0.113.7",
    "channel": "online",
    "created_at": "2026-03-01T08:00:00+08:00",
    "slot_start": "2026-03-02T09:00:00+08:00",
    "ticket_no": "7",
    "checked_in_at": "2026-03-02T08:50:00+08:00",
    "called_at": "2026-03-02T09:10:00+08:00",
    "served_from": "2026-03-02T09:11:00+08:00",
    "served_to": "2026-03-02T09:20:00+08:00",
    "window_id": "W1",
    "clerk_id": "E1",
    "status": "served",
}


def booking(**changed: str) -> dict[str, str]:
    """A whole booking with some cells changed."""
    return BOOKING | changed


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    """A delivered file; its columns are those of any row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def rows_of(home: Home, table: str, columns: str = "*", order: str = "ALL") -> list[tuple[Any, ...]]:
    """A lake table's rows in order."""
    rows = duckdb.sql(f"SELECT {columns} FROM {Lake.of(home).sql(table)} ORDER BY {order}").to_arrow_table()
    return list(zip(*(column.to_pylist() for column in rows.columns), strict=True))
