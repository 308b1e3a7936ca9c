"""Whether nights still look like those that the model in service was trained on.

Each input, the scores, and the share of verdicts that say *manipulated* are held against the training. An input has
drifted if its population stability index says that the difference is large and a two-sample test that it is no chance,
with the share of false alarms over all inputs held by Benjamini and Hochberg (1995). Both, because of thousands of
bookings a test finds every difference, and of few the index finds many.
"""

from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from scipy import stats

from data.engine import engine
from data.home import Home
from data.lake import Lake
from data.stored.table import DAY
from data.tables import LAKE
from detection.learning.counting import Known
from detection.learning.registry import Card, Model, in_service, load
from detection.learning.rows import Reals, Rows, log_odds, night_rows

#: parts into which a training's values are cut, besides the nulls
PARTS = 10
#: from this index on a difference is large (Siddiqi 2006, Credit Risk Scorecards)
LARGE = 0.25
#: share of false alarms among the inputs that are said to have drifted
FALSE_ALARMS = 0.05
#: share of the inputs from which on a night asks for a training
MANY = 0.2
#: days whose verdicts are held against those of the training
RECENT_DAYS = 28
#: added to both sides of a part that one of them does not have, as a share
EMPTY = 1e-4
SCORE, LABELS = "score", "labels"


def profile(rows: Rows, what: Known, odds: Reals) -> Card:
    """How the training's inputs, scores and verdicts were distributed; for the model's card."""
    columns = [*zip(rows.names, rows.inputs.T, strict=True), (SCORE, odds)]
    shapes = {name: _shape(np.asarray(values, np.float64), rows.stands_for) for name, values in columns}
    found = what.manipulated[what.reviewed]
    share = float(found.mean()) if found.size else None
    return {"rows": len(rows), "shapes": shapes, LABELS: share}


def drift_day(home: Home, day: date) -> dict[str, Any]:
    """Hold a scored night against the training of the model that scored it, into `drift`.

    Says of how many inputs, and whether of the scores or verdicts, it differs, and whether that asks for a training.
    Where no model serves, nothing is assessed.
    """
    version, lake = in_service(home, day), Lake.of(home)
    rows = LAKE["drift"].schema.empty_table()
    if version is not None:
        with engine(home) as connection:
            rows = _assessed(connection, lake, load(home, version), day)
    if version is not None or day in lake.days("drift"):
        lake.replace_day("drift", day, rows)
    names = rows["what"].to_pylist()
    drifted = [name for name, is_so in zip(names, rows["drifted"].to_pylist(), strict=True) if is_so]
    inputs = [name for name in drifted if name not in (SCORE, LABELS)]
    wanted = len(inputs) > MANY * max(len(names) - 2, 1) or len(drifted) > len(inputs)
    return {"assessed": len(names), "drifted": drifted, "retrain": wanted}


def _assessed(connection: duckdb.DuckDBPyConnection, lake: Lake, model: Model, day: date) -> pa.Table:
    profiled = model.card["profile"]
    night = night_rows(connection, lake, model.classifier.names, day)
    scores = connection.execute(
        f"SELECT score FROM {lake.sql('scores', day, day)} WHERE p_value IS NOT NULL"
    ).fetchnumpy()["score"]
    columns = {name: np.asarray(values, np.float64) for name, values in zip(night.names, night.inputs.T, strict=True)}
    columns[SCORE] = log_odds(np.asarray(scores, np.float64))
    found: list[tuple[str, float | None, float | None]] = [
        (name, *_compared(profiled, name, values)) for name, values in columns.items() if values.size
    ]
    found.append((LABELS, *_verdicts(connection, lake, profiled[LABELS], day)))
    names, index, p = zip(*found, strict=True)
    tested = np.array([value if value is not None else np.nan for value in p], np.float64)
    q = _adjusted(tested)
    large = np.array([value is None or value >= LARGE for value in index])
    with np.errstate(invalid="ignore"):
        drifted = large & (q <= FALSE_ALARMS)
    columns_out = {
        DAY: [day] * len(names),
        "what": list(names),
        "stability_index": list(index),
        "p_value": pa.array(tested, from_pandas=True),
        "q_value": pa.array(q, from_pandas=True),
        "drifted": drifted,
        "model_version": [model.version] * len(names),
    }
    return pa.table(columns_out, schema=LAKE["drift"].schema)


def _shape(values: Reals, count: Reals) -> dict[str, list[float]]:
    """Cuts between the parts, and the share of each part, that of the nulls last."""
    known = ~np.isnan(values)
    if not known.any():
        return {"cuts": [], "shares": [0.0, 1.0]}
    cuts = np.unique(np.quantile(values[known], np.linspace(0, 1, PARTS + 1)[1:-1], method="inverted_cdf"))
    return {"cuts": cuts.tolist(), "shares": (_counts(values, cuts, count) / count.sum()).tolist()}


def _counts(values: Reals, cuts: Reals, count: Reals) -> Reals:
    part = np.where(np.isnan(values), cuts.size + 1, np.searchsorted(cuts, values, side="left"))
    return np.asarray(np.bincount(part, count, cuts.size + 2), np.float64)


def _compared(profiled: Card, name: str, values: Reals) -> tuple[float, float]:
    """Population stability index, and the p-value of a chi-squared test of one distribution in both."""
    shape = profiled["shapes"][name]
    expected = np.array(shape["shares"])
    seen = _counts(values, np.array(shape["cuts"]), np.ones(values.size))
    now = seen / seen.sum()
    one, other = np.maximum(expected, EMPTY), np.maximum(now, EMPTY)
    index = float(np.sum((other - one) * np.log(other / one)))
    table = np.vstack([expected * profiled["rows"], seen])
    table = table[:, table.sum(axis=0) > 0]
    p = float(stats.chi2_contingency(table, correction=False).pvalue) if table.shape[1] > 1 else 1.0
    return index, p


def _verdicts(
    connection: duckdb.DuckDBPyConnection, lake: Lake, trained_on: float | None, day: date
) -> tuple[None, float | None]:
    """The p-value of the share of recent verdicts that say manipulated; null where there are none."""
    recent = connection.execute(
        f"""SELECT count(*) FILTER (verdict = 'manipulated'), count(*) FROM {lake.sql("labels")}
            WHERE verdict <> 'unclear' AND day > $first AND day <= $last""",
        {"first": day - timedelta(days=RECENT_DAYS), "last": day},
    ).fetchone()
    said, every = recent or (0, 0)
    if not every or trained_on is None:
        return None, None
    return None, float(stats.binomtest(said, every, trained_on).pvalue)


def _adjusted(p: Reals) -> Reals:
    """Benjamini and Hochberg's q-values; null in, null out."""
    q, known = np.full(p.size, np.nan), ~np.isnan(p)
    q[known] = stats.false_discovery_control(p[known]) if known.any() else q[known]
    return q
