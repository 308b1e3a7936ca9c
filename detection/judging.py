"""The night's flags: every flag's value for every booking, beside what is usual in its queue."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.engine import engine
from data.home import Home
from data.lake import Lake
from detection.flag import Flag, Side, all_flags
from detection.tails import Reals, moments, upper_tail

KEY = ("service_day", "centre_id", "booking_id")
#: a flag's value is compared within its queue; coarse to fine
STRATA = ["centre_id", "service_code"]


def earlier_days(home: Home, day: date) -> tuple[date, date]:
    """First and last of the days that a night learns from."""
    return day - timedelta(days=home.settings.training_days), day - timedelta(days=1)


def innocent_past(lake: Lake, first: date, last: date) -> str:
    """SQL of the features of earlier days, without the suspects: a benefit and a channel together (design)."""
    sides: tuple[Side, ...] = ("benefit", "channel")
    suspect = " AND ".join(f"({' OR '.join(_fired(side))})" for side in sides)
    # a flag that is newer than those nights has no column there: not assessed
    newer = ", ".join(f'CAST(NULL AS BOOLEAN) AS "{code}_fired"' for code in all_flags())
    findings = f"(FROM {lake.sql('findings', first, last)} UNION ALL BY NAME SELECT {newer} WHERE false)"
    return f"""(SELECT f.* FROM {lake.sql("features", first, last)} f ANTI JOIN
        (SELECT service_day, centre_id, booking_id FROM {findings} WHERE {suspect}) s
        USING (service_day, centre_id, booking_id))"""


def flags_day(home: Home, day: date) -> dict[str, dict[str, int]]:
    """Every flag's value, expected value, p-value and outcome for a day's bookings, into `findings`.

    A p-value is the larger of two: beside the queue's earlier nights (`training_days`), and beside the other
    bookings of the same night, so that an outage, which disorders everybody, accuses nobody. Suspects, on which a
    benefit and a channel fired, are left out of what is usual.
    """
    lake = Lake.of(home)
    first, last = earlier_days(home, day)
    with engine(home) as connection:
        backend = ibis.duckdb.from_connection(connection)
        night = _valued(backend, lake, lake.sql("features", day, day), (day, day)).order_by(KEY).to_pyarrow()
        known = bool(lake.files("findings", first, last))
        sums = _sums(_valued(backend, lake, innocent_past(lake, first, last), (first, last))) if known else None
    columns = {name: night[name] for name in KEY}
    rows = night.select(STRATA).to_pandas()
    suspect = _suspects(night)
    for code, flag in all_flags().items():
        value = _counted(flag, night[code].to_numpy())
        expected, p = _beside_the_night(rows, value, suspect)
        if sums is not None:
            usual, p_past = _beside_the_past(rows, value, sums, code)
            expected = usual.combine_first(expected)
            p = p.where(p_past.isna() | (p > p_past), p_past)
        columns[f"{code}_value"] = night[code]
        usual_value = expected if flag.at_most is None else pd.Series(np.nan, expected.index)
        columns[f"{code}_expected"] = pa.array(usual_value, pa.float64(), from_pandas=True)
        columns[f"{code}_p"] = pa.array(p, pa.float64(), from_pandas=True)
        fired = flag.fires(night[code].to_numpy())
        columns[f"{code}_fired"] = pa.array(fired, mask=pc.is_null(night[code]).to_numpy())
    findings = pa.table(columns)
    lake.replace_day("findings", day, findings)
    return {code: outcomes(findings[f"{code}_fired"]) for code in all_flags()}


def outcomes(fired: pa.ChunkedArray) -> dict[str, int]:
    """How many bookings a flag fired on, passed, and could not assess."""
    yes, unknown = pc.sum(fired).as_py() or 0, fired.null_count
    return {"fired": yes, "passed": len(fired) - yes - unknown, "not_assessed": unknown}


def _fired(side: Side) -> list[str]:
    return [f'coalesce("{code}_fired", false)' for code, flag in all_flags().items() if flag.side == side]


def _valued(backend: ibis.BaseBackend, lake: Lake, features: str, days: tuple[date, date]) -> ir.Table:
    """Key, queue and the value of every flag, one row a booking."""
    table = backend.sql(
        f"""SELECT f.*, b.service_code FROM {features} f JOIN
            (SELECT service_day, centre_id, booking_id, service_code FROM {lake.sql("bookings", *days)}) b
            USING (service_day, centre_id, booking_id)"""
    )
    values = {code: flag.value(table).cast("float64") for code, flag in all_flags().items()}
    return table.select(*KEY, "service_code", **values)


def _suspects(night: pa.Table) -> pd.Series:
    """Bookings of the night on which a benefit and a channel fire together."""
    fired = {"benefit": pd.Series(False, range(night.num_rows)), "channel": pd.Series(False, range(night.num_rows))}
    for code, flag in all_flags().items():
        fired[flag.side] |= flag.fires(night[code].to_pandas())
    return fired["benefit"] & fired["channel"]


def _counted(flag: Flag, value: Reals) -> Reals:
    """What is compared with what is usual: the value; where low values are suspicious, whether it fires."""
    return value if flag.at_most is None else np.where(np.isnan(value), np.nan, flag.fires(value))


def _sums(past: ir.Table) -> pd.DataFrame:
    """Per queue and flag: bookings assessed, the sum of values and of their squares (exact: values are counts)."""
    sums = {}
    for code, flag in all_flags().items():
        value = past[code] if flag.at_most is None else flag.fires(past[code]).cast("float64")
        sums[f"{code}_n"] = value.count()
        sums[f"{code}_total"] = value.sum().fill_null(0)
        sums[f"{code}_squares"] = (value * value).sum().fill_null(0)
    found: pd.DataFrame = past.group_by(STRATA).aggregate(**sums).order_by(STRATA).to_pandas()
    return found


def _beside_the_night(rows: pd.DataFrame, value: Reals, suspect: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Expected value and p-value of each booking beside the others of its night, itself left out."""
    counted = pd.Series(value).where(~suspect)
    own = rows.assign(n=counted.notna().astype(float), total=counted.fillna(0), squares=counted.fillna(0) ** 2)
    usual = moments(own, STRATA, leave_own=True)
    p = upper_tail(value, usual["mean"].to_numpy(), usual["variance"].to_numpy())
    return usual["mean"], pd.Series(p)


def _beside_the_past(rows: pd.DataFrame, value: Reals, sums: pd.DataFrame, code: str) -> tuple[pd.Series, pd.Series]:
    """Expected value and p-value of each booking beside its queue's earlier nights."""
    figures = {f"{code}_{figure}": figure for figure in ("n", "total", "squares")}
    known = sums[[*STRATA, *figures]].rename(columns=figures)
    queues = rows.drop_duplicates().merge(known, on=STRATA, how="outer").fillna({"n": 0, "total": 0, "squares": 0})
    usual = rows.merge(moments(queues, STRATA)[[*STRATA, "mean", "variance"]], on=STRATA, how="left")
    p = upper_tail(value, usual["mean"].to_numpy(), usual["variance"].to_numpy())
    return usual["mean"], pd.Series(p)
