"""How unusual each booking of the night is among all that is measured of it, whatever it means."""

from datetime import date

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.home import Home
from data.lake import Lake
from detection.conformal import conformal_p
from detection.judging import earlier_days
from detection.models.forest import Forest
from features.declare import all_features

Reals = npt.NDArray[np.float64]

#: rows that the forest learns from and rows that its scores are ranked among, at most
SAMPLE_ROWS = 50_000

#: bookings that are scored at once: memory stays bounded
BATCH_ROWS = 100_000

#: `model_version` of a night without any booking to score
NO_MODEL = "none"

#: counts of the same thing over other windows would count four times
REPEATED = ("_1d", "_7d", "_90d")


def strangeness(home: Home, lake: Lake, connection: duckdb.DuckDBPyConnection, day: date) -> tuple[str, Reals]:
    """The night's forest and its p-values, in the order of centre and booking: how often an earlier booking of the
    centre that was not more likely manipulated than not is as unusual.

    Half of a sample of the past is learnt from, the other half ranks the scores (split conformal). A first night has
    no past and is compared with itself.
    """
    names = [name for name in all_features() if not name.endswith(REPEATED)]
    sample, night = _sample(home, lake, connection, day, names), _night(lake, connection, day, names)
    if not (sample.num_rows and night.num_rows):
        return NO_MODEL, np.full(night.num_rows, np.nan)
    learn = sample["learn"].to_numpy()
    if learn.all() or not learn.any():  # a handful of bookings in all
        learn = rank = np.ones(learn.size, np.bool_)
    else:
        rank = ~learn
    model = Forest(names).fit(_matrix(sample.filter(learn), names))
    model.save(home.path("models"))
    ranked = sample.filter(rank)
    scores = [
        model.score(_matrix(night.slice(start, BATCH_ROWS), names)) for start in range(0, night.num_rows, BATCH_ROWS)
    ]
    p = conformal_p(
        np.concatenate(scores),
        night["centre_id"].to_numpy(),
        model.score(_matrix(ranked, names)),
        ranked["centre_id"].to_numpy(),
    )
    return model.version, p


def _sample(home: Home, lake: Lake, connection: duckdb.DuckDBPyConnection, day: date, names: list[str]) -> pa.Table:
    """Bookings of earlier nights, suspects left out; of the night itself where there are none."""
    first, last = earlier_days(home, day)
    past = lake.sql("features", day, day)
    if lake.files("features", first, last):
        past = f"""(SELECT f.* FROM {lake.sql("features", first, last)} f ANTI JOIN
            (SELECT service_day, centre_id, booking_id FROM {lake.sql("grounds", first, last)} WHERE label_free > 0.5) s
            USING (service_day, centre_id, booking_id))"""
    # a hash of the key draws the same sample on every run
    return connection.execute(
        f"""SELECT centre_id, {_listed(names)}, key % 2 = 0 AS learn FROM (
                SELECT *, md5_number_lower(concat_ws('|', service_day, centre_id, booking_id)) AS key FROM {past}
            ) ORDER BY key LIMIT {2 * SAMPLE_ROWS}"""
    ).to_arrow_table()


def _night(lake: Lake, connection: duckdb.DuckDBPyConnection, day: date, names: list[str]) -> pa.Table:
    return connection.execute(
        f"""SELECT centre_id, {_listed(names)} FROM {lake.sql("findings", day, day)}
            LEFT JOIN {lake.sql("features", day, day)} USING (service_day, centre_id, booking_id)
            ORDER BY centre_id, booking_id"""
    ).to_arrow_table()


def _listed(names: list[str]) -> str:
    return ", ".join(f'CAST("{name}" AS FLOAT) AS "{name}"' for name in names)


def _matrix(rows: pa.Table, names: list[str]) -> np.ndarray:
    return np.column_stack([rows[name].to_numpy().astype(np.float32) for name in names])
