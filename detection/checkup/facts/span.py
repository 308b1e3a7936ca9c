"""The days of a period, a few at a time, and what a clock on the wall showed."""

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import pandas as pd
import pyarrow as pa

from data.engine import literal
from data.home import Home
from data.lake import Lake

#: what is read of each day
DAILY_TABLES = ("bookings", "quotas", "refusals")
#: days that are read at once: 200 centres of 140 bookings a day are half a million rows
DAYS_AT_ONCE = 20


@dataclass(frozen=True)
class Span:
    """Some days of all centres."""

    connection: duckdb.DuckDBPyConnection
    lake: Lake
    timezone: str
    first: date
    last: date

    def table(self, name: str) -> str:
        """A lake table's rows of these days, as something to stand behind FROM."""
        return self.lake.sql(name, self.first, self.last)

    def frame(self, sql: str) -> pd.DataFrame:
        """What a query finds; DuckDB counts in integers wider than anything counted here."""
        found = self.connection.execute(sql).to_arrow_table()
        kinds = [pa.int64() if pa.types.is_decimal(field.type) else field.type for field in found.schema]
        frame: pd.DataFrame = found.cast(pa.schema(list(zip(found.column_names, kinds, strict=True)))).to_pandas()
        return frame

    def clock(self, rows: str) -> str:
        """Rows with `centre_id` and `service_day`, and `midnight`: the instant at which the day began there (epoch, s).

        A day on which the clocks change is read with the offset that it began with.
        """
        return f"""(SELECT r.*, m.midnight FROM {rows} r JOIN (
            SELECT d.centre_id, d.service_day,
                epoch(d.service_day::TIMESTAMP AT TIME ZONE coalesce(c.timezone, {literal(self.timezone)})) AS midnight
            FROM (SELECT DISTINCT centre_id, service_day FROM {rows}) d
            LEFT JOIN {self.lake.sql("centres")} c USING (centre_id)) m USING (centre_id, service_day))"""


def spans(home: Home, connection: duckdb.DuckDBPyConnection, first: date, last: date) -> list[Span]:
    """The period in stretches of `DAYS_AT_ONCE` days, without those of which nothing is stored; at least one."""
    lake = Lake.of(home)
    stored = set[date]().union(*map(lake.days, DAILY_TABLES))
    starts = [first + timedelta(days=ago) for ago in range(0, (last - first).days + 1, DAYS_AT_ONCE)]
    found = [
        Span(connection, lake, home.settings.timezone, start, min(start + timedelta(days=DAYS_AT_ONCE - 1), last))
        for start in starts
    ]
    return [span for span in found if any(span.first <= day <= span.last for day in stored)] or found[:1]
