"""Which case a night's bookings go to: one that is open, or a new one whose name can be found again."""

from datetime import date

import duckdb


def open_cases(connection: duckdb.DuckDBPyConnection, day: date) -> None:
    """Make `opened`: for what binds the night's bookings (`bound`) its `case_id` and the day it was `opened_on`.

    In this order: the case in which this night already had it; the one opened first of those that an earlier night
    within reach (`parts`) put it in; the same of later nights, where nights were not run in order; or a new case,
    named by a digest of what binds it and of the day. So a case keeps its name as it grows and as nights are run
    again, and of two cases whose rings turn out to be one, the older goes on.
    """
    connection.execute(
        f"""CREATE TEMP TABLE opened AS
            WITH ties AS (
                SELECT kind, of_centre, coalesce(of_family, bound_by) AS tie,
                    list_sort(list(DISTINCT bound_by)) AS names
                FROM bound GROUP BY ALL
            ), known AS (
                SELECT p.*, coalesce(f.family, p.bound_by) AS tie FROM parts p
                LEFT JOIN families f ON p.kind = 'ring' AND f.ring = p.bound_by
            ), found AS (
                SELECT t.kind, t.of_centre, t.tie, k.case_id, least(k.opened_on, DATE '{day}') AS opened_on,
                    row_number() OVER (PARTITION BY t.kind, t.of_centre, t.tie ORDER BY CASE
                        WHEN k.service_day = DATE '{day}' THEN 0 WHEN k.service_day < DATE '{day}' THEN 1 ELSE 2 END,
                        k.opened_on, k.case_id) AS choice
                FROM ties t JOIN known k ON t.kind = k.kind AND t.tie = k.tie
                    AND t.of_centre IS NOT DISTINCT FROM k.centre_id
                WHERE k.service_day != DATE '{day}' OR list_contains(t.names, k.bound_by)
            )
            SELECT t.*, coalesce(f.opened_on, DATE '{day}') AS opened_on, coalesce(f.case_id,
                'C' || sha256(CAST(to_json([t.kind, t.of_centre, t.names[1], '{day}']) AS VARCHAR))[:12]) AS case_id
            FROM ties t LEFT JOIN (FROM found WHERE choice = 1) f
                ON t.kind = f.kind AND t.tie = f.tie AND t.of_centre IS NOT DISTINCT FROM f.of_centre"""
    )
