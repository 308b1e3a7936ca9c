"""How far the model is believed beside the score without a model: not at all before it has been right.

Both speak in log-odds, and the blend is a mean of the two. The model's part is the one with the least loss on nights
that followed those it was trained on, and is then shrunk by how few independent verdicts say so. With no verdicts it is
zero, and the score is just what it is without them. Centres for which the model did worse keep that score, too.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from detection.learning.counting import WRONG_VERDICTS, Bools
from detection.learning.rows import Reals, Rows, log_odds, probability

#: verdicts of the rarer kind at which half of what the later nights favour is believed
HALF_BELIEVED = 10.0
#: steps in which the part of the model is looked for
STEPS = np.linspace(0.0, 1.0, 21)
#: how strongly the calibration is held to leaving the log-odds as they are, in verdicts
HELD = 5.0


@dataclass(frozen=True)
class Blend:
    """`share`: the model's part in the log-odds, 0 to 1; `slope` and `offset` calibrate what the model says; `without`:
    centres that keep the score without a model.
    """

    share: float
    slope: float
    offset: float
    without: tuple[str, ...] = ()

    def odds(self, label_free: Reals, model: Reals) -> Reals:
        """The blended log-odds; `label_free` and `model` are log-odds."""
        if not self.share:
            return label_free
        return np.asarray((1 - self.share) * label_free + self.share * (self.slope * model + self.offset))

    def scores(self, rows: Rows, model: Reals) -> Reals:
        """The score of each of these bookings; `model`: the log-odds that the model gives it."""
        if not self.share:
            return rows.label_free
        together = probability(self.odds(log_odds(rows.label_free), model))
        return np.where(self.keeps(rows), rows.label_free, together)

    def keeps(self, rows: Rows) -> Bools:
        """Which of the bookings keep the score without a model."""
        return np.asarray(rows.about["centre_id"].astype(str).isin(self.without), np.bool_)


#: of a model that has not been tested: nothing of it
NOTHING = Blend(0.0, 1.0, 0.0)


def loss(odds: Reals, manipulated: Reals, count: Reals) -> float:
    """Mean logarithmic loss."""
    return float(np.average(losses(odds, manipulated), weights=count))


def losses(odds: Reals, manipulated: Reals) -> Reals:
    """The logarithmic loss of each (Good 1952): what a verdict costs who gave it these odds.

    One verdict in twenty is taken to be wrong, so that no single one can cost much; 0 is what a certain, right answer
    costs.
    """
    said = probability(np.where(manipulated == 1, odds, -odds))
    expected = WRONG_VERDICTS + (1 - 2 * WRONG_VERDICTS) * said
    return np.asarray(np.log(1 - WRONG_VERDICTS) - np.log(expected), np.float64)


def effective(manipulated: Reals, count: Reals, groups: np.ndarray) -> float:
    """How many independent verdicts of the rarer kind these are worth.

    Verdicts of one group (a centre's night) say much the same and count as one; unequal counts as Kish 1965 has it.
    """
    found = []
    for kind in (0.0, 1.0):
        mine = manipulated == kind
        each = np.bincount(np.unique(groups[mine], return_inverse=True)[1], count[mine]) if mine.any() else np.zeros(1)
        found.append(each.sum() ** 2 / max(float((each**2).sum()), 1e-300))
    return float(min(found))


def blended(label_free: Reals, model: Reals, manipulated: Reals, count: Reals, groups: np.ndarray) -> Blend:
    """The blend for verdicts on nights after training; log-odds of both, a row a verdict."""
    slope, offset = _calibrated(model, manipulated, count)
    parts = [Blend(float(share), slope, offset) for share in STEPS]
    cost = [loss(part.odds(label_free, model), manipulated, count) for part in parts]
    best = parts[int(np.argmin(cost))]
    many = effective(manipulated, count, groups)
    return Blend(best.share * many / (many + HALF_BELIEVED), slope, offset)


def _calibrated(model: Reals, manipulated: Reals, count: Reals) -> tuple[float, float]:
    """Slope and offset of Platt's logistic calibration (1999), held to 1 and 0 while verdicts are few."""

    def cost(parameters: Reals) -> float:
        slope, offset = np.exp(parameters[0]), parameters[1]
        held = HELD * (parameters[0] ** 2 + offset**2 / 4)
        return float(np.sum(count * losses(slope * model + offset, manipulated)) + held)

    found = minimize(cost, np.zeros(2), method="L-BFGS-B", bounds=[(-2.0, 1.0), (-4.0, 4.0)])
    return float(np.exp(found.x[0])), float(found.x[1])
