"""What holds a flagged booking to a case: its ring, the clerk in whose hand its benefit lay, or its centre."""

from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.engine import literal
from data.lake import Lake
from detection.flag import all_flags
from detection.reasons import flags_sql

#: days within which a new booking still belongs to a case: four weeks, so that every weekday's roster comes by; also
#: what a night learns from by default (`training_days`)
GROWTH_DAYS = 28

#: families of flags whose benefit a clerk gives: who is called, what is recorded, which class is granted
IN_A_HAND = ("order", "records", "priority")


def bind(lake: Lake, connection: duckdb.DuckDBPyConnection, day: date) -> None:
    """Make `parts`, the cases of nearby nights, and `bound`, the night's flagged bookings and what binds them.

    `kind`: a booking of a ring is bound by its `ring`. Any other is bound by its `clerk`, who typed it in, or else
    called it, if a flag says that the benefit lay in a hand, or if that clerk has other flagged bookings: of this night
    or in a case within `GROWTH_DAYS`. A slot that was handed over says nothing about who happened to call it: it is
    bound by its `centre`, and so is what no clerk is known of. `family`: rings that parted from each other, or were
    joined, within those days bind to the same case.
    """
    near = timedelta(days=GROWTH_DAYS)
    connection.execute(
        f"""CREATE TEMP TABLE parts AS
            SELECT service_day, case_id, kind, centre_id, opened_on, unnest(bound_by) AS bound_by
            FROM {lake.sql("case_days", day - near, day + near)}
            WHERE service_day BETWEEN DATE '{day - near}' AND DATE '{day + near}'"""
    )
    connection.register("families", _families(lake, connection, day - near, day))
    connection.execute(f"CREATE TEMP TABLE flagged AS {_flagged(lake, day)}")
    in_hand = ", ".join(
        literal(code) for code, flag in all_flags().items() if flag.side == "benefit" and flag.family in IN_A_HAND
    )
    connection.execute(
        f"""CREATE TEMP TABLE bound AS
            SELECT * EXCLUDE (kind),
                kind, if(kind = 'ring', NULL, centre_id) AS of_centre,
                CASE kind WHEN 'ring' THEN ring_id WHEN 'clerk' THEN clerk_id ELSE centre_id END AS bound_by,
                if(kind = 'ring', coalesce(family, ring_id), NULL) AS of_family
            FROM (SELECT f.*, k.family, CASE
                    WHEN ring_id IS NOT NULL THEN 'ring'
                    WHEN clerk_id IS NULL THEN 'centre'
                    WHEN list_has_any(flags, [{in_hand}]::VARCHAR[]) THEN 'clerk'
                    WHEN count(*) OVER (PARTITION BY f.centre_id, clerk_id) > 1 THEN 'clerk'
                    WHEN EXISTS (FROM parts p WHERE p.kind = 'clerk' AND p.centre_id = f.centre_id
                        AND p.bound_by = f.clerk_id AND p.service_day != DATE '{day}') THEN 'clerk'
                    ELSE 'centre' END AS kind
                FROM flagged f LEFT JOIN families k ON f.ring_id = k.ring)"""
    )


def _flagged(lake: Lake, day: date) -> str:
    """SQL of the night's flagged bookings, each with what could bind it and what it took from others."""
    night = {name: lake.sql(name, day, day) for name in ("scores", "bookings", "affinity", "order")}
    key = "(service_day, centre_id, booking_id)"
    return f"""SELECT service_day, centre_id, booking_id, s.score, s.q_value,
            {flags_sql("s.reasons")} AS flags,
            a.ring_id,
            if(b.channel = 'staff', coalesce(b.created_by, b.clerk_id), b.clerk_id) AS clerk_id,
            if(b.channel = 'staff', NULL, b.device_id) AS device_id,
            b.service_code, b.phone, b.agent_id, o.people_passed, o.minutes_taken
        FROM {night["scores"]} s JOIN {night["bookings"]} b USING {key}
        LEFT JOIN {night["affinity"]} a USING {key} LEFT JOIN {night["order"]} o USING {key}
        WHERE s.flagged AND service_day = DATE '{day}'"""


def _families(lake: Lake, connection: duckdb.DuckDBPyConnection, first: date, last: date) -> pa.Table:
    """Rings that were joined with or split from another in these days: `ring`, and `family`, the least of its kin."""
    pairs = connection.execute(
        f"""SELECT ring_id, other_ring_id FROM {lake.sql("ring_changes", first, last)}
            WHERE service_day BETWEEN DATE '{first}' AND DATE '{last}' AND other_ring_id IS NOT NULL"""
    ).to_arrow_table()
    rings, place = np.unique(
        np.concatenate([pairs["ring_id"].to_numpy(), pairs["other_ring_id"].to_numpy()]).astype(str),
        return_inverse=True,
    )
    one, other = np.split(place, 2)
    _, family = connected_components(coo_array((np.ones(one.size), (one, other)), (rings.size, rings.size)), False)
    _, least = np.unique(family, return_index=True)  # rings are sorted: the first of a family is its least
    return pa.table({"ring": pa.array(rings, pa.string()), "family": pa.array(rings[least][family], pa.string())})
