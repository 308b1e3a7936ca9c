"""From the made-up day to the contract's tables: columns, types, whole seconds, and the centres' gaps."""

from datetime import date, timedelta
from math import floor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.foreign.model import Visit
from benchmarks.foreign.today import Today

FIRST_DAY = date(2026, 2, 2)
TIME = pa.timestamp("us", tz="Asia/Shanghai")
TEXT, INT, DATE = pa.string(), pa.int64(), pa.date32()

SCHEMAS: dict[str, pa.Schema] = {
    "bookings": pa.schema(
        [
            ("booking_id", TEXT),
            ("centre_id", TEXT),
            ("service_code", TEXT),
            ("service_day", DATE),
            ("applicant_id", TEXT),
            ("applicant_birth_year", INT),
            ("phone", TEXT),
            ("device_id", TEXT),
            ("ip", TEXT),
            ("agent_id", TEXT),
            ("channel", TEXT),
            ("created_by", TEXT),
            ("created_at", TIME),
            ("cancelled_at", TIME),
            ("slot_id", TEXT),
            ("slot_start", TIME),
            ("ticket_no", INT),
            ("checked_in_at", TIME),
            ("missed_at", TIME),
            ("called_at", TIME),
            ("served_from", TIME),
            ("served_to", TIME),
            ("window_id", TEXT),
            ("clerk_id", TEXT),
            ("priority_class", TEXT),
            ("status", TEXT),
        ]
    ),
    "quotas": pa.schema(
        [
            ("centre_id", TEXT),
            ("service_day", DATE),
            ("service_code", TEXT),
            ("released_slots", INT),
            ("released_at", TIME),
        ]
    ),
    "shifts": pa.schema(
        [
            ("centre_id", TEXT),
            ("window_id", TEXT),
            ("clerk_id", TEXT),
            ("opens_at", TIME),
            ("closes_at", TIME),
            ("services", pa.list_(TEXT)),
        ]
    ),
    "refusals": pa.schema(
        [
            ("centre_id", TEXT),
            ("service_day", DATE),
            ("service_code", TEXT),
            ("attempted_at", TIME),
            ("channel", TEXT),
            ("applicant_id", TEXT),
        ]
    ),
    "complaints": pa.schema(
        [
            ("complaint_id", TEXT),
            ("centre_id", TEXT),
            ("received_at", TIME),
            ("category", TEXT),
            ("text", TEXT),
            ("replied_at", TIME),
            ("outcome", TEXT),
        ]
    ),
    "agents": pa.schema(
        [
            ("agent_id", TEXT),
            ("kind", TEXT),
            ("registered_from", DATE),
            ("registered_to", DATE),
            ("name", TEXT),
        ]
    ),
    "truth": pa.schema(
        [
            ("centre_id", TEXT),
            ("booking_id", TEXT),
            ("scheme", TEXT),
            ("ring", TEXT),
            ("clerk_id", TEXT),
            ("carried_out", pa.bool_()),
            ("capacity_per_day", pa.float64()),
        ]
    ),
}
Rows = dict[str, list[dict[str, Any]]]


def date_of(day: int) -> date:
    """The n-th working day from the first Monday."""
    return FIRST_DAY + timedelta(days=day // 5 * 7 + day % 5)


def instant(day: int, seconds: float | None, whole_minutes: bool = False) -> int | None:
    """Microseconds since 1970 of a local time; cut down to what the system stores, which keeps the order."""
    if seconds is None:
        return None
    midnight = (date_of(day) - date(1970, 1, 1)).days * 86400 - 8 * 3600
    local = floor(seconds)
    return (midnight + (local // 60 * 60 if whole_minutes else local)) * 1_000_000


def _booking(today: Today, visit: Visit, booking_id: str) -> dict[str, Any]:
    """One booking as this centre delivers it."""
    gap = today.centre.gap
    names = (
        "created",
        "cancelled",
        "slot_start",
        "checked_in",
        "missed",
        "called",
        "served_from",
        "served_to",
    )
    clock = {name: instant(today.day, getattr(visit, name), today.centre.minute_log) for name in names}
    return {
        "booking_id": booking_id,
        "centre_id": today.centre.centre_id,
        "service_code": visit.service,
        "service_day": date_of(today.day),
        "applicant_id": visit.person.key,
        "applicant_birth_year": None if gap == "birth_year" else visit.person.birth_year,
        "phone": visit.phone,
        "device_id": None if gap == "contacts" else visit.device,
        "ip": None if gap == "contacts" else visit.ip,
        "agent_id": None if gap == "numbers" else visit.agent,
        "channel": visit.channel,
        "created_by": visit.created_by,
        "created_at": clock["created"],
        "cancelled_at": clock["cancelled"],
        "slot_id": visit.slot_id,
        "slot_start": clock["slot_start"],
        "ticket_no": None if gap == "numbers" else visit.ticket_no,
        "checked_in_at": clock["checked_in"],
        "missed_at": clock["missed"],
        "called_at": clock["called"],
        "served_from": clock["served_from"],
        "served_to": clock["served_to"],
        "window_id": visit.window,
        "clerk_id": visit.clerk,
        "priority_class": visit.priority,
        "status": visit.status,
    }


def collect(today: Today, rows: Rows) -> None:
    """Add one hall's day to the tables."""
    centre, day = today.centre, today.day
    for place, visit in enumerate(sorted(today.visits, key=lambda item: item.created)):
        booking_id = f"{date_of(day):%y%m%d}{place + 1:04d}"
        rows["bookings"].append(_booking(today, visit, booking_id))
        if visit.mark:
            rows["truth"].append(
                {
                    "centre_id": centre.centre_id,
                    "booking_id": booking_id,
                    "scheme": visit.mark.scheme,
                    "ring": visit.mark.ring,
                    "clerk_id": visit.mark.clerk,
                    "carried_out": visit.mark.effect,
                    "capacity_per_day": centre.capacity(),
                }
            )
    if centre.gap != "shifts":
        rows["shifts"] += [
            {
                "centre_id": centre.centre_id,
                "window_id": window.window_id,
                "clerk_id": window.clerk,
                "opens_at": instant(day, start),
                "closes_at": instant(day, end),
                "services": sorted(window.services),
            }
            for window in today.windows
            for start, end in window.declared
        ]
    if centre.gap != "demand":
        rows["quotas"] += [
            {
                "centre_id": centre.centre_id,
                "service_day": date_of(day),
                "service_code": service,
                "released_slots": count,
                "released_at": instant(day, today.release),
            }
            for service, count in today.released.items()
        ]
        rows["refusals"] += [
            {
                "centre_id": centre.centre_id,
                "service_day": date_of(day),
                "service_code": refusal.service,
                "attempted_at": instant(day, refusal.at),
                "channel": refusal.channel,
                "applicant_id": refusal.person.key if refusal.person else None,
            }
            for refusal in sorted(today.refusals, key=lambda item: item.at)
        ]


def write(rows: Rows, out: Path) -> None:
    """One Parquet file a table in its folder; the truth lies beside them."""
    for name, schema in SCHEMAS.items():
        folder = out if name == "truth" else out / name
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows[name], schema=schema), folder / f"{name}.parquet")
