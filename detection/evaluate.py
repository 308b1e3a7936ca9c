"""The judge: holds what a home found against a known truth, beside what other means find on the same bookings."""

from datetime import date
from pathlib import Path

from data.home import Home
from data.progress import Progress, Silent
from detection.evaluation.ages import by_age
from detection.evaluation.calibration import calibration
from detection.evaluation.cases import MONTH_DAYS, cases
from detection.evaluation.checkups import checkups
from detection.evaluation.groups import by, by_centre, first_flags
from detection.evaluation.inputs import load
from detection.evaluation.peers import PEERS, peers
from detection.evaluation.ranking import curve, flagged, in_budget, ranking
from detection.evaluation.report import Report

#: cases that an inspector has time for in a night (design, who it serves)
BUDGET = 20


def evaluate(
    home: Home, truth: Path, first: date, last: date, *, budget: int = BUDGET, progress: Progress | None = None
) -> Report:
    """Judge the nights from `first` to `last` of a home against a truth file (`data/truth.py`).

    `budget`: bookings that can be looked at each night. Raises `UserError` for a truth that cannot be read or is not
    about this home's bookings, and for days whose nights were not run.
    """
    progress = progress or Silent()
    progress.start("Judging", 2 + len(PEERS))
    inputs = load(home, truth, first, last)
    bookings = inputs.bookings
    score = bookings["score"].where(bookings["assessed"])
    within = in_budget(bookings, -bookings["rank"].astype(float), budget)
    centres = int(bookings["centre_id"].nunique())
    months = centres * ((last - first).days + 1) / MONTH_DAYS
    own = ranking(bookings, score, within, budget)
    progress.advance(1, "the product")
    return Report(
        first=first,
        last=last,
        nights=inputs.nights,
        centres=centres,
        not_assessed=int((~bookings["assessed"]).sum()),
        undecided=inputs.undecided,
        outside=inputs.outside,
        ranking=own,
        curve=curve(bookings, score),
        flagged=flagged(bookings),
        false_per_100_centre_months=100 * int((bookings["flagged"] & ~bookings["positive"]).sum()) / months,
        schemes=by(bookings, "scheme", score, within, budget),
        rings=by(bookings, "ring", score, within, budget),
        by_centre=by_centre(bookings, score, within, budget),
        first_flags=first_flags(bookings, within),
        ages=by_age(bookings),
        calibration=calibration(bookings),
        cases=cases(inputs),
        checkups=checkups(inputs),
        peers=peers(home, inputs, budget, progress),
    )
