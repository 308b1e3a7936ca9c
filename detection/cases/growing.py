"""What a case amounts to: a night's part of it, and all its nights together."""

from datetime import date

import duckdb
import pyarrow as pa

from data.engine import literal
from data.lake import Lake
from data.tables import LAKE

#: how `members` is read back from its JSON text
MEMBERS = """{"bookings": [{"service_day": "DATE", "centre_id": "VARCHAR", "booking_id": "VARCHAR"}],
    "identifiers": [{"kind": "VARCHAR", "value": "VARCHAR"}],
    "clerks": [{"centre_id": "VARCHAR", "clerk_id": "VARCHAR"}], "agents": ["VARCHAR"]}"""

#: SQL of a JSON object with the bookings of each flag
BY_FLAG = "CAST(to_json(map_from_entries(list((flag, bookings) ORDER BY flag))) AS VARCHAR)"


def part_of_night(lake: Lake, connection: duckdb.DuckDBPyConnection, day: date) -> None:
    """Make `part`: what the night's flagged bookings (`bound`, `opened`) add to each case, as rows of `case_days`.

    `people_passed` counts everybody whom a booking of the case passed unexplained once, by the ledger; where a queue
    was too long to be listed there, it is at least the most that one booking passed. `score` is that of the
    strangest booking: the scores of a case lean on the same ring and clerk, so that to multiply them as if they were
    independent would count one piece of evidence many times. How large a case is shows in `expected_harm`: over its
    bookings the sum of score × (1 + people passed), that is people expected to have been wronged, and quota lost.
    """
    connection.execute(
        """CREATE TEMP TABLE filed AS
            SELECT b.*, o.case_id, o.opened_on FROM bound b JOIN opened o ON b.kind = o.kind
                AND coalesce(b.of_family, b.bound_by) = o.tie AND b.of_centre IS NOT DISTINCT FROM o.of_centre"""
    )
    connection.execute(
        f"""CREATE TEMP TABLE part AS
            WITH passed AS (
                SELECT case_id, count(DISTINCT (centre_id, overtaken_id)) AS people
                FROM {lake.sql("overtakes", day, day)} JOIN filed USING (service_day, centre_id, booking_id)
                WHERE reason IS NULL GROUP BY case_id
            ), fired AS (
                SELECT case_id, {BY_FLAG} AS flags FROM (SELECT case_id, flag, count(*) AS bookings
                    FROM (SELECT case_id, unnest(flags) AS flag FROM filed) GROUP BY ALL) GROUP BY case_id
            )
            SELECT DATE '{day}' AS service_day, case_id, any_value(kind) AS kind, any_value(of_centre) AS centre_id,
                list_sort(list(DISTINCT bound_by)) AS bound_by, min(opened_on) AS opened_on,
                list_sort(list(DISTINCT centre_id)) AS centres, max(score) AS score, min(q_value) AS q_value,
                count(*) AS bookings,
                greatest(coalesce(any_value(people), 0), coalesce(max(people_passed), 0)) AS people_passed,
                coalesce(sum(minutes_taken ORDER BY centre_id, booking_id), 0) AS minutes_taken,
                sum(score * (1 + coalesce(people_passed, 0)) ORDER BY centre_id, booking_id) AS expected_harm,
                CAST(to_json({{
                    bookings: {_sorted("{service_day: service_day, centre_id: centre_id, booking_id: booking_id}")},
                    identifiers: list_concat(
                        {_sorted("{kind: 'device', value: device_id}", "device_id")},
                        {_sorted("{kind: 'phone', value: phone}", "phone")}),
                    clerks: {_sorted("{centre_id: centre_id, clerk_id: clerk_id}", "clerk_id")},
                    agents: {_sorted("agent_id", "agent_id")}
                }}) AS VARCHAR) AS members, coalesce(any_value(flags), '{{}}') AS flags,
                CAST(NULL AS VARCHAR) AS evidence_ref
            FROM (SELECT * EXCLUDE (flags) FROM filed) LEFT JOIN passed USING (case_id) LEFT JOIN fired USING (case_id)
            GROUP BY case_id"""
    )


def grown(lake: Lake, connection: duckdb.DuckDBPyConnection, day: date) -> None:
    """Make `grown`: rows of `cases` for those that the night adds to (`part`) or did add to before it was run again.

    `until_now` are the same numbers as they stood at the end of the night: the night ranks by them.
    """
    before = lake.sql("case_days", day, day)
    connection.execute(
        f"""CREATE TEMP TABLE touched AS
            SELECT case_id FROM part UNION SELECT case_id FROM {before} WHERE service_day = DATE '{day}'"""
    )
    first = connection.execute(
        f"SELECT min(opened_on) FROM (FROM {lake.sql('cases')} SEMI JOIN touched USING (case_id))"
    ).fetchone()
    since = min(day, first[0]) if first and first[0] else day
    connection.execute(
        f"""CREATE TEMP TABLE nights AS
            SELECT * FROM {lake.sql("case_days", since)} SEMI JOIN touched USING (case_id)
            WHERE service_day != DATE '{day}' UNION ALL BY NAME FROM part"""
    )
    connection.execute(f"CREATE TEMP TABLE grown AS {_summed('nights', lake)}")
    until = f"(FROM nights WHERE service_day <= DATE '{day}')"
    connection.execute(f"CREATE TEMP TABLE until_now AS {_summed(until, lake)}")


def rows(connection: duckdb.DuckDBPyConnection, table: str, name: str) -> pa.Table:
    """A temporary table as rows of the lake's table of this name, in the order of the cases."""
    columns = ", ".join(LAKE[name].schema.names)
    return (
        connection.execute(f"SELECT {columns} FROM {table} ORDER BY case_id").to_arrow_table().cast(LAKE[name].schema)
    )


def _summed(nights: str, lake: Lake) -> str:
    """SQL of the nights of each case together."""
    union = ", ".join(
        f"{name}: list_sort(list_distinct(flatten(list(m.{name}))))"
        for name in ("bookings", "identifiers", "clerks", "agents")
    )
    return f"""WITH fired AS (
            SELECT case_id, {BY_FLAG} AS flags
            FROM (SELECT case_id, flag, sum(CAST(flags ->> flag AS BIGINT)) AS bookings
                FROM (SELECT case_id, flags, unnest(json_keys(flags)) AS flag FROM {nights}) GROUP BY ALL)
            GROUP BY case_id
        ), sums AS (
            SELECT case_id, any_value(kind) AS kind, min(service_day) AS opened_on, max(service_day) AS last_day,
                list_sort(list_distinct(flatten(list(centres)))) AS centres,
                CAST(to_json({{{union}}}) AS VARCHAR) AS members, max(score) AS score, min(q_value) AS q_value,
                CAST(sum(bookings) AS BIGINT) AS bookings, CAST(sum(people_passed) AS BIGINT) AS people_passed,
                sum(minutes_taken ORDER BY service_day) AS minutes_taken,
                sum(expected_harm ORDER BY service_day) AS expected_harm,
                max_by(evidence_ref, service_day) AS evidence_ref
            FROM (SELECT *, from_json(members, {literal(MEMBERS)}) AS m FROM {nights}) GROUP BY case_id
        )
        SELECT sums.*, coalesce(c.status, 'open') AS status, coalesce(fired.flags, '{{}}') AS flags
        FROM sums LEFT JOIN fired USING (case_id) LEFT JOIN {lake.sql("cases")} c USING (case_id)"""


def _sorted(what: str, known: str = "booking_id") -> str:
    """SQL of the different values in a group, in order; those without `known` are left out."""
    return f"coalesce(list_sort(list(DISTINCT {what}) FILTER ({known} IS NOT NULL)), [])"
