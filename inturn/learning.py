"""A training, as the command does it at once and the scheduler as tasks, each step holding the home for writing."""

from collections.abc import Callable
from datetime import date
from typing import Any

from data.home import Home
from detection.learning.training import (
    build_rows,
    collect_labels,
    evaluate_model,
    promote_model,
    shadow_model,
    train_model,
)

#: what follows upon the labels, in order
STEPS: dict[str, Callable[[Home, date], dict[str, Any]]] = {
    "build": build_rows,
    "train": train_model,
    "evaluate": evaluate_model,
    "shadow": shadow_model,
    "promote": promote_model,
}


def labels(home: Home, as_of: date) -> dict[str, Any]:
    """The verdicts known at the end of a day; `missing`: how many more of which kind a training needs."""
    with home.writing(f"the labels as of {as_of}"):
        return collect_labels(home, as_of)


def learn(home: Home, as_of: date, step: str) -> dict[str, Any]:
    """One of the `STEPS`."""
    with home.writing(f"the training as of {as_of}: {step}"):
        return STEPS[step](home, as_of)
