"""The model: gradient-boosted trees that may not contradict what is certain by definition.

scikit-learn's HistGradientBoostingClassifier takes nulls as they are and keeps to the directions that features declare
(`monotone`): more people passed can never lower what it says. Shallow and slow, since verdicts are few.
"""

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from detection.learning.rows import Matrix, Reals
from detection.reasons import LABEL_FREE
from features.declare import all_features

#: fixed, so that the same rows give the same model
SEED = 20260302
#: models of the same rows that differ in the inputs that they may cut by, and are averaged: of few verdicts each one
#: makes something else (on the tuning world three of them gained 0.01 of average precision)
MEMBERS = 4
#: chosen on the first 26 nights of the camouflaged world of seed 1, where twice or half of each changed little
PARAMETERS: dict[str, Any] = {
    "learning_rate": 0.05,
    "max_iter": 80,
    "max_leaf_nodes": 8,
    "min_samples_leaf": 10,
    "l2_regularization": 5.0,
    "max_features": 0.3,
}


def directions(names: tuple[str, ...]) -> list[int]:
    """Of each input 1 where more of it cannot make a booking less suspicious, -1 where less cannot, 0: not declared."""
    declared = {name: feature.monotone for name, feature in all_features().items()}
    return [1 if name == LABEL_FREE else declared.get(name, 0) for name in names]


class Classifier:
    """Trees over the inputs `names`; what they say is the mean of the members' log-odds."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.members = [
            HistGradientBoostingClassifier(
                **PARAMETERS, monotonic_cst=directions(names), early_stopping=False, random_state=SEED + number
            )
            for number in range(MEMBERS)
        ]

    def fit(self, inputs: Matrix, manipulated: npt.NDArray[np.bool_], weight: Reals) -> "Classifier":
        """Learn from rows of `inputs` (NaN: not assessed), each counting `weight`; both answers must occur."""
        # an input that was never assessed says nothing, and scikit-learn 1.9 stumbles over it
        silent = np.isnan(inputs).all(axis=0)
        known = np.where(silent, np.float32(0), inputs)

        def learn(member: HistGradientBoostingClassifier) -> None:
            with threadpool_limits(1, "openmp"):  # so few rows are learnt faster alone: threads wait for each other
                member.fit(known, manipulated, sample_weight=weight)

        with ThreadPoolExecutor(os.cpu_count()) as pool:  # the members know nothing of each other
            list(pool.map(learn, self.members))
        return self

    def log_odds(self, inputs: Matrix) -> Reals:
        """What the trees say of each row."""
        return np.asarray(np.mean([member.decision_function(inputs) for member in self.members], axis=0), np.float64)

    def contributions(self, inputs: Matrix) -> tuple[float, Reals]:
        """What each input adds to the log-odds of each row, and what is there before any: together just `log_odds`.

        Shapley values of trees (Lundberg et al. 2020, Nature Machine Intelligence 2:56), exact.
        """
        import shap  # noqa: PLC0415 # seconds to import, and needed only where something is explained

        told = [shap.TreeExplainer(member)(inputs) for member in self.members]
        base = float(np.mean([np.ravel(each.base_values)[0] for each in told]))
        return base, np.asarray(np.mean([each.values for each in told], axis=0), np.float64)


def digest(names: tuple[str, ...], *parts: bytes) -> str:
    """A name for a model: the same inputs, settings and rows give the same. Without rows: for what it learns from."""
    said = json.dumps([names, PARAMETERS, MEMBERS, directions(names), SEED]).encode()
    return hashlib.sha256(b"".join([said, *parts])).hexdigest()[:12]
