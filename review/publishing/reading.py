"""The cases of a night as the lake has them, each with its bookings of that night."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import duckdb

from data.home import Home
from data.lake import Lake
from detection.evidence.night import CASE, folder_of
from detection.reasons import LENDERS

Json = dict[str, Any]
KEY = "(service_day, centre_id, booking_id)"


@dataclass
class Read:
    """A case of a night: its numbers (`row`), its `case.json` (`told`), its ties (kind, centre, value), bookings."""

    row: Json
    told: Json
    drawn: bool = False
    within_budget: bool = False
    bookings: list[Json] = field(default_factory=list)
    ties: set[tuple[str, str, str]] = field(default_factory=set)


def night_of(lake: Lake, connection: duckdb.DuckDBPyConnection, day: date) -> dict[str, str]:
    """The last run of a night, as `run_id`; nothing where it was never run."""
    found = connection.execute(
        f"""SELECT run_id FROM {lake.sql("runs")} WHERE service_day = DATE '{day}' ORDER BY ended_at DESC LIMIT 1"""
    ).fetchone()
    return {"run_id": found[0]} if found else {}


def drift_of(lake: Lake, connection: duckdb.DuckDBPyConnection, day: date) -> Json:
    """What of a night was held against the training of the model that scored it (`compared`; null: none did), and what
    differs (`drifted`)."""
    rows = connection.execute(
        f"SELECT what, drifted FROM {lake.sql('drift', day, day)} WHERE service_day = DATE '{day}' ORDER BY what"
    ).fetchall()
    return {"compared": len(rows) or None, "drifted": [what for what, differs in rows if differs]}


def bookings_of(lake: Lake, connection: duckdb.DuckDBPyConnection, day: date) -> list[Json]:
    """The night's bookings that are in a case or were drawn, each with its scores, order and stored row."""
    night = {name: lake.sql(name, day, day) for name in ("scores", "bookings", "order")}
    rows = connection.execute(
        f"""SELECT s.case_id, s.audit, s.selection_probability, s.score, s.q_value, s.reasons,
                o.people_passed, o.minutes_taken, b.*
            FROM {night["scores"]} s JOIN {night["bookings"]} b USING {KEY} LEFT JOIN {night["order"]} o USING {KEY}
            WHERE service_day = DATE '{day}' AND (s.case_id IS NOT NULL OR s.audit) ORDER BY s.rank"""
    ).to_arrow_table()
    found: list[Json] = rows.to_pylist()
    return found


def cases_of(home: Home, lake: Lake, connection: duckdb.DuckDBPyConnection, day: date) -> list[Read]:
    """The cases to which the night added something, with the case's numbers as they stand now."""
    rows = connection.execute(
        f"""SELECT c.* FROM {lake.sql("cases")} c SEMI JOIN (FROM {lake.sql("case_days", day, day)}
            WHERE service_day = DATE '{day}') USING (case_id) ORDER BY case_id"""
    ).to_arrow_table()
    return [_case(home, row) for row in rows.to_pylist()]


def ties_of(booking: Json) -> set[tuple[str, str, str]]:
    """What a booking ties its case to."""
    centre = str(booking["centre_id"])
    found = {("centre", "", centre)}
    found |= {("clerk", centre, str(booking[name])) for name in ("clerk_id", "created_by") if booking[name]}
    if booking["agent_id"]:
        found.add(("agent", "", str(booking["agent_id"])))
    names = ("applicant_id", "phone", "device_id", "ip")
    return found | {("identifier", "", str(booking[name])) for name in names if booking[name]}


def reasons_of(booking: Json) -> list[Json]:
    """Why a booking is where it is, the flags first and then what other bookings lent to it."""
    reasons: list[Json] = json.loads(booking["reasons"] or "[]")
    return sorted(reasons, key=lambda reason: reason["flag"] in LENDERS)


def plain(value: object) -> object:
    """A value as JSON has it; times in ISO 8601. A character that a database cannot keep is left out."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value.replace("\0", "") if isinstance(value, str) else value


def _case(home: Home, row: Json) -> Read:
    members, flags = json.loads(row["members"]), json.loads(row["flags"])
    read = Read(row=row | {"flags": flags}, told=_told(home, row["evidence_ref"]))
    read.ties = {("centre", "", str(centre)) for centre in row["centres"]}
    read.ties |= {("clerk", str(clerk["centre_id"]), str(clerk["clerk_id"])) for clerk in members["clerks"]}
    read.ties |= {("agent", "", str(agent)) for agent in members["agents"]}
    read.ties |= {("identifier", "", str(known["value"])) for known in members["identifiers"]}
    return read


def _told(home: Home, reference: str | None) -> Json:
    """The sealed `case.json`; nothing where it is lost, which the case's page then says."""
    if not reference:
        return {}
    folder, _ = folder_of(home, reference)
    try:
        told: Json = json.loads((folder / CASE).read_bytes())
    except (OSError, ValueError):
        return {}
    return told
