"""What is known by now of the bookings that earlier nights suspected, which changes what they lend.

A night weighs a benefit by how usual it was then. Where a desk adds places every day, the first nights did not know
that, and suspected dozens; those nights are not run again, but what they suspected is taken for what it would be with
what is usual by now. And an inspector's verdict is evidence as well: a booking that was found to be manipulated speaks
of its centre, its clerk and its ring, and of what stands beside its benefit there, as a suspected one does, and louder;
a lawful one takes back what it was suspected of. Of verdicts some are wrong (`WRONG_VERDICTS`), so each multiplies the
odds by what the others are worth, and nobody's may say more than a bounded part of all
(`detection/learning/counting.py`).

So that a night need not read its past for the few bookings that matter, each leaves those behind that were suspected at
all (table `suspects`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from data.lake import Lake
from data.tables import LAKE
from detection.company import SUMS
from detection.flag import all_flags
from detection.learning.counting import WRONG_VERDICTS, bounded
from detection.learning.verdicts import verdicts_as_of
from detection.lending import ANY, CENTRE, CLERK, RING, added
from detection.weighing import Finding

Reals = npt.NDArray[np.float64]

#: ways in which a booking is suspected less than this are not kept: a verdict makes less than a fiftieth of it
LEAST = 1e-3
#: by how much a verdict multiplies the odds, or divides them
WORTH = (1 - WRONG_VERDICTS) / WRONG_VERDICTS
#: times as usual at its centre as a night took it to be, up to which manipulation itself may have made a benefit
SPARED = 3


@dataclass(frozen=True)
class Hindsight:
    """What is to be added to the sums of earlier nights, less than nothing where they suspected too much.

    `suspicions`: `level`, `centre_id`, `who`, `flag`, `bookings`, `suspected`; `company`: `centre_id`, `benefit`,
    `support` and the `SUMS`. The columns mean what they do in the tables of those names.
    """

    suspicions: pd.DataFrame
    company: pd.DataFrame


#: of a first night
NO_HINDSIGHT = Hindsight(
    pd.DataFrame(columns=["level", "centre_id", "who", "flag", "bookings", "suspected"]),
    pd.DataFrame(columns=["centre_id", "benefit", "support", *SUMS]),
)


def hindsight(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    days: tuple[date, date],
    centre: "pd.Series[str]",
    found: Mapping[str, Finding],
) -> Hindsight:
    """Of the nights from `days[0]` to `days[1]`; verdicts count that were known at the end of the last one.

    `centre`: of each booking of this night; `found`: by flag, what is found of it, with how usual that is by now.
    """
    first = ~centre.duplicated().to_numpy()  # a flag is as usual for all of a centre's bookings
    usual = {code: pd.Series(finding.share[first], centre[first]) for code, finding in found.items()}
    connection.register(
        "usual_by_now", pd.concat(usual, names=["hypothesis", "centre_id"]).rename("by_now").reset_index()
    )
    connection.register("said", _said(connection, lake, days[1]))
    connection.execute(f"CREATE OR REPLACE TEMP VIEW suspected AS FROM {lake.sql('suspects', *days)}")
    reconsider(connection)
    known = Hindsight(connection.execute(_SUSPICIONS).df(), connection.execute(_COMPANY).df())
    connection.execute("DROP TABLE reconsidered")
    return known


def _said(connection: duckdb.DuckDBPyConnection, lake: Lake, as_of: date) -> pa.Table:
    said = verdicts_as_of(connection, lake, as_of).settled
    types = pa.string(), pa.string(), pa.bool_(), pa.string()
    schema = pa.schema(list(zip(("centre_id", "booking_id", "manipulated", "decided_by"), types, strict=True)))
    return pa.Table.from_pandas(said[schema.names], schema, preserve_index=False)


def reconsider(connection: duckdb.DuckDBPyConnection) -> None:
    """From the rows `suspected` make the table `reconsidered`: those that are otherwise by now, by how much (`more`),
    and by how much what counts for their centre is (`more_apart`): what it had not lent, and what inspectors found.

    `usual_by_now`: the share of innocent bookings, `by_now`, by hypothesis and centre; what is not there is taken to be
    as usual as it was. `said`: the settled verdicts. The odds of all ways of a booking are taken to change alike.
    """
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE reconsidered AS
            WITH rarer AS (
                SELECT s.* REPLACE (coalesce(s.apart, s.suspicion) AS apart), -- null: written by an earlier version
                    coalesce(least({SPARED} * share / u.by_now, 1), 1) AS fits
                FROM suspected s LEFT JOIN usual_by_now u USING (hypothesis, centre_id)
            ), usual AS (
                SELECT * EXCLUDE (in_all), {_times("fits", "suspicion", "in_all")} AS alone,
                    {_times("fits", "in_all", "in_all")} AS in_all, {_times("fits", "apart", "apart")} AS by_itself
                FROM rarer
            ), worth AS (
                SELECT u.*, decided_by, CASE WHEN manipulated THEN {WORTH} ELSE 1 / {WORTH} END AS worth
                FROM usual u LEFT JOIN said USING (centre_id, booking_id)
            ), found AS (
                SELECT *, {_times("worth", "alone", "in_all")} AS found FROM worth
            )
            SELECT * EXCLUDE (worth, alone, in_all, by_itself, found),
                alone - suspicion AS more, by_itself - apart AS more_apart,
                CASE WHEN decided_by IS NULL THEN 0 ELSE found - alone END AS told,
                CASE WHEN decided_by IS NULL THEN 0
                    WHEN worth < 1 THEN {_times("worth", "by_itself", "by_itself")} - by_itself
                    ELSE greatest(found - by_itself, 0) END AS told_apart
            FROM found WHERE fits < 1 OR decided_by IS NOT NULL"""
    )
    each = connection.execute(
        f"""SELECT decided_by, sum(abs(told) {_ORDER}) AS told FROM reconsidered
            WHERE told <> 0 GROUP BY decided_by ORDER BY decided_by"""
    ).df()
    told = each["told"].to_numpy(np.float64)
    heard = bounded(told, each["decided_by"].to_numpy(object)) / told
    connection.register("heard", pa.table({"decided_by": pa.array(each["decided_by"], pa.string()), "heard": heard}))
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE reconsidered AS
            SELECT r.* REPLACE (more + told * coalesce(heard, 0) AS more,
                more_apart + told_apart * coalesce(heard, 0) AS more_apart)
            FROM reconsidered r LEFT JOIN heard USING (decided_by)"""
    )


def _times(factor: str, part: str, whole: str) -> str:
    """What a part of a probability is once the odds of the whole are multiplied; SQL, as its arguments are."""
    return f"{part} * {factor} / (1 - {whole} + {whole} * {factor})"


#: sums of reals in one order, so that a rerun gives the same bytes
_ORDER = "ORDER BY service_day, centre_id, booking_id, hypothesis"


def _lent(level: str, centre: str, who: str, flag: str) -> str:
    """What is to be added to the sums of `suspicions` at a level; the others are SQL, of whom and of what."""
    return f"""(SELECT '{level}' AS level, {centre} AS centre_id, {who} AS who, {flag} AS flag, 0.0 AS bookings,
            sum({"more_apart" if level == CENTRE else "more"} {_ORDER}) AS suspected
        FROM reconsidered r WHERE {who} IS NOT NULL GROUP BY 1, 2, 3, 4 ORDER BY 2, 3, 4)"""


_SUSPICIONS = f"""{_lent(CENTRE, "r.centre_id", "''", "hypothesis")}
    UNION ALL {_lent(CENTRE, "r.centre_id", "''", f"'{ANY}'")}
    UNION ALL {_lent(CLERK, "r.centre_id", "hand", "hypothesis")}
    UNION ALL {_lent(CLERK, "r.centre_id", "hand", f"'{ANY}'")}
    UNION ALL {_lent(RING, "''", "ring_id", f"'{ANY}'")}"""
_COMPANY = f"""SELECT centre_id, hypothesis AS benefit, support, sum(more {_ORDER}) AS suspected,
        sum(CASE WHEN list_contains(supports, support) THEN more ELSE 0 END {_ORDER}) AS fired,
        -sum(more {_ORDER}) AS innocent,
        -sum(CASE WHEN list_contains(supports, support) THEN more ELSE 0 END {_ORDER}) AS innocent_fired
    FROM (SELECT * RENAME (fired AS supports), unnest(assessed) AS support FROM reconsidered)
    GROUP BY ALL ORDER BY ALL"""


def suspects(
    night: pa.Table, by: Mapping[str, Reals], apart: Mapping[str, Reals], found: Mapping[str, Finding]
) -> pa.Table:
    """The night's suspected bookings, of the schema `suspects`, a row for each way in which they are.

    `night`: `service_day`, `centre_id`, `booking_id`, `hand` and `ring_id`; `by`: how likely each is to be manipulated
    in each way, and `apart` from what its centre lent.
    """
    codes = list(by)
    where, way = np.nonzero(np.stack([by[code] >= LEAST for code in codes], axis=1))
    beside = [code for code, flag in all_flags().items() if flag.beside]
    seen = {code: found[code].at(where) for code in beside}
    columns = {
        "hypothesis": pa.array(np.array(codes, object)[way], pa.string()),
        "suspicion": pa.array(_of_way([by[code] for code in codes], where, way)),
        "in_all": pa.array(added(by)[where]),
        "apart": pa.array(_of_way([apart[code] for code in codes], where, way)),
        "share": pa.array(_of_way([found[code].share for code in codes], where, way)),
        "assessed": _listed({code: seen[code].assessed for code in beside}, where.size),
        "fired": _listed({code: seen[code].assessed & seen[code].fires for code in beside}, where.size),
    }
    schema = LAKE["suspects"].schema
    table = night.select([name for name in schema.names if name not in columns]).take(where)
    for name, column in columns.items():
        table = table.append_column(name, column)
    return table.select(schema.names).cast(schema)


def _of_way(ways: list[Reals], where: npt.NDArray[np.intp], way: npt.NDArray[np.intp]) -> Reals:
    """Of each row of `where` what stands in its `way`; never all ways copied into one array."""
    picked = np.empty(where.size)
    for number, values in enumerate(ways):
        mine = way == number
        picked[mine] = values[where[mine]]
    return picked


def _listed(holds: Mapping[str, np.ndarray], rows: int) -> pa.Array:
    """Per row the names of what holds of it, as a list."""
    row, column = np.nonzero(np.stack(list(holds.values()), axis=1))
    offsets = np.searchsorted(row, np.arange(rows + 1))
    names = pa.array(np.array(list(holds), object)[column], pa.string())
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), names)
