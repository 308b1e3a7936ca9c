"""One case: what it says, its evidence, what would explain it lawfully, and what people did with it."""

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from review.access import able
from review.actions.notes import too_large
from review.audit import record
from review.filekinds import MOST_BYTES
from review.models import Case, Covered, LogEntry, User
from review.models.decisions import REASONS, VERDICTS
from review.pages.asking import Asked, Paged, case_or_404, page
from review.roles import May

#: entries of the log that are shown as a case's history
HISTORY = 50
#: people to choose from when a case is given to somebody
MOST_COLLEAGUES = 500


@page(May.SEE_CASES)
def case(request: Asked, case_id: str) -> HttpResponseBase:
    """The case's page; that it was seen goes into the log."""
    user = request.user
    found = case_or_404(user, case_id, Case.objects.select_related("holder", "snoozed_by"))
    record(by=user, action="view", kind="case", thing=case_id)
    covered = Covered.objects.filter(booking=OuterRef("pk"), stands=True)
    bookings = Paged(request, found.bookings.annotate(is_decided=Exists(covered)).order_by("-service_day", "-score"))
    verdicts = {
        row.booking_id: row.decision
        for row in Covered.objects.filter(booking__in=bookings.rows, stands=True).select_related("decision")
    }
    now = timezone.now()
    context = {
        "case": found,
        "bookings": bookings,
        "verdicts": verdicts,
        "decisions": found.decisions.select_related("by", "confirmed_by", "undone_by"),
        "comments": found.comments.select_related("by"),
        "attachments": found.attachments.select_related("by"),
        "history": _history(found),
        "flags": found.told.get("flags", []),
        "words": found.told.get("words", {}).get("zh" if (get_language() or "").startswith("zh") else "en", ""),
        "verdict_words": VERDICTS,
        "reasons": [(VERDICTS[verdict], reasons.items()) for verdict, reasons in REASONS.items()],
        "mine": found.holder_id == user.pk,
        "lapsed": found.held_until is not None and found.held_until <= now,
        "snoozed": found.snoozed_until is not None and found.snoozed_until > now,
        "colleagues": _colleagues(found, user),
        "today": timezone.localdate(),
        "most_bytes": MOST_BYTES,
        "too_large": too_large(),
    }
    return render(request, "review/case.html", context)


def _history(found: Case) -> list[LogEntry]:
    """What was done with the case, the latest first; views are the log's business."""
    entries = LogEntry.objects.filter(kind="case", thing=found.case_id).exclude(action="view")
    return list(entries.order_by("-number")[:HISTORY])


def _colleagues(found: Case, user: User) -> QuerySet[User]:
    """To whom a supervisor can give the case."""
    if not user.may(May.ASSIGN):
        return User.objects.none()
    return able(found).order_by("username")[:MOST_COLLEAGUES]
