"""What the features of one service day may read: the lake up to that day and no further, through one engine."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from data.stored.table import DAY
from data.tables import LAKE
from features.engine import Engine

KEY = ["centre_id", "booking_id"]

#: what names the machine that a booking was made on: where an employee typed it in, that is the employee's own
MACHINES = ("device_id", "ip")


@dataclass(frozen=True)
class Night:
    """One service day, seen at its end.

    Nothing known later is in reach: tables are cut at `day`, and `booking_events` leaves out bookings for later days
    too, so that a night says the same whether or not later days have been delivered by then. Of bookings that an
    employee typed in nobody sees the `MACHINES`: one terminal would tie all whom it serves.
    """

    day: date
    engine: Engine
    _kept: dict[str, ir.Table] = field(default_factory=dict, repr=False)

    def table(self, name: str, days: int = 1) -> ir.Table:
        """A lake table's rows of the `days` days up to the night, its own included; whole where it has no days."""
        if LAKE[name].partition is None:
            return self.engine.table(name, None, None)
        stored = rows = self.engine.table(name, self.day - timedelta(days=days - 1), self.day)
        if LAKE[name].partition != DAY and DAY in rows.columns:
            rows = rows.filter(rows[DAY] <= self.today)
        if "channel" in rows.columns:
            rows = rows.mutate(**_of_citizens(rows))
        # by name, since an expression that a query has in two places is computed once with all its columns, of weeks
        return rows if rows is stored else self.engine.named(rows)

    @cached_property
    def today(self) -> ir.DateValue:
        """The `day`, for expressions."""
        return self.engine.day(self.day)

    @cached_property
    def bookings(self) -> ir.Table:
        """The bookings of the day, with the `utc_offset_s` of their centre's clock."""
        rows = self.table("bookings")
        return self.engine.named(rows.left_join(self.clocks, "centre_id").drop("centre_id_right"))

    @cached_property
    def clocks(self) -> ir.Table:
        """Each centre's `utc_offset_s` on the day: what to add to an instant to read its clock."""
        centres = self.table("centres")
        noon = datetime.combine(self.day, time(12))
        zones = self.engine.arrow(centres.select("timezone").distinct().order_by("timezone"))["timezone"].to_pylist()
        ahead = [(zone, ZoneInfo(zone).utcoffset(noon) or timedelta()) for zone in zones]
        seconds = [(centres.timezone == zone, int(offset.total_seconds())) for zone, offset in ahead]
        offset = ibis.cases(*seconds) if seconds else ibis.null()
        return centres.select("centre_id", utc_offset_s=offset.cast("int64"))

    def once(self, name: str, make: Callable[[], ir.Table]) -> ir.Table:
        """What `make` gives, computed once for all who ask this night for it by that name."""
        if name not in self._kept:
            self._kept[name] = self.engine.kept(make(), lasting=True)
        return self._kept[name]

    def written(self, name: str, make: Callable[[], ir.Table]) -> ir.Table:
        """What `make` gives, written once for all who ask this night for it by that name, computed for each of them."""
        if name not in self._kept:
            self._kept[name] = self.engine.named(make())
        return self._kept[name]


def _of_citizens(rows: ir.Table) -> dict[str, ir.Value]:
    """The machines of bookings that citizens made themselves."""
    return {name: (rows.channel == "staff").ifelse(None, rows[name]) for name in MACHINES if name in rows.columns}
