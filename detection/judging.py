"""The night's flags: every flag's value for every booking, beside what is usual at its centre."""

from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.engine import engine
from data.home import Home
from data.lake import Lake
from detection.flag import all_flags
from detection.outcomes import Outcomes, outcomes
from detection.usual import Usual

KEY = ("service_day", "centre_id", "booking_id")


def earlier_days(home: Home, day: date) -> tuple[date, date]:
    """First and last of the days that a night learns from."""
    return day - timedelta(days=home.settings.training_days), day - timedelta(days=1)


def flags_day(home: Home, day: date) -> Outcomes:
    """Every flag's value, expected value, p-value and outcome for a day's bookings, into `findings`.

    The expected value is the mean over the innocent bookings of the centre's earlier nights (`training_days`), the
    p-value the flag's own where it declares one, else the share of those bookings that showed as much
    (`detection/usual.py`).
    """
    lake, flags = Lake.of(home), all_flags()
    with engine(home) as connection:
        features = ibis.duckdb.from_connection(connection).sql(f"SELECT * FROM {lake.sql('features', day, day)}")
        values = {code: flag.value(features).cast("float64") for code, flag in flags.items()}
        stated = {f"{code}_p": features[flag.p] for code, flag in flags.items() if flag.p}
        night = features.select(*KEY, **values, **stated).order_by(KEY).to_pyarrow()
        usual = Usual(connection, lake, earlier_days(home, day), night["centre_id"].to_pandas())
    columns = {name: night[name] for name in KEY}
    for code, flag in flags.items():
        value = night[code].to_numpy()
        compared = usual.compared(flag, value)
        columns[f"{code}_value"] = night[code]
        columns[f"{code}_expected"] = pa.array(np.where(np.isnan(value), np.nan, compared.expected), from_pandas=True)
        p = compared.p if flag.p is None else _stated(night, code, value)
        columns[f"{code}_p"] = pa.array(p, from_pandas=True)
        columns[f"{code}_fired"] = pc.if_else(night[code].is_valid(), pa.array(flag.fires(value)), None)
    findings = pa.table(columns)
    lake.replace_day("findings", day, findings)
    return outcomes(findings)


def _stated(night: pa.Table, code: str, value: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> "pd.Series[float]":
    """The flag's own p-value, where its value is known; 1 where nothing was compared."""
    return pd.Series(night[f"{code}_p"].to_numpy()).fillna(1.0).where(~np.isnan(value))
