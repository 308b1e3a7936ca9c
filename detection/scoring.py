"""The night's scores: p-values of flags and forest joined, ranked, and the few that are flagged."""

from datetime import date

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import stats

from data.engine import engine
from data.home import Home
from data.lake import Lake
from data.tables import LAKE
from detection.conformal import conformal_p
from detection.flag import all_flags
from detection.judging import earlier_days, innocent_past
from detection.models.forest import Forest, Reals
from detection.reasons import reasons_sql
from detection.tails import combined
from features.declare import all_features

#: rows that the forest learns from and rows that its scores are ranked among, at most
SAMPLE_ROWS = 50_000

#: weight of what is no benefit beside a flag that is one: links and strangeness are mostly innocent (design,
#: benefit and channel), and taken in full they pushed library computers above jumps
SUPPORT = 0.1

#: `model_version` of a night without any booking to score
NO_MODEL = "none"


def score_day(home: Home, day: date, run_id: str) -> dict[str, int]:
    """Scores, ranks and reasons of a day's bookings, into `scores`.

    A p-value rests on the flags on the side of benefit; channel and forest support it, and say nothing alone:
    where no benefit could be assessed the p-value is null. A booking is flagged when a benefit fired and its
    q-value (Benjamini-Hochberg over the night) is within the home's false-discovery rate.
    """
    lake = Lake.of(home)
    with engine(home) as connection:
        findings = connection.execute(
            f"SELECT * FROM {lake.sql('findings', day, day)} ORDER BY centre_id, booking_id"
        ).to_arrow_table()
        model_version, unusual = _forest(home, lake, connection, day)
        p = _joined(findings, unusual)
        q = np.full(p.size, np.nan)
        q[~np.isnan(p)] = stats.false_discovery_control(p[~np.isnan(p)])
        flagged = _benefit_fired(findings) & (q <= home.settings.false_discovery_rate)
        for name, values in (("p_value", p), ("q_value", q)):
            findings = findings.append_column(name, pa.array(values, from_pandas=True))
        findings = findings.append_column("flagged", pa.array(flagged))
        scores = _ranked(connection, findings, model_version, run_id)
    lake.replace_day("scores", day, scores)
    return {"bookings": scores.num_rows, "flagged": int(flagged.sum())}


def _joined(findings: pa.Table, unusual: Reals) -> Reals:
    """One p-value a booking from those of the flags and of the forest; null where no benefit was assessed."""
    sides = {code: flag.side for code, flag in all_flags().items()}
    p_values = {code: findings[f"{code}_p"].to_numpy() for code in sides}
    weights = [1.0 if side == "benefit" else SUPPORT for side in sides.values()]
    p = combined(np.column_stack([*p_values.values(), unusual]), np.array([*weights, SUPPORT]))
    assessed = [~np.isnan(p_values[code]) for code, side in sides.items() if side == "benefit"]
    return np.where(np.logical_or.reduce(assessed), p, np.nan)


def _benefit_fired(findings: pa.Table) -> np.ndarray:
    fired = np.zeros(findings.num_rows, np.bool_)
    for code, flag in all_flags().items():
        if flag.side == "benefit":
            fired |= pc.fill_null(findings[f"{code}_fired"], False).to_numpy()
    return fired


def _forest(home: Home, lake: Lake, connection: duckdb.DuckDBPyConnection, day: date) -> tuple[str, Reals]:
    """The night's forest and its p-values: how often an earlier, unflagged booking of the centre is as unusual.

    Half of a sample of the past is learnt from, the other half ranks the scores (split conformal). A first night
    has no past and is compared with itself.
    """
    names = list(all_features())
    columns = ", ".join(f'"{name}"' for name in names)
    first, last = earlier_days(home, day)
    past = innocent_past(lake, first, last) if lake.files("features", first, last) else lake.sql("features", day, day)
    # a hash of the key draws the same sample on every run
    sample = connection.execute(
        f"""SELECT centre_id, {columns}, key % 2 = 0 AS learn FROM (
                SELECT *, md5_number_lower(concat_ws('|', service_day, centre_id, booking_id)) AS key FROM {past}
            ) ORDER BY key LIMIT {2 * SAMPLE_ROWS}"""
    ).to_arrow_table()
    night = connection.execute(
        f"""SELECT centre_id, {columns} FROM {lake.sql("findings", day, day)}
            LEFT JOIN {lake.sql("features", day, day)} USING (service_day, centre_id, booking_id)
            ORDER BY centre_id, booking_id"""
    ).to_arrow_table()
    if not (sample.num_rows and night.num_rows):
        return NO_MODEL, np.full(night.num_rows, np.nan)
    learn = sample["learn"].to_numpy()
    if learn.all() or not learn.any():  # a handful of bookings in all
        learn = np.ones(learn.size, np.bool_)
        rank = learn
    else:
        rank = ~learn
    model = Forest(names).fit(_matrix(sample.filter(learn), names))
    model.save(home.path("models"))
    ranked = sample.filter(rank)
    p = conformal_p(
        model.score(_matrix(night, names)),
        night["centre_id"].to_numpy(),
        model.score(_matrix(ranked, names)),
        ranked["centre_id"].to_numpy(),
    )
    return model.version, p


def _matrix(rows: pa.Table, names: list[str]) -> Reals:
    return np.column_stack([rows[name].to_numpy().astype(np.float64) for name in names])


def _ranked(connection: duckdb.DuckDBPyConnection, judged: pa.Table, model_version: str, run_id: str) -> pa.Table:
    connection.register("judged", judged)
    scores = connection.execute(
        f"""SELECT service_day, centre_id, booking_id, coalesce(1 - p_value, 0) AS score, p_value, q_value, flagged,
                row_number() OVER (ORDER BY flagged DESC, p_value NULLS LAST, centre_id, booking_id) AS rank,
                NULL AS case_id, {reasons_sql()} AS reasons, false AS audit, NULL AS selection_probability,
                $model AS model_version, $run AS run_id
            FROM judged ORDER BY rank""",
        {"model": model_version, "run": run_id},
    ).to_arrow_table()
    return scores.cast(LAKE["scores"].schema)
