"""Halls to plant in, and the laws that a planted log keeps."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.contract import TABLES
from detection.planting.hall import LEAST_PASSED, Planted
from detection.planting.jumps import OF_THE_CALL
from features.order import Discipline, ledger

KEY = ["centre_id", "booking_id"]
QUEUE = ["service_day", "centre_id", "service_code"]
BOOKINGS = pa.schema([field.with_nullable(True) for field in TABLES["bookings"].arrow])


def table(rows: list[dict[str, Any]]) -> pa.Table:
    """Bookings; what a row leaves out has an ordinary value."""
    common = {"centre_id": "north", "channel": "onsite", "applicant_id": "someone", "status": "served"}
    filled = [common | {"created_at": row.get("checked_in_at")} | row for row in rows]
    return pa.Table.from_pylist(filled, schema=BOOKINGS)


def counts(bookings: pa.Table, discipline: Discipline) -> pd.DataFrame:
    """The ledger's counts of all days, by key."""
    days = pc.unique(bookings["service_day"])
    parts = [ledger(bookings.filter(pc.equal(bookings["service_day"], day)), discipline=discipline) for day in days]
    return pa.concat_tables([part.counts for part in parts]).to_pandas().set_index(KEY)


def assert_lawful(before: pa.Table, done: Planted, discipline: Discipline) -> None:
    """The laws of every planted log."""
    after = done.bookings
    assert after.schema == before.schema
    others = [name for name in before.column_names if name not in OF_THE_CALL]
    assert after.select(others).equals(before.select(others))
    old, new = before.to_pandas(), after.to_pandas()
    calls = [*QUEUE, *OF_THE_CALL]
    pd.testing.assert_frame_equal(*(frame[calls].sort_values(calls, ignore_index=True) for frame in (old, new)))

    planted = done.truth.to_pandas()
    assert len(planted) == len(done.passed) > 0
    assert planted["carried_out"].all()
    touched = old.merge(planted[KEY], on=KEY)
    assert len(touched) == len(planted)
    same = ~old.set_index(QUEUE).index.isin(touched.set_index(QUEUE).index)
    assert after.filter(pa.array(same)).equals(before.filter(pa.array(same)))

    present = old["checked_in_at"].notna() & old["called_at"].notna()
    in_order = present & (old["checked_in_at"] <= old["called_at"])
    assert (new["checked_in_at"] <= new["called_at"])[in_order].all()
    missed = (old["missed_at"] <= old["called_at"]).to_numpy()
    assert (new["missed_at"] <= new["called_at"])[missed].all()

    keys = pd.MultiIndex.from_frame(planted[KEY])
    gain = (counts(after, discipline) - counts(before, discipline)).loc[keys, "people_passed"]
    assert (gain >= LEAST_PASSED).all()
    assert sorted(gain.astype(int)) == sorted(done.passed)
    clerk = new.set_index(KEY).loc[keys, "clerk_id"]
    assert (clerk.to_numpy() == planted["clerk_id"].to_numpy()).all()
    assert set(clerk) <= set(done.clerks)


def one_at_a_time(bookings: pa.Table) -> bool:
    """Whether each window serves one person at a time."""
    served = bookings.to_pandas().dropna(subset=["called_at"]).sort_values(["called_at", "served_to"])
    before = served.groupby(["centre_id", "service_day", "window_id"])["served_to"].shift()
    return bool(np.all(before.isna() | (before <= served["called_at"])))
