"""Other means on the same bookings: what they reach says how much of a figure is the world's and not the product's."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from sklearn.ensemble import IsolationForest

from data.engine import engine
from data.home import Home
from data.lake import Lake
from data.progress import Progress
from detection.evaluation.inputs import Inputs
from detection.evaluation.ranking import Curve, Flagged, Ranking, curve, flagged, in_budget, ranking
from detection.flag import all_flags

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float32]]
Scores = np.ndarray[tuple[int], np.dtype[np.float64]]

KEY = ["service_day", "centre_id", "booking_id"]

#: bookings that a peer learns from, drawn at random, and that it scores at once: memory stays bounded
LEARNT, BATCH = 50_000, 50_000
SEED = 0


@dataclass(frozen=True)
class Peer:
    """A peer's name, how well it ranks, its curve, and what it flags; null: it ranks only."""

    name: str
    ranking: Ranking
    curve: Curve | None
    flagged: Flagged | None


def peers(home: Home, inputs: Inputs, budget: int, progress: Progress) -> list[Peer]:
    """Rank the bookings by each peer, which learns from the features of these very nights, without their truth.

    scikit-learn's forest takes nulls as they are, for PyOD's detectors they are filled with the feature's median of
    these nights; a feature that is null throughout is left out. The naive rule flags from the threshold of Q101 on.
    """
    bookings = inputs.bookings
    table = _features(home, inputs.first, inputs.last).reindex(pd.MultiIndex.from_frame(bookings[KEY]))
    table = table.dropna(axis="columns", how="all")
    matrix: Matrix = table.to_numpy(np.float32)
    found = []
    for name, detector in PEERS.items():
        scores = detector(matrix) if matrix.size else np.full(len(bookings), np.nan)
        found.append(_peer(name, bookings, pd.Series(scores, bookings.index), budget))
        progress.advance(1, name)
    passed = table["people_passed"].to_numpy() if "people_passed" in table else np.full(len(bookings), np.nan)
    naive = flagged(bookings.assign(flagged=passed >= all_flags()["Q101"].at_least))
    progress.advance(1, NAIVE)
    return [*found, _peer(NAIVE, bookings, pd.Series(passed, bookings.index), budget, naive)]


def _peer(name: str, bookings: pd.DataFrame, score: pd.Series, budget: int, said: Flagged | None = None) -> Peer:
    within = in_budget(bookings, score, budget)
    return Peer(name, ranking(bookings, score, within, budget), curve(bookings, score), said)


def _features(home: Home, first: date, last: date) -> pd.DataFrame:
    """As stored: nights may be older than a feature that was declared since."""
    with engine(home) as connection:
        rows: pd.DataFrame = connection.execute(f"FROM {Lake.of(home).sql('features', first, last)}").df()
    return rows.set_index(KEY)


def _filled(matrix: Matrix) -> Matrix:
    return np.where(np.isnan(matrix), np.nanmedian(matrix, axis=0), matrix)


def _learnt_from(matrix: Matrix) -> Matrix:
    chosen = np.random.default_rng(SEED).permutation(len(matrix))[:LEARNT]
    return matrix[np.sort(chosen)]


def _in_batches(score: Callable[[Matrix], Scores], matrix: Matrix) -> Scores:
    return np.concatenate([score(matrix[start : start + BATCH]) for start in range(0, len(matrix), BATCH)])


def _isolation_forest(matrix: Matrix) -> Scores:
    model = IsolationForest(random_state=SEED).fit(_learnt_from(matrix))
    return _in_batches(lambda part: -model.score_samples(part), matrix)


def _ecod(matrix: Matrix) -> Scores:
    from pyod.models.ecod import ECOD  # noqa: PLC0415 # slow to import

    matrix = _filled(matrix)
    with warnings.catch_warnings():  # of the skewness of a feature that hardly varies, which then counts for nothing
        warnings.simplefilter("ignore", RuntimeWarning)
        return _in_batches(ECOD().fit(_learnt_from(matrix)).decision_function, matrix)


def _pyod_forest(matrix: Matrix) -> Scores:
    from pyod.models.iforest import IForest  # noqa: PLC0415 # slow to import

    matrix = _filled(matrix)
    return _in_batches(IForest(random_state=SEED).fit(_learnt_from(matrix)).decision_function, matrix)


#: by name: from features (bookings x features) to a score a booking, higher is stranger
PEERS: dict[str, Callable[[Matrix], Scores]] = {
    "scikit-learn IsolationForest": _isolation_forest,
    "PyOD ECOD": _ecod,
    "PyOD IForest": _pyod_forest,
}
#: what anybody would try first
NAIVE = "most people passed"
