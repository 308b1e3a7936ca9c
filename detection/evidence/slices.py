"""The rows that a night's part of each case rests on."""

import io
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.lake import Lake
from detection.flag import all_flags

#: tables of which a case's own bookings are kept, and columns that tell one run from another and say nothing of them
SLICED = {"bookings": (), "features": (), "findings": (), "scores": ("run_id",), "overtakes": ()}

#: case → table → rows
Slices = dict[str, dict[str, pa.Table]]


def slices(lake: Lake, connection: duckdb.DuckDBPyConnection, day: date) -> Slices:
    """Of each case of the night (`filed`) its bookings' rows, and `comparison`: what is usual in their queues.

    `overtakes` are those in which a booking of the case passed. `comparison` says for each flag that fired in the case
    and each queue that it touches, of all bookings of that queue on that day: how many there were, could be assessed
    and fired, and the median value.
    """
    cases = [case for (case,) in connection.execute("SELECT DISTINCT case_id FROM filed ORDER BY 1").fetchall()]
    found: Slices = {case: {} for case in cases}
    for name, without in SLICED.items():
        left_out = f"EXCLUDE ({', '.join(without)})" if without else ""
        rows = connection.execute(
            f"""SELECT f.case_id AS of_case, t.* {left_out} FROM {lake.sql(name, day, day)} t
                JOIN (SELECT DISTINCT case_id, service_day, centre_id, booking_id FROM filed) f
                USING (service_day, centre_id, booking_id)
                ORDER BY ALL"""
        ).to_arrow_table()
        _parted(found, name, rows)
    _parted(found, "comparison", _comparison(lake, connection, day))
    return found


def parquet(rows: pa.Table) -> bytes:
    """Rows as the bytes of a Parquet file; the same rows give the same."""
    content = io.BytesIO()
    pq.write_table(rows, content)
    return content.getvalue()


def _comparison(lake: Lake, connection: duckdb.DuckDBPyConnection, day: date) -> pa.Table:
    stored = {field.name for field in lake.fields("findings")}
    codes = [code for code in all_flags() if f"{code}_fired" in stored]
    per_flag = " UNION ALL ".join(
        f"""SELECT centre_id, service_code, '{code}' AS flag, count(*) AS bookings, count("{code}_value") AS assessed,
            count_if("{code}_fired") AS fired, median("{code}_value") AS median FROM night GROUP BY ALL"""
        for code in codes
    )
    if not per_flag:
        per_flag = "SELECT NULL AS centre_id, NULL AS service_code, NULL AS flag WHERE false"
    return connection.execute(
        f"""WITH night AS (SELECT n.*, service_code FROM {lake.sql("findings", day, day)} n
                JOIN (SELECT service_day, centre_id, booking_id, service_code FROM {lake.sql("bookings", day, day)})
                USING (service_day, centre_id, booking_id)),
            asked AS (SELECT DISTINCT case_id AS of_case, centre_id, service_code, unnest(flags) AS flag FROM filed)
            SELECT of_case, p.* FROM ({per_flag}) p JOIN asked USING (centre_id, service_code, flag) ORDER BY ALL"""
    ).to_arrow_table()


def _parted(found: Slices, name: str, rows: pa.Table) -> None:
    """Add each case's own rows, also none."""
    for case, tables in found.items():
        tables[name] = rows.filter(pc.equal(rows["of_case"], case)).drop_columns("of_case").combine_chunks()
