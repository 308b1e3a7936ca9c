"""Whether cases hold together what belongs together."""

from dataclasses import dataclass

import pandas as pd

from detection.evaluation.inputs import Inputs

#: days of a month on average (Gregorian calendar)
MONTH_DAYS = 365.2425 / 12


@dataclass(frozen=True)
class Cases:
    """`purity`: mean over the cases of the share of bookings that belong to the ring most of them belong to, where
    positives of no ring are held together by scheme and centre (null: no case has a booking of these nights).

    `completeness`: mean over the rings of the largest share of one that a single case holds (null: no rings).
    `false_cases` have no positive in them; `false_per_100_centre_months` is their number in a hundred months of one
    centre.
    """

    cases: int
    purity: float | None
    completeness: float | None
    false_cases: int
    false_per_100_centre_months: float


def cases(inputs: Inputs) -> Cases | None:
    """Measure the cases by the bookings that the scores say are in them; null where no case was made."""
    filed = inputs.bookings[inputs.bookings["case_id"].notna()]
    count = int(filed["case_id"].nunique())
    if not count and inputs.cases.empty:
        return None
    rings = filed["ring"].fillna(filed["scheme"] + " at " + filed["centre_id"]).where(filed["positive"])
    largest = filed.assign(ring=rings).groupby(["case_id", "ring"]).size().groupby("case_id").max()
    sizes = filed.groupby("case_id").size()
    purity = (largest.reindex(sizes.index).fillna(0) / sizes).mean()
    false_cases = int((~filed.groupby("case_id")["positive"].any()).sum())
    months = inputs.bookings["centre_id"].nunique() * ((inputs.last - inputs.first).days + 1) / MONTH_DAYS
    return Cases(
        count, float(purity) if count else None, _completeness(inputs.bookings), false_cases, 100 * false_cases / months
    )


def _completeness(bookings: pd.DataFrame) -> float | None:
    positive = bookings[bookings["positive"] & bookings["ring"].notna()]
    if positive.empty:
        return None
    sizes = positive.groupby("ring").size()
    largest = positive.groupby(["ring", "case_id"]).size().groupby("ring").max()
    return float((largest.reindex(sizes.index).fillna(0) / sizes).mean())
