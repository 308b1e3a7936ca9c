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
from detection.flag import Flag
from detection.learning.counting import WRONG_VERDICTS, bounded
from detection.learning.verdicts import verdicts_as_of
from detection.lending import ANY, CENTRE, CLERK, RING
from detection.weighing import Finding

Reals = npt.NDArray[np.float64]

#: ways in which a booking is suspected less than this are not kept: a verdict makes less than a fiftieth of it
LEAST = 1e-3
#: by how much a verdict multiplies the odds, or divides them
WORTH = (1 - WRONG_VERDICTS) / WRONG_VERDICTS


@dataclass(frozen=True)
class Hindsight:
    """What is to be added to the sums of earlier nights, less than nothing where they suspected too much.

    `suspicions`: `level`, `centre_id`, `who`, `flag`, `bookings`, `suspected`; `company`: `centre_id`, `benefit`,
    `support` and the `SUMS`. The columns mean what they do in the tables of those names.
    """

    suspicions: pd.DataFrame
    company: pd.DataFrame


#: times as usual at its centre as a night took it to be, up to which a flag's benefit may have become by manipulation
SPARED = 3
#: what is asked of a verdict
SAID = pa.schema(
    [
        ("centre_id", pa.string()),
        ("booking_id", pa.string()),
        ("manipulated", pa.bool_()),
        ("decided_by", pa.string()),
    ]
)
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
    said = verdicts_as_of(connection, lake, days[1]).settled
    connection.register("said", pa.Table.from_pandas(said[SAID.names], SAID, preserve_index=False))
    suspected = connection.execute(
        f"""SELECT s.*, CAST(manipulated AS DOUBLE) AS manipulated, decided_by FROM {lake.sql("suspects", *days)} s
            LEFT JOIN said USING (centre_id, booking_id) ORDER BY service_day, centre_id, booking_id, hypothesis"""
    ).df()
    if suspected.empty:
        return NO_HINDSIGHT
    first = ~centre.duplicated().to_numpy()
    usual = pd.concat({code: pd.Series(finding.share[first], centre[first]) for code, finding in found.items()})
    suspected["more"] = _more(suspected, usual)
    return Hindsight(_suspicions(suspected), _company(suspected))


def _more(suspected: pd.DataFrame, usual: "pd.Series[float]") -> Reals:
    """By how much likelier each booking is by now to be manipulated in its way.

    `usual`: the share of innocent bookings by flag and centre; what is not there is taken to be as usual as it was.
    """
    then, in_all, was = (suspected[name].to_numpy(np.float64) for name in ("suspicion", "in_all", "share"))
    share = usual.reindex(pd.MultiIndex.from_frame(suspected[["hypothesis", "centre_id"]])).to_numpy(np.float64)
    fits = np.fmin(SPARED * was / share, 1.0)
    # the odds of all ways are taken to fall alike
    left = 1 - in_all + in_all * fits
    now, whole = then * fits / left, in_all * fits / left
    said = np.flatnonzero(suspected["manipulated"].notna())
    worth = np.where(suspected["manipulated"].to_numpy()[said] == 1, WORTH, 1 / WORTH)
    told = now[said] * worth / (1 - whole[said] + whole[said] * worth) - now[said]
    now[said] += np.sign(told) * bounded(np.abs(told), suspected["decided_by"].to_numpy(object)[said])
    return np.asarray(now - then, np.float64)


def _suspicions(suspected: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for level, centre, who in (
        (CENTRE, suspected["centre_id"], ""),
        (CLERK, suspected["centre_id"], suspected["hand"]),
        (RING, "", suspected["ring_id"]),
    ):
        names = {"level": level, "centre_id": centre, "who": who, "flag": ANY, "suspected": suspected["more"]}
        rows = pd.DataFrame(names).dropna(subset=["who"])
        parts += [rows] if level == RING else [rows, rows.assign(flag=suspected["hypothesis"])]
    return pd.concat(parts, ignore_index=True).assign(bookings=0.0)


def _company(suspected: pd.DataFrame) -> pd.DataFrame:
    rows = suspected[["centre_id", "hypothesis", "assessed", "fired", "more"]].explode("assessed").dropna()
    fired = [support in fires for support, fires in zip(rows["assessed"], rows["fired"], strict=True)]
    rows["fired"] = rows["more"] * fired
    rows = rows.rename(columns={"hypothesis": "benefit", "assessed": "support", "more": "suspected"})
    return rows.assign(innocent=-rows["suspected"], innocent_fired=-rows["fired"])


def suspects(
    night: pa.Table, by: Mapping[str, Reals], flags: Mapping[str, Flag], found: Mapping[str, Finding]
) -> pa.Table:
    """The night's suspected bookings, of the schema `suspects`, a row for each way in which they are.

    `night`: `service_day`, `centre_id`, `booking_id`, `hand` and `ring_id`; `by`: how likely each is to be manipulated
    in each way.
    """
    codes = list(by)
    every = np.stack([by[code] for code in codes], axis=1)
    where, way = np.nonzero(every >= LEAST)
    beside = [code for code, flag in flags.items() if flag.beside]
    seen = {code: found[code].at(where) for code in beside}
    columns = {
        "hypothesis": pa.array(np.array(codes, object)[way], pa.string()),
        "suspicion": pa.array(every[where, way]),
        "in_all": pa.array(every.sum(axis=1)[where]),
        "share": pa.array(np.stack([found[code].share for code in codes], axis=1)[where, way]),
        "assessed": _listed({code: seen[code].assessed for code in beside}, where.size),
        "fired": _listed({code: seen[code].assessed & seen[code].fires for code in beside}, where.size),
    }
    table = night.take(where)
    for name, column in columns.items():
        table = table.append_column(name, column)
    schema = LAKE["suspects"].schema
    return table.select(schema.names).cast(schema)


def _listed(holds: Mapping[str, np.ndarray], rows: int) -> pa.Array:
    """Per row the names of what holds of it, as a list."""
    row, column = np.nonzero(np.stack(list(holds.values()), axis=1))
    offsets = np.searchsorted(row, np.arange(rows + 1))
    names = pa.array(np.array(list(holds), object)[column], pa.string())
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), names)
