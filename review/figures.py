"""Figures over all cases: what came of them, how often each flag was right, and what nobody saw."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from django.db.models import Count, Q
from django.utils import timezone

from detection.learning.estimates import Estimate, total
from review.models import Case, Covered

#: days after which an open case counts as old, and as very old
AGES = (7, 30)
#: how many decided bookings the precision of flags is computed from, the latest first
DECIDED = 20_000


@dataclass(frozen=True)
class Precision:
    """Of the decided bookings on which a flag fired, how many were found manipulated."""

    flag: str
    manipulated: int
    lawful: int

    @property
    def share(self) -> float:
        """Between 0 and 1; unclear ones do not count."""
        return self.manipulated / (self.manipulated + self.lawful)


@dataclass(frozen=True)
class Missed:
    """What the random audit says of bookings that nothing brought up: each verdict weighed by 1 / its probability.

    `estimate` is of the manipulated bookings of the nights from which something was drawn, with its 95 % interval; null
    where no drawn booking has been decided.
    """

    decided: int
    manipulated: int
    estimate: Estimate | None
    waiting: int


def by_state() -> dict[str, int]:
    """Cases by where they stand."""
    return dict(Case.objects.values_list("state").annotate(count=Count("pk")))


def by_verdict() -> dict[str, int]:
    """Bookings by the verdict that stands and counts."""
    final = Q(decision__confirmed_at__isnull=False) | ~Q(decision__verdict="manipulated")
    found = Covered.objects.filter(final, stands=True).values_list("decision__verdict").annotate(count=Count("pk"))
    return dict(found)


def open_by_age() -> dict[str, int]:
    """Open cases by the days since they were opened."""
    today = timezone.localdate()
    young, old = (today - timedelta(days=days) for days in AGES)
    return Case.objects.filter(state="open").aggregate(
        young=Count("pk", filter=Q(opened_on__gt=young)),
        middle=Count("pk", filter=Q(opened_on__lte=young, opened_on__gt=old)),
        old=Count("pk", filter=Q(opened_on__lte=old)),
    )


def precision() -> list[Precision]:
    """Of each flag, over the decided bookings on which it fired; of a drawn one nothing need have fired."""
    counted: dict[str, Counter[str]] = {}
    rows = _final().filter(booking__case__drawn=False).exclude(decision__verdict="unclear").order_by("-pk")
    for verdict, reasons in rows.values_list("decision__verdict", "booking__reasons")[:DECIDED].iterator():
        for reason in reasons:
            counted.setdefault(reason["flag"], Counter())[verdict] += 1
    found = [Precision(flag, seen["manipulated"], seen["lawful"]) for flag, seen in sorted(counted.items())]
    return sorted(found, key=lambda row: (-row.share, row.flag))


def missed() -> Missed:
    """What the random audit says."""
    drawn = _final().filter(booking__case__drawn=True).exclude(decision__verdict="unclear")
    said = drawn.exclude(booking__selection_probability=None)
    verdicts = list(said.values_list("decision__verdict", "booking__selection_probability")[:DECIDED])
    bad = np.array([verdict == "manipulated" for verdict, _ in verdicts], np.float64)
    stands_for = 1 / np.array([probability for _, probability in verdicts], np.float64)
    return Missed(
        decided=len(verdicts),
        manipulated=int(bad.sum()),
        estimate=total(bad, stands_for) if verdicts else None,
        waiting=Case.objects.filter(drawn=True).exclude(state="decided").count(),
    )


def _final() -> Any:
    final = Q(decision__confirmed_at__isnull=False) | ~Q(decision__verdict="manipulated")
    return Covered.objects.filter(final, stands=True)
