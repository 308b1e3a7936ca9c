"""What the features of one service day may read: the lake up to that day and no further, through one engine."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from data.tables import DAY, LAKE
from features.engine import Engine

KEY = ["centre_id", "booking_id"]


@dataclass(frozen=True)
class Night:
    """One service day, seen at its end.

    Nothing known later is in reach: tables are cut at `day`, and `booking_events` leaves out bookings for later days
    too, so that a night says the same whether or not later days have been delivered by then.
    """

    day: date
    engine: Engine

    def table(self, name: str, days: int = 1) -> ir.Table:
        """A lake table's rows of the `days` days up to the night, its own included; whole where it has no days."""
        if LAKE[name].partition is None:
            return self.engine.table(name, None, None)
        rows = self.engine.table(name, self.day - timedelta(days=days - 1), self.day)
        if LAKE[name].partition != DAY and DAY in rows.columns:
            rows = rows.filter(rows[DAY] <= self.day)
        return rows

    @cached_property
    def bookings(self) -> ir.Table:
        """The bookings of the day, with `utc_offset_s`: what to add to an instant to read its centre's clock."""
        rows = self.table("bookings")
        return rows.left_join(self._offsets, "centre_id").drop("centre_id_right")

    @cached_property
    def _offsets(self) -> ir.Table:
        """Per centre, seconds by which its clock is ahead of UTC at noon of the day."""
        centres = self.engine.arrow(self.table("centres").select("centre_id", "timezone").order_by("centre_id"))
        noon = datetime.combine(self.day, time(12))
        zones = {name: ZoneInfo(name).utcoffset(noon) for name in set(centres["timezone"].to_pylist())}
        seconds = [int((zones[name] or timedelta()).total_seconds()) for name in centres["timezone"].to_pylist()]
        table = pa.table({"centre_id": centres["centre_id"], "utc_offset_s": pa.array(seconds, pa.int64())})
        return ibis.memtable(table)
