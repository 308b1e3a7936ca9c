"""Verdicts: decided by one, "manipulated" confirmed by another, taken back within the record."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from review.actions.holding import case_to_change, must, must_hold
from review.audit import record
from review.errors import Refused
from review.models import Case, CaseBooking, Covered, Decision, User
from review.models.decisions import REASONS
from review.roles import May

#: characters of a text that somebody writes: a few pages
LONGEST = 10_000
#: what another session may have set of a verdict before its case was locked: read again, or it would be written over
SETTLED = ("confirmed_by", "confirmed_at", "undone_by", "undone_at", "undone_why")


@transaction.atomic
def decide(
    case_id: str,
    *,
    verdict: str,
    reason: str,
    text: str,
    by: User,
    bookings: Collection[int] | None = None,
) -> Decision:
    """Decide a case, or only some of its bookings (`bookings`: their keys); what is decided already stays as it is."""
    must(by, May.WORK)
    case = case_to_change(case_id, by)
    must_hold(case, by)
    if reason not in REASONS.get(verdict, {}):
        raise Refused(_("Choose a verdict, and a reason that belongs to it."))
    text = written(text)
    if reason.startswith("other_") and not text:
        raise Refused(_("Another reason wants to be told: write it down."))
    covered = list(undecided(case))
    if bookings is not None:
        covered = [booking for booking in covered if booking.pk in set(bookings)]
        if len(covered) != len(set(bookings)):
            raise Refused(_("One of these bookings is decided already, or is not of this case. Look again."))
    if not covered:
        raise Refused(_("There is nothing left to decide in this case."))
    made = Decision.objects.create(
        case=case, whole_case=bookings is None, verdict=verdict, reason=reason, text=text, by=by, at=timezone.now()
    )
    Covered.objects.bulk_create(Covered(decision=made, booking=booking) for booking in covered)
    before = case.state
    settle(case)
    record(
        by=by,
        action="decide",
        kind="case",
        thing=case_id,
        old={"state": before},
        new={
            "decision": made.pk,
            "verdict": verdict,
            "reason": reason,
            "bookings": [str(booking) for booking in covered],
            "state": case.state,
        },
        why=text,
    )
    return made


@transaction.atomic
def confirm(decision_id: int, *, by: User) -> Decision:
    """Confirm somebody else's "manipulated": from now on it counts."""
    decision = _waiting(decision_id, by)
    decision.confirmed_by, decision.confirmed_at = by, timezone.now()
    decision.save()
    settle(decision.case)
    record(
        by=by,
        action="confirm",
        kind="case",
        thing=decision.case.case_id,
        new={"decision": decision.pk, "state": decision.case.state},
    )
    return decision


@transaction.atomic
def refuse(decision_id: int, *, why: str, by: User) -> Decision:
    """Do not confirm: the verdict falls, and its bookings are open again."""
    decision = _waiting(decision_id, by)
    return _take_back(decision, why=why, by=by, action="refuse")


@transaction.atomic
def undo(decision_id: int, *, why: str, by: User) -> Decision:
    """Take a verdict back; it stays in the record, with why. Who decided may, and who may assign."""
    must(by, May.WORK)
    decision = Decision.objects.filter(pk=decision_id, undone_at__isnull=True).first()
    if decision is None:
        raise Refused(_("There is no such verdict, or it was taken back."))
    decision.case = case_to_change(decision.case.case_id, by)
    decision.refresh_from_db(fields=SETTLED)
    if decision.undone_at:
        raise Refused(_("There is no such verdict, or it was taken back."))
    if decision.by_id != by.pk:
        must(by, May.ASSIGN)
    return _take_back(decision, why=why, by=by, action="undo")


def undecided(case: Case) -> list[CaseBooking]:
    """Bookings of a case on which no verdict stands."""
    return list(case.bookings.exclude(covered__stands=True))


def settle(case: Case) -> None:
    """Set where the case stands by the verdicts that stand."""
    left = case.bookings.exclude(covered__stands=True).exists()
    waits = case.decisions.filter(verdict="manipulated", confirmed_at__isnull=True, undone_at__isnull=True).exists()
    state = "open" if left else "waiting" if waits else "decided"
    if state != case.state:
        case.state, case.state_at = state, timezone.now()
    if state != "open":
        case.holder = case.held_at = case.held_until = None
        case.snoozed_by = case.snoozed_at = case.snoozed_until = None
        case.snoozed_why = ""
    case.save()


def written(text: str, *, needed: bool = False) -> str:
    """A text as somebody wrote it, without blanks around it; `Refused` where it is too long, or needed and missing.

    Browsers send a line's end as two characters and count it as one.
    """
    text = text.strip().replace("\r\n", "\n")
    if len(text) > LONGEST:
        raise Refused(_("This text is longer than %(most)d characters. Attach it as a file.") % {"most": LONGEST})
    if "\0" in text:
        raise Refused(_("This text holds a character that cannot be kept."))
    if needed and not text:
        raise Refused(_("Say why."))
    return text


def _waiting(decision_id: int, by: User) -> Decision:
    """A "manipulated" that waits for a second person, who is this one; its case is locked."""
    must(by, May.CONFIRM)
    decision = Decision.objects.filter(
        pk=decision_id, verdict="manipulated", confirmed_at__isnull=True, undone_at__isnull=True
    ).first()
    if decision is None:
        raise Refused(_("This verdict does not wait for confirmation."))
    decision.case = case_to_change(decision.case.case_id, by)
    decision.refresh_from_db(fields=SETTLED)
    if decision.confirmed_at or decision.undone_at:
        raise Refused(_("This verdict does not wait for confirmation."))
    if decision.by_id == by.pk:
        raise Refused(_("A second person confirms, never the one who decided."))
    return decision


def _take_back(decision: Decision, *, why: str, by: User, action: str) -> Decision:
    decision.undone_by, decision.undone_at = by, timezone.now()
    decision.undone_why = written(why, needed=True)
    decision.save()
    decision.covered.update(stands=False)
    before = decision.case.state
    settle(decision.case)
    record(
        by=by,
        action=action,
        kind="case",
        thing=decision.case.case_id,
        old={"decision": decision.pk, "verdict": decision.verdict, "state": before},
        new={"state": decision.case.state},
        why=decision.undone_why,
    )
    return decision
