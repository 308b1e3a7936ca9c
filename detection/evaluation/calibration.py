"""Whether a score of 0.9 means that nine in ten are manipulated."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

#: equally wide steps of the score in the reliability table
STEPS = 10


@dataclass(frozen=True)
class Step:
    """Bookings with a score from `low` to `high`: their mean score and the share of positives among them."""

    low: float
    high: float
    bookings: int
    mean_score: float
    positives: float


@dataclass(frozen=True)
class Calibration:
    """`brier`: mean squared difference of score and truth (Brier 1950), 0 is best; `base_brier`: what stating the
    base rate of every booking reaches. `steps`: the reliability table, without empty steps.
    """

    brier: float
    base_brier: float
    steps: list[Step]


def calibration(bookings: pd.DataFrame) -> Calibration | None:
    """Measure the scores of the assessed bookings; null where there are none."""
    assessed = bookings[bookings["assessed"]]
    if assessed.empty:
        return None
    score, truth = assessed["score"].to_numpy(), assessed["positive"].to_numpy(dtype=float)
    place = np.minimum((score * STEPS).astype(int), STEPS - 1)
    steps = []
    for number in range(STEPS):
        inside = place == number
        if inside.any():
            mean, positives = float(score[inside].mean()), float(truth[inside].mean())
            steps.append(Step(number / STEPS, (number + 1) / STEPS, int(inside.sum()), mean, positives))
    base = float(truth.mean())
    return Calibration(float(np.mean((score - truth) ** 2)), base * (1 - base), steps)
