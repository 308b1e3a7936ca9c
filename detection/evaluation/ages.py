"""Whether the judgement errs more with citizens of some ages than of others."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from detection.evaluation.ranking import Share, share

#: ages in years at which a group begins; 60 is the age of most priority classes (features/catalogue/priority.py)
FROM = (0, 30, 45, 60, 75)
UNKNOWN = "unknown"


@dataclass(frozen=True)
class AgeGroup:
    """Bookings by the age that their citizen reaches in the year of service; `ages` is unknown where no birth year is.

    `false_alarms`: the share of the innocent that was flagged (null: none innocent); `recall`: the share of the
    positives that was (null: none positive). `mean_score` and `brier` (as in `Calibration`) are of the assessed, null
    where none was: a score is fair to a group if its mean is the share `assessed_positives` of `assessed`.
    """

    ages: str
    bookings: int
    positives: int
    flagged: int
    false_alarms: Share | None
    recall: Share | None
    assessed: int
    assessed_positives: int
    mean_score: float | None
    brier: float | None


def by_age(bookings: pd.DataFrame) -> list[AgeGroup]:
    """Every group that has bookings, the youngest first, those of unknown age last; `age` is null where unknown."""
    names = [f"{low} to {high - 1}" for low, high in pairwise(FROM)] + [f"{FROM[-1]} and older"]
    place = np.digitize(bookings["age"], FROM[1:])  # null sorts behind every number
    group = np.where(bookings["age"].isna(), len(names), place)
    return [
        _group([*names, UNKNOWN][number], bookings[group == number])
        for number in range(len(names) + 1)
        if (group == number).any()
    ]


def _group(ages: str, part: pd.DataFrame) -> AgeGroup:
    positive, flagged = part["positive"], part["flagged"]
    known = part[part["assessed"]]
    wrong = known["score"] - known["positive"].astype(float)
    return AgeGroup(
        ages=ages,
        bookings=len(part),
        positives=int(positive.sum()),
        flagged=int(flagged.sum()),
        false_alarms=share(int((flagged & ~positive).sum()), int((~positive).sum())),
        recall=share(int((flagged & positive).sum()), int(positive.sum())),
        assessed=len(known),
        assessed_positives=int(known["positive"].sum()),
        mean_score=None if known.empty else float(known["score"].mean()),
        brier=None if known.empty else float((wrong**2).mean()),
    )
