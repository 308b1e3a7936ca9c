"""What inspectors had found as of a day: one verdict a booking, conflicts resolved by rule and listed.

Of an inspector the latest verdict on a booking counts. Where inspectors differ, the majority of those who decided
between manipulated and lawful counts; where that is a tie, the latest of them, since whoever looks second has seen what
the first one found. *Unclear* is an answer to nobody: it is stored, counted, and never learnt from.
"""

from dataclasses import dataclass
from datetime import date

import duckdb
import pandas as pd

from data.lake import Lake

MANIPULATED, LAWFUL, UNCLEAR = "manipulated", "lawful", "unclear"


@dataclass(frozen=True)
class Verdicts:
    """The verdicts known at the end of a day.

    `each`: one row an inspector and booking, with `centre_id`, `booking_id`, `verdict`, `decided_at`, `decided_by` (""
    where nobody is named) and `chance` with which the booking came up for review: as the label says, else as the
    night's scores do; null: nobody knows, or nothing brought it up. A booking that the night neither drew nor flagged
    has the chance of having been drawn in its scores, which says nothing of a verdict on it. `settled`: one row a
    booking that has a verdict other than unclear, with `manipulated` (bool), `known_on` (the day from which on this was
    known), `decided_by` (whose verdict it is: the latest of those who said so), `inspectors`, `conflict` (bool) and
    `chance`.
    """

    each: pd.DataFrame
    settled: pd.DataFrame

    @property
    def conflicts(self) -> pd.DataFrame:
        """The bookings on which inspectors differ, every verdict on them a row, with what was settled."""
        disputed = self.settled.loc[self.settled["conflict"], ["centre_id", "booking_id", "manipulated"]]
        found = self.each.merge(disputed, on=["centre_id", "booking_id"])
        return found.sort_values(["centre_id", "booking_id", "decided_at"], ignore_index=True)


def verdicts_as_of(connection: duckdb.DuckDBPyConnection, lake: Lake, as_of: date) -> Verdicts:
    """The verdicts decided up to the end of `as_of`, a day in the zone of whoever delivered them."""
    each = connection.execute(
        f"""SELECT l.centre_id, l.booking_id, verdict, decided_at, day AS known_on,
                coalesce(decided_by, '') AS decided_by,
                CASE WHEN s.audit OR s.selection_probability = 1
                    THEN coalesce(l.selection_probability, s.selection_probability)
                    ELSE nullif(l.selection_probability, s.selection_probability) END AS chance
            FROM {lake.sql("labels", None, as_of)} l LEFT JOIN (
                SELECT centre_id, booking_id, audit, selection_probability FROM {lake.sql("scores", None, as_of)}
            ) s USING (centre_id, booking_id)
            WHERE day <= $as_of
            QUALIFY row_number() OVER (PARTITION BY l.centre_id, l.booking_id, coalesce(decided_by, '')
                ORDER BY decided_at DESC, source, file, row_number) = 1
            ORDER BY ALL""",
        {"as_of": as_of},
    ).df()
    return Verdicts(each, settled(each))


def settled(each: pd.DataFrame) -> pd.DataFrame:
    """One row a booking from one row an inspector and booking, by the rule above."""
    key = ["centre_id", "booking_id"]
    said = each[each["verdict"] != UNCLEAR].sort_values([*key, "decided_at", "decided_by"], kind="stable")
    said = said.assign(manipulated=said["verdict"] == MANIPULATED)
    groups = said.groupby(key, sort=True)
    found = groups.agg(
        inspectors=("manipulated", "size"),
        against=("manipulated", "sum"),
        last=("manipulated", "last"),
        chance=("chance", "max"),
    ).reset_index()
    twice = 2 * found["against"]
    found["manipulated"] = (twice > found["inspectors"]) | ((twice == found["inspectors"]) & found["last"])
    found["conflict"] = (found["against"] > 0) & (found["against"] < found["inspectors"])
    agreeing = said.merge(found[[*key, "manipulated"]], on=[*key, "manipulated"])
    latest = agreeing.groupby(key, sort=True).agg(known_on=("known_on", "max"), decided_by=("decided_by", "last"))
    return found.drop(columns=["against", "last"]).merge(latest.reset_index(), on=key)
