"""Decisions: what somebody found of some bookings of a case, who confirmed it, and whether it was taken back."""

from datetime import datetime
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from review.models.cases import Case, CaseBooking
from review.models.people import User

VERDICTS = {"manipulated": _("manipulated"), "lawful": _("lawful"), "unclear": _("unclear")}
#: reasons from which one is chosen, by verdict
REASONS = {
    "manipulated": {
        "called_out_of_turn": _("called out of turn without a recorded reason"),
        "record_altered": _("the record was altered"),
        "beyond_quota": _("put in beyond the quota"),
        "false_class": _("a priority class that does not hold"),
        "intermediary": _("an intermediary's booking, and who let it in"),
        "other_manipulated": _("another way, told below"),
    },
    "lawful": {
        "priority_holds": _("a priority class or a recall that holds"),
        "clerks_slip": _("a clerk's slip or a trainee's miscall"),
        "system_failure": _("the calling system failed"),
        "registered_agent": _("a registered agent or an employer"),
        "shared_device": _("a device or telephone that many share"),
        "other_lawful": _("another reason, told below"),
    },
    "unclear": {
        "records_missing": _("records are missing"),
        "witness_needed": _("a witness is needed"),
        "other_unclear": _("another reason, told below"),
    },
}
LISTED = [(reason, said) for reasons in REASONS.values() for reason, said in reasons.items()]
FITS = reduce(or_, (Q(verdict=verdict, reason__in=list(reasons)) for verdict, reasons in REASONS.items()))


class Decision(models.Model):
    """One verdict on some bookings of a case. "manipulated" counts once a second person has confirmed it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    whole_case = models.BooleanField()
    verdict = models.CharField(max_length=12, choices=tuple(VERDICTS.items()))
    reason = models.CharField(max_length=30, choices=tuple(LISTED))
    text = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="decisions")
    at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="confirmations")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="undone")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_why = models.TextField(blank=True)

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=("verdict", "confirmed_at", "undone_at", "at"), name="decision_waiting"),)
        constraints = (
            models.CheckConstraint(condition=Q(verdict__in=list(VERDICTS)), name="decision_known_verdict"),
            models.CheckConstraint(condition=FITS, name="decision_reason_of_verdict"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="decision_confirmed_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | (~Q(confirmed_by=F("by")) & Q(verdict="manipulated")),
                name="decision_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True, undone_at__isnull=True, undone_why="")
                | (Q(undone_by__isnull=False, undone_at__isnull=False) & ~Q(undone_why="")),
                name="decision_undone_by_at_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case}: {self.verdict}"

    @property
    def stands(self) -> bool:
        """Whether nobody has taken it back."""
        return self.undone_at is None

    @property
    def is_final(self) -> bool:
        """Whether it counts: every verdict but "manipulated" does at once."""
        return self.verdict != "manipulated" or self.confirmed_at is not None

    @property
    def final_at(self) -> datetime | None:
        """When the verdict was known; null as long as it is not."""
        return self.confirmed_at if self.verdict == "manipulated" else self.at


class Covered(models.Model):
    """A booking that a decision is about; of one booking one decision stands at most."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="covered")
    booking = models.ForeignKey(CaseBooking, models.PROTECT, related_name="covered")
    stands = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("decision", "booking"), name="covered_once"),
            models.UniqueConstraint(fields=("booking",), condition=Q(stands=True), name="covered_by_one_that_stands"),
        )

    def __str__(self) -> str:
        return f"{self.booking}"
