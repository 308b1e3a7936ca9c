"""Cases as the nights published them, with who holds one and since when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from review.models.people import User

#: where a case stands: nobody has decided all of it; a "manipulated" waits for a second person; all is decided
STATES = {"open": _("open"), "waiting": _("waits for confirmation"), "decided": _("decided")}
KINDS = {"ring": _("ring"), "clerk": _("clerk"), "centre": _("centre")}


class Case(models.Model):
    """One case. A booking that was drawn at random is a case of its own, and looks like any other.

    `place` orders the lists: expected harm; of a drawn one that of some other case of its night, so that its place
    says nothing. `reason_*`: one line. `told`: the evidence in words and numbers, as sealed.
    """

    case_id = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=10, choices=tuple(KINDS.items()))
    drawn = models.BooleanField(default=False)
    within_budget = models.BooleanField(default=True)
    opened_on = models.DateField()
    last_day = models.DateField()
    bookings_count = models.PositiveIntegerField()
    people_passed = models.PositiveIntegerField()
    minutes_taken = models.FloatField()
    score = models.FloatField(null=True)
    place = models.FloatField()
    centres = models.JSONField()
    reason_zh = models.TextField()
    reason_en = models.TextField()
    told = models.JSONField()
    evidence_ref = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=tuple(STATES.items()), default="open")
    state_at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True, blank=True)
    holder = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="held")
    held_at = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    snoozed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="snoozed")
    snoozed_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snoozed_why = models.TextField(blank=True)

    class Meta:
        ordering = ("-place", "case_id")
        indexes = (
            models.Index(fields=("state", "within_budget", "-place", "case_id"), name="case_queue"),
            models.Index(fields=("within_budget", "-place", "case_id"), name="case_place"),
            models.Index(fields=("-place", "case_id"), name="case_place_of_all"),
            models.Index(fields=("state", "-state_at"), name="case_state"),
            models.Index(fields=("holder", "state"), name="case_holder"),
            models.Index(fields=("last_day",), name="case_last_day"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="case_known_kind"),
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="case_known_state"),
            models.CheckConstraint(
                condition=Q(holder__isnull=True, held_at__isnull=True, held_until__isnull=True)
                | Q(holder__isnull=False, held_at__isnull=False),
                name="case_held_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(
                    snoozed_by__isnull=True, snoozed_at__isnull=True, snoozed_until__isnull=True, snoozed_why=""
                )
                | (
                    Q(snoozed_by__isnull=False, snoozed_at__isnull=False, snoozed_until__gt=F("snoozed_at"))
                    & ~Q(snoozed_why="")
                ),
                name="case_snoozed_by_at_until_why",
            ),
        )

    def __str__(self) -> str:
        return self.case_id


class CaseBooking(models.Model):
    """One booking of a case.

    `selection_probability`: with which it came up for review; null where somebody looked at what no draw and no budget
    had brought up. `record`: the stored row of `bookings`, for the table and for the pictures.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="bookings")
    service_day = models.DateField()
    centre_id = models.CharField(max_length=1000)
    booking_id = models.CharField(max_length=1000)
    score = models.FloatField(null=True)
    people_passed = models.PositiveIntegerField(null=True, blank=True)
    minutes_taken = models.FloatField(null=True, blank=True)
    reasons = models.JSONField()
    record = models.JSONField()
    selection_probability = models.FloatField(null=True, blank=True)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("service_day", "centre_id", "booking_id")
        constraints = (models.UniqueConstraint(fields=("case", "centre_id", "booking_id"), name="case_booking_once"),)
        indexes = (models.Index(fields=("booking_id",), name="case_booking_name"),)

    def __str__(self) -> str:
        return f"{self.centre_id} {self.booking_id}"


class Centre(models.Model):
    """A centre that has had a case."""

    centre_id = models.CharField(max_length=1000, unique=True)

    class Meta:
        ordering = ("centre_id",)

    def __str__(self) -> str:
        return self.centre_id


class CaseTie(models.Model):
    """What a case is tied to: its centres, clerks, agents and identifiers. Who sees it hangs on these."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="ties")
    kind = models.CharField(max_length=10)
    centre_id = models.CharField(max_length=1000, blank=True)
    value = models.CharField(max_length=1000)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "kind", "centre_id", "value"), name="case_tie_once"),)
        indexes = (
            models.Index(fields=("kind", "value", "centre_id"), name="case_tie_value"),
            models.Index(fields=("kind", "centre_id", "value"), name="case_tie_centre"),
            models.Index(fields=("value",), name="case_tie_any"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
