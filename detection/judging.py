"""The night's flags: every flag's value for every booking, beside what is usual in its queue."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.engine import engine
from data.home import Home
from data.lake import Lake
from detection.flag import all_flags
from detection.tails import shrunk_moments, upper_tail

KEY = ("service_day", "centre_id", "booking_id")
#: a flag's value is compared within its queue; coarse to fine
STRATA = ["centre_id", "service_code"]


def earlier_days(home: Home, day: date) -> tuple[date, date]:
    """First and last of the days that a night learns from."""
    return day - timedelta(days=home.settings.training_days), day - timedelta(days=1)


def innocent_past(lake: Lake, first: date, last: date) -> str:
    """SQL of the features of earlier days, without the bookings that were flagged then."""
    return f"""(SELECT f.* FROM {lake.sql("features", first, last)} f ANTI JOIN
        (SELECT service_day, centre_id, booking_id FROM {lake.sql("scores", first, last)} WHERE flagged) s
        USING (service_day, centre_id, booking_id))"""


def flags_day(home: Home, day: date) -> dict[str, dict[str, int]]:
    """Every flag's value, expected value, p-value and outcome for a day's bookings, into `findings`.

    What is usual is learnt from the earlier nights of `training_days`; on a first night, from the night itself.
    """
    lake = Lake.of(home)
    first, last = earlier_days(home, day)
    with engine(home) as connection:
        backend = ibis.duckdb.from_connection(connection)
        night = _valued(backend, lake, lake.sql("features", day, day), (day, day))
        if lake.files("features", first, last):
            past = _valued(backend, lake, innocent_past(lake, first, last), (first, last))
        else:
            past = night
        values = night.order_by(KEY).to_pyarrow()
        sums = _sums(past)
    columns = {name: values[name] for name in KEY}
    queues = values.select(STRATA).to_pandas()
    for code, flag in all_flags().items():
        usual = _usual(queues, sums, code)
        tail = upper_tail(values[code].to_numpy(), usual["mean"].to_numpy(), usual["variance"].to_numpy())
        columns[f"{code}_value"] = values[code]
        columns[f"{code}_expected"] = pa.array(usual["mean"], pa.float64(), from_pandas=True)
        columns[f"{code}_p"] = pa.array(tail, from_pandas=True)
        columns[f"{code}_fired"] = pc.greater_equal(values[code], flag.at_least)
    findings = pa.table(columns)
    lake.replace_day("findings", day, findings)
    return {code: outcomes(findings[f"{code}_fired"]) for code in all_flags()}


def outcomes(fired: pa.ChunkedArray) -> dict[str, int]:
    """How many bookings a flag fired on, passed, and could not assess."""
    yes, unknown = pc.sum(fired).as_py() or 0, fired.null_count
    return {"fired": yes, "passed": len(fired) - yes - unknown, "not_assessed": unknown}


def _valued(backend: ibis.BaseBackend, lake: Lake, features: str, days: tuple[date, date]) -> ir.Table:
    """Key, queue and the value of every flag, one row a booking."""
    table = backend.sql(
        f"""SELECT f.*, b.service_code FROM {features} f JOIN
            (SELECT service_day, centre_id, booking_id, service_code FROM {lake.sql("bookings", *days)}) b
            USING (service_day, centre_id, booking_id)"""
    )
    values = {code: flag.value(table).cast("float64") for code, flag in all_flags().items()}
    return table.select(*KEY, "service_code", **values)


def _sums(past: ir.Table) -> pd.DataFrame:
    """Per queue and flag: bookings assessed, the sum of values and of their squares (exact: values are counts)."""
    sums = {}
    for code in all_flags():
        sums[f"{code}_n"] = past[code].count()
        sums[f"{code}_total"] = past[code].sum().fill_null(0)
        sums[f"{code}_squares"] = (past[code] * past[code]).sum().fill_null(0)
    return past.group_by(STRATA).aggregate(**sums).order_by(STRATA).to_pandas()


def _usual(queues: pd.DataFrame, sums: pd.DataFrame, code: str) -> pd.DataFrame:
    """Mean and variance of a flag's value for each row of `queues`; a queue without a past borrows from its centre."""
    figures = {f"{code}_{figure}": figure for figure in ("n", "total", "squares")}
    known = sums[[*STRATA, *figures]].rename(columns=figures)
    new = queues.drop_duplicates().merge(known[STRATA], on=STRATA, how="left", indicator=True)
    new = new.loc[new["_merge"] == "left_only", STRATA].assign(n=0, total=0.0, squares=0.0)
    moments = shrunk_moments(pd.concat([known, new], ignore_index=True), STRATA)
    return queues.merge(moments[[*STRATA, "mean", "variance"]], on=STRATA, how="left")
