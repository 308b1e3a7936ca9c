"""A case's evidence as its pictures read it: the sealed folders of all its nights, and what the lake says beside them.

A booking that was drawn at random belongs to no case and nothing of it is sealed: its rows come from the lake, cut in
the same way.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from data.engine import engine, pattern, quoted
from data.errors import UserError
from data.home import Home
from data.lake import Lake
from detection.evidence.night import CASE, folder_of
from detection.evidence.sealing import broken, read
from detection.evidence.slices import Slices, slices
from detection.evidence.telling import of_bookings, of_night, told
from detection.reasons import flags_sql

Row = dict[str, Any]
#: centre and booking; the day stands beside it where it is needed
Key = tuple[str, str]


@dataclass(frozen=True)
class Night:
    """A sealed folder of a case, and its seal as it is kept elsewhere."""

    day: str
    folder: Path
    seal: str


@dataclass
class Evidence:
    """What is known of a case, or of one booking that was drawn.

    `told`: its `case.json`, empty where there is none; `nights`: its whole folders, in order; `altered`: days whose
    folder is lost or does not fit its seal, and of which nothing is shown; `cut`: the rows of a booking of no case;
    `booking`: the one asked for; `read`: tables that have been read.
    """

    lake: Lake
    connection: duckdb.DuckDBPyConnection
    default_zone: str
    told: Row = field(default_factory=dict)
    nights: list[Night] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    cut: Slices = field(default_factory=dict)
    booking: Key | None = None
    read: set[str] = field(default_factory=set)

    def sql(self, name: str, *also: str) -> str | None:
        """The rows of a sealed table, as something to stand behind FROM; None where nothing is sealed of it.

        `also`: features that evidence of an earlier or later version may lack; there they are null, not assessed.
        """
        if not self.cut and not self.nights:
            return None
        if name not in self.read:  # several pictures ask for it
            if self.cut:
                self.connection.register(f"sealed_{name}", self.cut[""][name])
            else:
                listed = ", ".join(pattern(str(night.folder / f"{name}.parquet")) for night in self.nights)
                self.connection.execute(
                    f"""CREATE TEMP TABLE sealed_{name} AS
                        FROM read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"""
                )
            self.read.add(name)
        empty = ", ".join(f"CAST(NULL AS DOUBLE) AS {quoted(column)}" for column in also)
        return f"(FROM sealed_{name} UNION ALL BY NAME SELECT {empty} WHERE false)" if also else f"sealed_{name}"

    def rows(self, statement: str, *values: object) -> list[Row]:
        """What a statement finds; it ends in a LIMIT or has few rows by its nature."""
        found: list[Row] = self.table(statement, *values).to_pylist()
        return found

    def table(self, statement: str, *values: object) -> pa.Table:
        """The same as a table."""
        return self.connection.execute(statement, list(values)).to_arrow_table()

    def days(self) -> list[date]:
        """The days of its nights, in order."""
        source = self.sql("bookings")
        if source is None:
            return []
        return [row["service_day"] for row in self.rows(f"SELECT DISTINCT service_day FROM {source} ORDER BY 1")]

    def chosen(self) -> Row | None:
        """The booking that the pictures of one booking show, with its score: the one asked for, else the one that
        passed most people, of those the strangest; None where nothing is sealed. `UserError` for one of another case.

        `passed` and `explained`: how many the ledger lists that it passed, without and with a recorded reason.
        """
        bookings, scores, overtakes = (self.sql(name) for name in ("bookings", "scores", "overtakes"))
        if bookings is None:
            return None
        centre, booking = self.booking or (None, None)
        found = self.rows(
            f"""SELECT b.*, s.score, s.p_value, s.reasons, coalesce(o.passed, 0) AS passed,
                    coalesce(o.explained, 0) AS explained
                FROM {bookings} b JOIN {scores} s USING (service_day, centre_id, booking_id)
                LEFT JOIN (SELECT service_day, centre_id, booking_id, count(reason) AS explained,
                        count(*) FILTER (reason IS NULL) AS passed
                    FROM {overtakes} GROUP BY ALL) o USING (service_day, centre_id, booking_id)
                WHERE $1 IS NULL OR (centre_id = $1 AND booking_id = $2)
                ORDER BY passed DESC, s.score DESC, centre_id, booking_id LIMIT 1""",
            centre,
            booking,
        )
        if self.booking and not found:
            raise UserError(
                f"booking {booking!r} of {centre!r} is not in this case", next_step="Choose one of its bookings."
            )
        return found[0] if found else None

    def zone(self, centre: str) -> ZoneInfo:
        """The time zone in which a centre's log is read."""
        found = self.rows(f"SELECT timezone FROM {self.lake.sql('centres')} WHERE centre_id = ? LIMIT 1", centre)
        return ZoneInfo(found[0]["timezone"] if found and found[0]["timezone"] else self.default_zone)


def clock(at: datetime, zone: ZoneInfo) -> int:
    """A time as milliseconds that read as the centre's wall clock when taken for UTC, as charts do."""
    return int(at.astimezone(zone).replace(tzinfo=ZoneInfo("UTC")).timestamp() * 1000)


@contextmanager
def evidence_of(home: Home, case_id: str, booking: Key | None = None) -> Iterator[Evidence]:
    """The sealed evidence of a case; `UserError` where there is no such case."""
    lake = Lake.of(home)
    with engine(home) as connection:
        found = connection.execute(
            f"SELECT evidence_ref FROM {lake.sql('cases')} WHERE case_id = ?", [case_id]
        ).fetchone()
        if found is None:
            raise UserError(
                f"no case {case_id!r}", where=str(home.root), next_step="inturn cases lists those that there are."
            )
        evidence = Evidence(lake, connection, home.settings.timezone, booking=booking)
        if found[0]:
            _sealed(evidence, home, found[0])
        yield evidence


@contextmanager
def evidence_of_booking(home: Home, day: date, booking: Key) -> Iterator[Evidence]:
    """The rows of one booking as the lake has them now; `UserError` where it was not scored on that day."""
    lake = Lake.of(home)
    with engine(home) as connection:
        connection.execute(
            f"""CREATE TEMP TABLE filed AS SELECT '' AS case_id, service_day, centre_id, booking_id, service_code,
                    {flags_sql("reasons")} AS flags
                FROM {lake.sql("scores", day, day)} JOIN {lake.sql("bookings", day, day)}
                USING (service_day, centre_id, booking_id) WHERE centre_id = $1 AND booking_id = $2""",
            [*booking],
        )
        cut = slices(lake, connection, day)
        if not cut:
            raise UserError(
                f"no booking {booking[1]!r} of {booking[0]!r} was scored on {day}",
                where=str(home.root),
                next_step=f"inturn flags --from {day} --all lists those that were.",
            )
        evidence = Evidence(lake, connection, home.settings.timezone, cut=cut, booking=booking)
        evidence.told = _as_a_case(day, cut[""])
        yield evidence


def _as_a_case(day: date, tables: dict[str, pa.Table]) -> Row:
    """What `case.json` would say of it: who reviews it is not to see that it was drawn."""
    (booking,) = of_bookings(tables)
    people, minutes = booking["people_passed"], booking["minutes_taken"] or 0.0
    case = {
        "case_id": "",
        "kind": "centre",
        "bound_by": [booking["centre_id"]],
        "centre_id": booking["centre_id"],
        "service_day": day,
        "opened_on": day,
        "last_day": day,
        "centres": [booking["centre_id"]],
        "bookings": 1,
        "people_passed": people,
        "minutes_taken": minutes,
        "score": booking["score"],
        "q_value": booking["q_value"],
        "expected_harm": None if booking["score"] is None else booking["score"] * (1 + people),
        "flags": {flag["flag"]: 1 for flag in booking["flags"]},
    }
    return told(case, of_night(case, tables))


def _sealed(evidence: Evidence, home: Home, reference: str) -> None:
    """Find the folders of every night, and keep those that fit their seals."""
    last, seal = folder_of(home, reference)
    manifest = read(last) if not broken(last, seal) else None
    earlier: Sequence[Row] = manifest["earlier"] if manifest else []
    chain = [Night(link["service_day"], home.path(*link["folder"].split("/")), link["seal"]) for link in earlier]
    chain.append(Night(manifest["service_day"] if manifest else last.name, last, seal))
    for night in chain:
        if broken(night.folder, night.seal):
            evidence.altered.append(night.day)
        else:
            evidence.nights.append(night)
    if manifest:
        evidence.told = json.loads((last / CASE).read_bytes())
