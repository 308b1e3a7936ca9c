"""What is judged: the scored bookings of some nights beside the truth about them."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from data.engine import engine
from data.errors import UserError
from data.home import Home
from data.lake import Lake
from data.truth import WITHHELD, read_truth

#: beside the truth of a synthetic world: what was made, with every centre's capacity
WORLD_FILE = "world.json"


@dataclass(frozen=True)
class Inputs:
    """Findings and truth of the nights from `first` to `last`.

    `bookings`: one row a scored booking with `service_day`, `centre_id`, `booking_id`, `score`, `assessed` (it has a
    p-value), `flagged`, `rank`, `case_id`, `age` (reached in the year of service; null: unknown), and from the truth
    `scheme`, `ring`, `positive` (planted and carried out).
    `undecided`: planted bookings that were not carried out; they are neither right nor wrong and not in `bookings`.
    `outside`: planted bookings that none of these nights scored. `cases`, `checkups`: the tables; no rows where the
    product made none. `withheld`: the centres that withhold quota. `capacity`: people a day that a centre can truly
    serve, as far as known.
    """

    first: date
    last: date
    nights: int
    bookings: pd.DataFrame
    undecided: int
    outside: int
    cases: pd.DataFrame
    checkups: pd.DataFrame
    withheld: frozenset[str]
    capacity: dict[str, float]


def load(home: Home, truth_file: Path, first: date, last: date) -> Inputs:
    """Bring scores and truth together.

    Raises `UserError` if no night of these days was run, or if there are planted bookings and none of them is among
    those that were scored: then the truth is another world's.
    """
    truth = read_truth(truth_file).to_pandas()
    lake = Lake.of(home)
    with engine(home) as connection:
        scores = _scores(connection, lake, first, last)
        cases = connection.execute(
            f"SELECT * FROM {lake.sql('cases')} WHERE last_day >= ? AND opened_on <= ?", [first, last]
        ).df()
        checkups = connection.execute(
            f"SELECT * FROM {lake.sql('checkups')} WHERE from_day >= ? AND to_day <= ?", [first, last]
        ).df()
    if scores.empty:
        raise UserError(
            f"no night from {first} to {last} has been run",
            where=str(home.root),
            next_step=f"Run: inturn run --from {first} --to {last}",
        )
    planted = truth[truth["booking_id"].notna()].drop(columns=["capacity_per_day", "clerk_id"])
    joined = scores.merge(planted, on=["centre_id", "booking_id"], how="left")
    known = joined["scheme"].notna()
    if len(planted) and not known.any():
        raise UserError(
            f"none of the {len(planted):,} planted bookings is among the {len(scores):,} that were scored",
            where=str(truth_file),
            next_step="Give the truth of the world that this home took in, and nights in which something was planted.",
        )
    carried_out = joined["carried_out"].fillna(False).astype(bool)
    return Inputs(
        first=first,
        last=last,
        nights=int(scores["service_day"].nunique()),
        bookings=joined[~known | carried_out].assign(positive=carried_out).drop(columns="carried_out"),
        undecided=int((known & ~carried_out).sum()),
        outside=len(planted) - int(known.sum()),
        cases=cases,
        checkups=checkups,
        withheld=frozenset(truth.loc[truth["scheme"] == WITHHELD, "centre_id"]),
        capacity=_capacity(truth, truth_file),
    )


def _scores(connection: duckdb.DuckDBPyConnection, lake: Lake, first: date, last: date) -> pd.DataFrame:
    rows: pd.DataFrame = connection.execute(
        f"""SELECT service_day, centre_id, booking_id, score, p_value IS NOT NULL AS assessed, flagged, rank, case_id,
                CAST(year(service_day) - applicant_birth_year AS DOUBLE) AS age
            FROM {lake.sql("scores", first, last)} LEFT JOIN
                (SELECT service_day, centre_id, booking_id, applicant_birth_year
                FROM {lake.sql("bookings", first, last)}) USING (service_day, centre_id, booking_id)
            ORDER BY service_day, rank, centre_id, booking_id"""
    ).df()
    return rows


def _capacity(truth: pd.DataFrame, truth_file: Path) -> dict[str, float]:
    """Every centre's where a world's own file says it, else those of the truth."""
    world = truth_file.with_name(WORLD_FILE)
    if world.is_file():
        try:
            if said := json.loads(world.read_text(encoding="utf-8")).get("capacity_per_day"):
                return {str(centre): float(capacity) for centre, capacity in said.items()}
        except (ValueError, AttributeError, TypeError, RecursionError) as error:
            raise UserError(
                "the description of the world cannot be read",
                where=str(world),
                next_step="Make the world again, or move the truth file away from it.",
            ) from error
    known = truth[truth["capacity_per_day"].notna()]
    return dict(zip(known["centre_id"], known["capacity_per_day"], strict=True))
