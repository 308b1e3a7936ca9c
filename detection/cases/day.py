"""The night's cases: flagged bookings joined, ranked by harm, and some others drawn at random."""

from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from data.engine import engine, literal
from data.home import Home
from data.lake import Lake
from data.settings import Settings
from data.tables import LAKE
from detection.cases.audit import drawn, inclusion, start_of, strata_of
from detection.cases.binding import bind
from detection.cases.growing import grown, part_of_night, rows
from detection.cases.opening import open_cases
from detection.evidence.night import seal_night


def cases_day(home: Home, day: date) -> dict[str, int]:
    """Join a day's flagged bookings to cases, seal the evidence and draw the audit.

    Writes three columns of `scores`, the folder `evidence`, `case_days` and `cases`, in this order.

    It runs after `score_day`, and may be run again at any time: the night's part of each case is replaced, and what
    other nights have added stays. The cases of the night are ranked by `expected_harm` up to that night; as many as the
    budget holds beside the audit come up for review for certain. Every other booking, also a flagged one beyond the
    budget, comes up with the probability of the draw, so that none is beyond all review.
    """
    lake = Lake.of(home)
    with engine(home) as connection:
        bind(lake, connection, day)
        open_cases(connection, day)
        part_of_night(lake, connection, day)
        grown(lake, connection, day)
        scores = _scores(home.settings, lake, connection, day)
        lake.replace_day("scores", day, scores)
        parts, sealed = seal_night(home, connection, day)
        part = _with_evidence(rows(connection, "part", "case_days"), parts)
        whole = _with_evidence(rows(connection, "grown", "cases"), sealed)
        touched = connection.execute("SELECT case_id FROM touched ORDER BY case_id").fetchall()
    lake.replace_day("case_days", day, part)
    if touched:
        names = ", ".join(literal(case) for (case,) in touched)
        lake.replace("cases", f"case_id IN ({names})", whole)
    return {"cases": part.num_rows, "bookings": sum(part["bookings"].to_pylist()), "drawn": _count(scores["audit"])}


def certain(settings: Settings) -> int:
    """How many cases of a night come up for review for certain: the budget without what is drawn."""
    return int(settings.budget * (1 - settings.audit_share) + 1e-9)


def _scores(settings: Settings, lake: Lake, connection: duckdb.DuckDBPyConnection, day: date) -> pa.Table:
    """The day's scores with case, audit and selection probability."""
    found = connection.execute(
        f"""WITH shown AS (
                SELECT case_id FROM (FROM until_now SEMI JOIN part USING (case_id))
                ORDER BY expected_harm DESC, case_id LIMIT {certain(settings)}
            )
            SELECT s.* REPLACE (f.case_id AS case_id), w.case_id IS NOT NULL AS shown,
                md5_number_lower(concat_ws('|', $salt, service_day, centre_id, booking_id)) AS draw
            FROM {lake.sql("scores", day, day)} s
            LEFT JOIN filed f USING (service_day, centre_id, booking_id) LEFT JOIN shown w ON f.case_id = w.case_id
            WHERE service_day = DATE '{day}' ORDER BY rank, centre_id, booking_id""",
        {"salt": settings.audit_salt},
    ).to_arrow_table()
    left = np.flatnonzero(~found["shown"].to_numpy())
    strata = strata_of(left.size)
    chance = inclusion(strata, settings.budget * settings.audit_share)
    audit, probability = np.zeros(found.num_rows, np.bool_), np.ones(found.num_rows)
    order = np.lexsort((found["draw"].to_numpy()[left], strata))  # by stratum, so that each gets its part of the draws
    audit[left] = drawn(chance, order, start_of(settings.audit_salt, day))
    probability[left] = chance
    columns = {name: found[name] for name in LAKE["scores"].schema.names}
    columns |= {"audit": pa.array(audit), "selection_probability": pa.array(probability)}
    return pa.table(columns).cast(LAKE["scores"].schema)


def _with_evidence(cases: pa.Table, references: dict[str, str]) -> pa.Table:
    """The same rows with what was sealed of each."""
    place = cases.schema.get_field_index("evidence_ref")
    found = [references.get(case) for case in cases["case_id"].to_pylist()]
    return cases.set_column(place, cases.schema.field(place), pa.array(found, pa.string()))


def _count(flags: pa.ChunkedArray) -> int:
    return int(np.count_nonzero(flags.to_numpy()))
