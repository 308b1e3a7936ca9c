"""What stands in a lake, as plain values that two homes can be compared by."""

from datetime import date
from typing import Any

import duckdb

from data.home import Home
from data.lake import Lake
from data.stored.table import DAY
from data.tables import LAKE

#: what a source has brought into a home
EARLIER = ("bookings", "booking_events", "refusals", "quotas", "shifts", "complaints", "agents", "history")


def contents(home: Home, *tables: str, until: date | None = None, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Every row of these tables as a dictionary, in order; `until`: only bookings for days up to this one."""
    found = {}
    for table in tables:
        day = DAY if DAY in LAKE[table].schema.names else LAKE[table].partition
        chosen = f"WHERE {day} <= DATE '{until}'" if until and day else ""
        rows = duckdb.sql(f"SELECT * FROM {Lake.of(home).sql(table)} {chosen} ORDER BY ALL").to_arrow_table()
        found[table] = rows.drop_columns([name for name in without if name in rows.column_names]).to_pylist()
    return found
