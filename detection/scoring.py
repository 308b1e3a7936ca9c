"""The night's scores: findings weighed together, ranked, and the few that are flagged."""

from datetime import date
from itertools import chain

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from data.engine import engine
from data.home import Home
from data.lake import Lake
from data.tables import LAKE
from detection.company import Company
from detection.errors import flagged, q_values
from detection.flag import Flag, all_flags
from detection.hindsight import hindsight, suspects
from detection.judging import KEY, earlier_days
from detection.learning.serving import ADDED, model_version, served
from detection.lending import Lending
from detection.reasons import LABEL_FREE, WEIGHT, reasons_sql, taught_sql, weighed
from detection.strangeness import strangeness
from detection.suspicion import UNUSUAL, Suspicion, suspicion
from detection.usual import SCORE, Compared, Usual, summed_up
from detection.weighing import Finding

Reals = npt.NDArray[np.float64]


def score_day(home: Home, day: date, run_id: str) -> dict[str, int]:
    """Scores, ranks and reasons of a day's bookings, into `scores`; what the night shows later ones, beside them.

    The score is the probability that the booking was manipulated: what the flags say (`detection/suspicion.py`),
    blended with what verdicts have taught where a model serves on that day (`detection/learning/`). The p-value is the
    share of earlier innocent bookings on which the flags weighed as much. Where no flag on the side of benefit could be
    assessed, score, rank, p-value and q-value are null. Flagged is what error control lets through
    (`detection/errors.py`). What nights lend each other rests on the flags alone, so that no model learns from what it
    has said itself.
    """
    lake, days = Lake.of(home), earlier_days(home, day)
    with engine(home) as connection:
        night, forest_version = _judged(home, lake, connection, day, days)
        label_free = night[LABEL_FREE].to_numpy()
        score, learned, added = served(home, lake, connection, day, label_free)
        night = night.append_column("score", pa.array(score, from_pandas=True))
        night = night.append_column("q_value", pa.array(q_values(score), from_pandas=True))
        hit = flagged(score, home.settings.false_discovery_rate)
        night = night.append_column("flagged", pa.array(hit)).append_column("rank", _ranks(hit, score))
        by = model_version(forest_version, learned), run_id
        scores = _ranked(connection, night, added, reasons_sql(*days), by)
    lake.replace_day("scores", day, scores)
    return {"bookings": scores.num_rows, "flagged": int(np.sum(scores["flagged"].to_numpy()))}


def _judged(
    home: Home, lake: Lake, connection: duckdb.DuckDBPyConnection, day: date, days: tuple[date, date]
) -> tuple[pa.Table, str]:
    """The night with its score without a model and all that this rests on, and the forest's version.

    What the night shows later ones is written here, so that nothing of it is held in memory while reasons are told.
    """
    night = _night(connection, lake, day)
    centre = night["centre_id"].to_pandas()
    usual = Usual(connection, lake, days, centre)
    forest_version, unusual = strangeness(home, lake, connection, day)
    found, among = {}, {}
    for code, flag in all_flags().items():
        value = night[f"{code}_value"].to_numpy()
        compared = usual.compared(flag, value)
        found[code], among[code] = _finding(flag, value, compared), np.rint(compared.innocent).astype(np.int32)
    known = hindsight(connection, lake, days, centre, found)
    groups = night.select(["centre_id", "hand", "ring_id"]).to_pandas()
    lending = Lending(connection, lake, days, groups, known.suspicions)
    company = Company(connection, lake, days, centre, known.company)
    suspected = suspicion(all_flags(), found, unusual, lending, company)
    assessed = np.logical_or.reduce([found[code].assessed for code in suspected.by if code != UNUSUAL])
    label_free = np.where(assessed, suspected.score, np.nan)
    night = night.append_column(LABEL_FREE, pa.array(label_free, from_pandas=True))
    night = night.append_column("p_value", pa.array(_p_values(usual, label_free), from_pandas=True))
    night = weighed(night, suspected, among)
    by_flag = {code: by for code, by in suspected.by.items() if code != UNUSUAL}
    lake.replace_day("grounds", day, _grounds(night))
    lake.replace_day("usual", day, _shown(day, night, centre, found, suspected))
    lake.replace_day("suspicions", day, lending.summed_up(day, by_flag, suspected.apart))
    lake.replace_day("suspects", day, suspects(night, by_flag, suspected.apart, found))
    lake.replace_day("company", day, company.summed_up(day, all_flags(), found, by_flag))
    return night, forest_version


def _night(connection: duckdb.DuckDBPyConnection, lake: Lake, day: date) -> pa.Table:
    """The findings, with the clerk in whose hand each booking was, null of those never called, and its ring."""
    return connection.execute(
        f"""SELECT f.* EXCLUDE ({", ".join(f'"{code}_p"' for code in all_flags())}),
                b.clerk_id AS hand, a.ring_id
            FROM {lake.sql("findings", day, day)} f
            JOIN {lake.sql("bookings", day, day)} b USING (service_day, centre_id, booking_id)
            LEFT JOIN {lake.sql("affinity", day, day)} a USING (service_day, centre_id, booking_id)
            ORDER BY f.centre_id, f.booking_id"""
    ).to_arrow_table()


def _finding(flag: Flag, value: Reals, compared: Compared) -> Finding:
    assessed = ~np.isnan(value)
    p = compared.p if flag.is_hypothesis else np.broadcast_to(np.nan, value.shape)
    return Finding(assessed, assessed & np.asarray(flag.fires(value)), p, compared.share)


def _p_values(usual: Usual, score: Reals) -> Reals:
    """Among earlier innocent bookings; on a first night, among this one's others."""
    p = usual.rank(np.nan_to_num(score))
    if p is None:
        known = ~np.isnan(score)
        order = np.sort(score[known])
        p = (order.size - np.searchsorted(order, score, side="left")) / max(order.size, 1)
    return np.where(np.isnan(score), np.nan, p)


def _shown(
    day: date, night: pa.Table, centre: "pd.Series[str]", found: dict[str, Finding], suspected: Suspicion
) -> pa.Table:
    """The night's summary for `usual`: flags and scores."""
    score = night[LABEL_FREE].to_numpy()
    values = ((code, night[f"{code}_value"].to_numpy(), finding.fires) for code, finding in found.items())
    return summed_up(day, centre, 1 - suspected.own, chain(values, [(SCORE, score, np.nan_to_num(score) > 0)]))


def _grounds(night: pa.Table) -> pa.Table:
    """What the score without a model rests on, of the schema `grounds`."""
    weights = [name for name in night.column_names if name.endswith(WEIGHT)]
    return night.select([*KEY, LABEL_FREE, *weights])


def _ranks(hit: npt.NDArray[np.bool_], score: Reals) -> pa.Array:
    """The place of each booking, 1 is first: flagged ones, then by score; of equals the first of the table.

    What was not assessed has none.
    """
    rank = np.empty(score.size, np.int64)
    rank[np.lexsort((-score, ~hit))] = np.arange(1, score.size + 1)
    return pa.array(rank, mask=np.isnan(score))


def _ranked(
    connection: duckdb.DuckDBPyConnection, judged: pa.Table, added: pd.DataFrame, reasons: str, by: tuple[str, str]
) -> pa.Table:
    """`added`: what a model adds to each row of `judged` (`detection/learning/serving.py`); `by`: model and run."""
    places = pa.array(np.arange(judged.num_rows))
    connection.register("judged", judged.append_column("place", places))
    connection.register("added", pa.Table.from_pandas(added, ADDED, preserve_index=False))
    scores = connection.execute(
        f"""SELECT service_day, centre_id, booking_id, score, p_value, q_value, flagged,
                rank, NULL AS case_id, {reasons} AS reasons, false AS audit, NULL AS selection_probability,
                $model AS model_version, $run AS run_id
            FROM judged LEFT JOIN ({taught_sql()}) USING (place) ORDER BY rank, place""",
        {"model": by[0], "run": by[1]},
    ).to_arrow_table()
    return scores.cast(LAKE["scores"].schema)
