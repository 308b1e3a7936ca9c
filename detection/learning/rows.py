"""What is learnt from: the bookings of some nights with what is measured and weighed of each, beside the verdicts.

Reviewed bookings are all there; of the others a sample stands for all, drawn by a hash of their key, so that a rerun
draws the same and five million bookings need no more memory than some ten thousand. Half of it is drawn evenly and half
in proportion to the score without a model, since nearly all bookings are alike and those that are not teach most.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from data.lake import Lake
from detection.reasons import LABEL_FREE, WEIGHT
from features.declare import all_features

Reals = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32]

#: bookings without a verdict that stand for all of them, about
SAMPLE_ROWS = 20_000
#: counts of the same thing over other windows would count four times
REPEATED = ("_1d", "_7d", "_90d")
#: log-odds beyond which nothing is believed: one in a million
MOST_ODDS = float(np.log(1e6))
#: of a booking's columns those that say whom it is about, for errors by group
ABOUT = ("service_day", "centre_id", "booking_id", "age_group")
#: ages at which the groups begin whose errors are reported; the birth year is no input
AGE_FROM = (35, 60)


@dataclass(frozen=True)
class Rows:
    """Bookings: `about` (`ABOUT`), `inputs` (a column each of `names`, NaN: not assessed), `label_free` (the score
    without a model), `stands_for` (how many bookings of its kind each stands for).
    """

    about: pd.DataFrame
    names: tuple[str, ...]
    inputs: Matrix
    label_free: Reals
    stands_for: Reals

    def __len__(self) -> int:
        return len(self.about)

    def take(self, places: npt.NDArray[np.int64]) -> "Rows":
        """Only the bookings at these places, in their order."""
        return Rows(
            self.about.iloc[places].reset_index(drop=True),
            self.names,
            self.inputs[places],
            self.label_free[places],
            self.stands_for[places],
        )

    @cached_property
    def day(self) -> npt.NDArray[np.datetime64]:
        """The service day of each."""
        return self.about["service_day"].to_numpy("datetime64[D]")


def log_odds(probability: Reals) -> Reals:
    """Of probabilities, bounded to `MOST_ODDS`; null in, null out."""
    edge = 1 / (1 + np.exp(MOST_ODDS))
    bounded = np.clip(probability, edge, 1 - edge)
    return np.asarray(np.log(bounded / (1 - bounded)), np.float64)


def probability(odds: Reals) -> Reals:
    """Of log-odds."""
    return np.asarray(1 / (1 + np.exp(-odds)), np.float64)


def input_names(lake: Lake) -> tuple[str, ...]:
    """The model's inputs: every feature, what each flag weighs and what is lent, and the score without a model.

    What a lake has no column of yet is no input.
    """
    measured = {field.name for field in lake.fields("features")}
    weighed = [field.name for field in lake.fields("grounds") if field.name.endswith(WEIGHT)]
    features = [name for name in all_features() if name in measured and not name.endswith(REPEATED)]
    return (*features, *sorted(weighed), LABEL_FREE)


def night_rows(connection: duckdb.DuckDBPyConnection, lake: Lake, names: tuple[str, ...], day: date) -> Rows:
    """All bookings of a night that the flags could assess."""
    return _rows(connection.execute(_select(lake, names, (day, day), "1.0")).to_arrow_table(), names)


def training_rows(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    names: tuple[str, ...],
    days: tuple[date, date],
    reviewed: pd.DataFrame,
    sample: int = SAMPLE_ROWS,
) -> Rows:
    """The bookings of these nights: all that are `reviewed` (`centre_id`, `booking_id`; a row a verdict, each booking
    comes once), and a sample of the others.

    Each of the others is drawn with a probability of its own, and stands for 1 over it (Horvitz and Thompson 1952).
    """
    judged = reviewed[["centre_id", "booking_id"]].drop_duplicates()
    connection.register("reviewed", pa.Table.from_pandas(judged, preserve_index=False))
    found = connection.execute(
        f"""SELECT count(*), coalesce(sum(label_free ORDER BY service_day, centre_id, booking_id), 0)
            FROM {lake.sql("grounds", *days)} ANTI JOIN reviewed USING (centre_id, booking_id)
            WHERE label_free IS NOT NULL"""
    ).fetchone()
    others, suspected = found or (0, 0.0)
    each, by_score = (sample / 2 / max(total, 1e-9) for total in (others, suspected))
    chance = f"CASE WHEN r.booking_id IS NULL THEN least(1.0, {each!r} + {by_score!r} * label_free) ELSE 1.0 END"
    # 53 bits of a hash of the key, as a number in [0, 1)
    drawn = "(md5_number_lower(concat_ws('|', service_day, centre_id, booking_id)) >> 11) / 9007199254740992.0"
    statement = _select(
        lake,
        names,
        days,
        f"1 / ({chance})",
        joined="LEFT JOIN reviewed r USING (centre_id, booking_id)",
        chosen=f"{drawn} < {chance}",
    )
    return _rows(connection.execute(statement).to_arrow_table(), names)


def _select(
    lake: Lake, names: tuple[str, ...], days: tuple[date, date], stands_for: str, joined: str = "", chosen: str = "true"
) -> str:
    key = "(service_day, centre_id, booking_id)"
    inputs = (f'CAST("{name}" AS FLOAT) AS "{name}"' for name in names if name != LABEL_FREE)
    return f"""SELECT service_day, centre_id, booking_id, {_age_group()} AS age_group, label_free,
            CAST({stands_for} AS DOUBLE) AS stands_for, {", ".join(inputs)}
        FROM {lake.sql("grounds", *days)} g JOIN {lake.sql("features", *days)} f USING {key}
        JOIN (SELECT service_day, centre_id, booking_id, applicant_birth_year FROM {lake.sql("bookings", *days)}) b
            USING {key} {joined}
        WHERE label_free IS NOT NULL AND ({chosen}) ORDER BY service_day, centre_id, booking_id"""


def _age_group() -> str:
    age, (young, old) = "year(service_day) - applicant_birth_year", AGE_FROM
    return f"""CASE WHEN {age} < {young} THEN 'below {young}' WHEN {age} < {old} THEN '{young} to {old - 1}'
        WHEN {age} >= {old} THEN '{old} and over' ELSE 'unknown' END"""


def _rows(table: pa.Table, names: tuple[str, ...]) -> Rows:
    label_free = table["label_free"].to_numpy()
    columns = [
        log_odds(label_free).astype(np.float32) if name == LABEL_FREE else table[name].to_numpy() for name in names
    ]
    about = table.select(ABOUT).to_pandas()
    return Rows(about, names, np.column_stack(columns).astype(np.float32), label_free, table["stands_for"].to_numpy())
