"""A world's tables as a source folder in the contract's names, with the truth beside it."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.contract import DELIVERED
from data.schema import Column
from data.truth import TRUTH, WITHHELD
from data.worlds.capacity import capacity_per_day
from data.worlds.clock import iso
from data.worlds.plan import Agent, Centre
from data.worlds.records import Booking


def write_table(folder: Path, table: str, name: str, rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as FOLDER/TABLE/NAME.csv in UTF-8, all columns of the contract; null is an empty cell."""
    columns = DELIVERED[table].columns
    path = folder / table / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in columns])
        writer.writerows([_text(column, row[column.name]) for column in columns] for row in rows)


def _text(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "time":
        return iso(value)
    if column.kind == "list":
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if isinstance(value, date) else str(value)


def write_agents(folder: Path, agents: Iterable[Agent]) -> None:
    """Write the register of declared agents; all are still registered."""
    write_table(folder, "agents", "agents", (asdict(agent) | {"registered_to": None} for agent in agents))


def truth_of(centres: Iterable[Centre], bookings: Iterable[Booking]) -> pa.Table:
    """A row of the schema `TRUTH` for each centre that withholds quota, and for each planted booking."""
    rows: list[dict[str, object]] = [
        {
            "centre_id": centre.centre_id,
            "scheme": WITHHELD,
            "carried_out": True,
            "capacity_per_day": capacity_per_day(centre),
        }
        for centre in centres
        if centre.withholds
    ]
    rows += [
        {
            "centre_id": booking.centre_id,
            "booking_id": booking.booking_id,
            "scheme": booking.favour.kind,
            "ring": booking.favour.ring,
            "clerk_id": booking.favour.clerk_id,
            "carried_out": booking.carried_out,
        }
        for booking in bookings
        if booking.favour
    ]
    return pa.Table.from_pylist(rows, schema=TRUTH)
