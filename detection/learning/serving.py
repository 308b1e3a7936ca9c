"""A night's scores with the model in service, and what it adds to each, told as reasons."""

from datetime import date

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from data.errors import HomeError
from data.home import Home
from data.lake import Lake
from detection.learning.registry import AGAIN, Model, folder, in_service, load
from detection.learning.rows import Reals, Rows, log_odds, night_rows
from detection.reasons import LABEL_FREE, REST

#: scores from which on it is told what the verdicts have taught
TOLD_FROM = 0.01
#: an input is told by itself if it multiplies the odds by this or divides them by it; the others are told together
TOLD_AT_LEAST = 1.25
#: what the model in service adds: `place` of the booking in the night, `input`, its `value` (null: not assessed, or the
#: rest), and `odds`, by how much the log-odds rise
ADDED = pa.schema([("place", pa.int64()), ("input", pa.string()), ("value", pa.float64()), ("odds", pa.float64())])


def model_version(forest: str, learned: str | None) -> str:
    """What a night was scored with, in one word: the night's own forest, and the model in service if one is."""
    return f"{forest}+{learned}" if learned else forest


def learned_in(version: str) -> str | None:
    """The model that was in service, out of that word; None: none was."""
    return version.partition("+")[2] or None


def served(
    home: Home, lake: Lake, connection: duckdb.DuckDBPyConnection, day: date, label_free: Reals
) -> tuple[Reals, str | None, pd.DataFrame]:
    """The scores of a night, the model that serves on that day (None: none), and what it adds (`ADDED`).

    `label_free`: the scores without a model (null: not assessed), in the order of centre and booking, as they stand in
    `grounds`. Where no model serves they are the scores.
    """
    version = in_service(home, day)
    if version is None or np.isnan(label_free).all():
        return label_free, None, _nothing()
    model = load(home, version)
    _fits(home, lake, model)
    rows = night_rows(connection, lake, model.classifier.names, day)
    score = label_free.copy()
    known = np.flatnonzero(~np.isnan(label_free))
    score[known] = scored(model, rows)
    added = taught(model, rows, np.flatnonzero(score[known] >= TOLD_FROM))
    return score, version, added.assign(place=known[added["place"]])


def _fits(home: Home, lake: Lake, model: Model) -> None:
    """`HomeError` if the model needs what this home no longer measures."""
    there = {field.name for table in ("features", "grounds") for field in lake.fields(table)} | {LABEL_FREE}
    lacking = sorted(set(model.classifier.names) - there)
    if lacking:
        raise HomeError(
            f"the model {model.version} needs {', '.join(lacking[:5])}, which is not measured",
            where=str(folder(home)),
            next_step=AGAIN,
        )


def scored(model: Model, rows: Rows) -> Reals:
    """The score of each booking: the blend of what the flags and the model say."""
    return model.blend.scores(rows, model.classifier.log_odds(rows.inputs))


def taught(model: Model, rows: Rows, places: npt.NDArray[np.int64]) -> pd.DataFrame:
    """What the model adds to the log-odds that the bookings at these places have without a model.

    The columns are those of `ADDED`, `place` among these rows. Over a booking's rows `odds` add up to just the
    difference between its score and the one without a model, both as log-odds.
    """
    blend = model.blend
    places = places[~blend.keeps(rows)[places]]
    if not blend.share or not places.size:
        return _nothing()
    few = rows.take(places)
    base, parts = model.classifier.contributions(few.inputs)
    parts = blend.share * blend.slope * parts
    # the model's part takes the place of as much of the score without a model
    parts[:, rows.names.index(LABEL_FREE)] -= blend.share * log_odds(few.label_free)
    constant = blend.share * (blend.slope * base + blend.offset)
    told = np.abs(parts) >= np.log(TOLD_AT_LEAST)
    row, column = np.nonzero(told)
    each = pd.DataFrame(
        {
            "place": places[row],
            "input": np.array(rows.names, object)[column],
            "value": few.inputs[row, column].astype(np.float64),
            "odds": parts[row, column],
        }
    )
    rest = pd.DataFrame({"place": places, "input": REST, "value": np.nan})
    rest["odds"] = constant + np.where(told, 0.0, parts).sum(axis=1)
    return pd.concat([each, rest], ignore_index=True)


def _nothing() -> pd.DataFrame:
    nothing: pd.DataFrame = ADDED.empty_table().to_pandas()
    return nothing
