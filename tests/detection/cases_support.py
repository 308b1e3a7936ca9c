"""A home whose nights' flagged bookings are written short, as the steps before the cases leave them in the lake."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from data.home import Home
from data.lake import Lake
from data.schema import INSTANT
from data.tables import LAKE
from detection.flag import all_flags

Row = dict[str, Any]
FIRST = date(2026, 3, 2)


def night(number: int) -> date:
    """The day of a night; the first is number 1."""
    return FIRST + timedelta(days=number - 1)


def rows_of(table: str, rows: list[Row]) -> pa.Table:
    """Rows of a lake table; what is left out and may not be null gets something."""
    schema = LAKE[table].schema
    filled = [{field.name: row[field.name] if field.name in row else _plain(field) for field in schema} for row in rows]
    return pa.Table.from_pylist(filled, schema)


def _plain(field: pa.Field) -> object:
    if field.nullable:
        return None
    plain = {
        pa.string(): "x",
        pa.int64(): 1,
        pa.bool_(): False,
        pa.float64(): 0.0,
        INSTANT: datetime(2026, 3, 1, tzinfo=UTC),
    }
    return plain[field.type]


def write_night(home: Home, day: date, bookings: list[Row]) -> None:
    """A night as `score_day` leaves it.

    Of each booking: `booking`, and where they matter `centre`, `ring`, `clerk`, `typed_by`, `flags`, `score`,
    `flagged`, `passed` (the bookings it passed unexplained) and `minutes`.
    """
    lake = Lake.of(home)
    tables: dict[str, list[Row]] = {name: [] for name in ("bookings", "scores", "affinity", "order", "overtakes")}
    for rank, row in enumerate(bookings, 1):
        key = {"service_day": day, "centre_id": row.get("centre", "north"), "booking_id": row["booking"]}
        passed = row.get("passed", [])
        channel = "staff" if row.get("typed_by") else "online"
        made = {"clerk_id": row.get("clerk"), "created_by": row.get("typed_by"), "channel": channel}
        tables["bookings"].append(key | made | {"phone": f"phone of {row['booking']}"})
        reasons = json.dumps(
            [
                {"flag": code, "value": 9.0, "expected": 1.0, "weight": 4.0, "text": code}
                for code in row.get("flags", ())
            ]
        )
        judged = {"score": row.get("score", 0.9), "flagged": row.get("flagged", True), "rank": rank, "reasons": reasons}
        tables["scores"].append(key | judged | {"q_value": 0.01 * rank, "p_value": 0.001 * rank})
        tables["affinity"].append(key | {"ring_id": row.get("ring")})
        tables["order"].append(key | {"people_passed": len(passed), "minutes_taken": row.get("minutes", 0.0)})
        tables["overtakes"] += [key | {"queue": "card", "overtaken_id": other} for other in passed]
    for name, found in tables.items():
        lake.replace_day(name, day, rows_of(name, found))
    minutes = [{"minutes_taken": row["minutes_taken"]} for row in tables["order"]]
    lake.replace_day("features", day, _wide(tables["order"], minutes))
    lake.replace_day("findings", day, _wide(tables["order"], [_finding(row.get("flags", ())) for row in bookings]))


def _finding(flags: list[str]) -> Row:
    row: Row = {}
    for code in all_flags():
        row |= {f"{code}_value": 9.0 if code in flags else 0.0, f"{code}_expected": 1.0}
        row |= {f"{code}_p": 0.001 if code in flags else 0.5, f"{code}_fired": code in flags}
    return row


def _wide(keys: list[Row], columns: list[Row]) -> pa.Table:
    """Rows of a table to which each night adds columns."""
    names = ("service_day", "centre_id", "booking_id")
    rows = [{name: key[name] for name in names} | more for key, more in zip(keys, columns, strict=True)]
    if not rows:
        return rows_of("features", [])
    return pa.Table.from_pylist(rows)


def write_changes(home: Home, day: date, changes: list[tuple[str, str, str | None]]) -> None:
    """What became of the rings: (ring, change, other ring)."""
    names = LAKE["ring_changes"].schema.names
    rows = [dict(zip(names, (day, *change), strict=True)) for change in changes]
    Lake.of(home).replace_day("ring_changes", day, rows_of("ring_changes", rows))


def table(home: Home, name: str) -> list[Row]:
    """Every row of a table, JSON read, in order."""
    found = duckdb.sql(f"SELECT * FROM {Lake.of(home).sql(name)} ORDER BY ALL").to_arrow_table().to_pylist()
    return [
        {key: json.loads(value) if key in {"members", "flags"} else value for key, value in row.items()}
        for row in found
    ]


def cases_of(home: Home) -> dict[str, str]:
    """The case of each flagged booking."""
    return {row["booking_id"]: row["case_id"] for row in table(home, "scores") if row["case_id"]}
