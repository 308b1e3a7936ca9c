"""All that a judgement comes to."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from detection.evaluation.ages import AgeGroup
from detection.evaluation.calibration import Calibration
from detection.evaluation.cases import Cases
from detection.evaluation.checkups import Checkups
from detection.evaluation.groups import FirstFlag, Group
from detection.evaluation.peers import Peer
from detection.evaluation.ranking import Curve, Flagged, Ranking


@dataclass(frozen=True)
class Report:
    """The nights `first` to `last` judged; each part says what its figures mean, null is not assessed.

    `not_assessed`: bookings without a p-value; `undecided`: planted but not carried out, neither right nor wrong;
    `outside`: planted, but not among the scored. `false_per_100_centre_months`: wrongly flagged bookings in a hundred
    months of one centre.
    """

    first: date
    last: date
    nights: int
    centres: int
    not_assessed: int
    undecided: int
    outside: int
    ranking: Ranking
    curve: Curve | None
    flagged: Flagged
    false_per_100_centre_months: float
    schemes: list[Group]
    rings: list[Group]
    by_centre: list[Group]
    first_flags: list[FirstFlag]
    ages: list[AgeGroup]
    calibration: Calibration | None
    cases: Cases | None
    checkups: Checkups | None
    peers: list[Peer]

    def as_json(self) -> str:
        """The report as JSON: the names and meanings of the dataclasses; days as text."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, default=_day) + "\n"


def _day(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a report")
