"""Puts a night's cases into the database: again and again, and the same comes of it."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from review.actions.deciding import settle
from review.audit import record
from review.models import Case, CaseBooking, CaseTie, Centre, Covered, PublishedNight
from review.publishing.reading import Json, Read, plain, reasons_of, ties_of

#: columns of a booking that its record leaves out: they stand in columns of their own, or are nobody's business here
NOT_KEPT = {"case_id", "audit", "selection_probability", "score", "q_value", "reasons", "reasons_told"}


@transaction.atomic
def write_night(day: date, about: Json, cases: list[Read]) -> dict[str, int]:
    """Bring the database to what the night says; how many cases are new, have grown, and were opened again.

    `about`: what `PublishedNight` keeps of the night itself.

    A case keeps its name, its holder and what was said of it. Bookings that were decided stay as they were decided; if
    the night adds others, the case is open again. What an earlier run of the night had, and this one has not, goes
    unless somebody has decided it.
    """
    counts = {"new": 0, "grown": 0, "reopened": 0}
    for read in cases:
        if change := _write_case(day, read):
            counts[change] += 1
    counts["gone"] = _clear(day, {read.row["case_id"] for read in cases})
    PublishedNight.objects.update_or_create(service_day=day, defaults=about | {"published_at": timezone.now()})
    if any(counts.values()):
        record(by=None, action="publish", kind="night", thing=str(day), new={"run_id": about["run_id"]} | counts)
    return counts


def _write_case(day: date, read: Read) -> str | None:
    content = _content(read)
    digest = _digest([str(day), content, [_record(booking) for booking in read.bookings], sorted(read.ties)])
    case = Case.objects.select_for_update().filter(case_id=read.row["case_id"]).first()
    if case is not None and case.digest == digest:
        return None
    now = timezone.now()
    fresh = case is None
    if case is None:
        case = Case(case_id=read.row["case_id"], state_at=now)
    if not fresh and day < read.row["last_day"]:  # an older night does not speak for the case
        del content["reason_en"], content["reason_zh"]
    for name, value in content.items():
        setattr(case, name, value)
    case.within_budget = bool(case.pk and case.within_budget) or read.within_budget
    case.digest, case.published_at = digest, now
    case.save()
    before = case.state
    added = _write_bookings(case, day, read, now)
    _write_ties(case, read)
    if fresh:
        return "new"
    settle(case)
    if before == "open" or case.state != "open":
        return "grown" if added else None
    case.reopened_at = now
    case.save()
    record(by=None, action="reopen", kind="case", thing=case.case_id, new={"night": str(day), "bookings": added})
    return "reopened"


def _content(read: Read) -> Json:
    row = read.row
    reason = _line(read)
    return {
        "kind": row["kind"],
        "drawn": read.drawn,
        "opened_on": row["opened_on"],
        "last_day": row["last_day"],
        "bookings_count": row["bookings"],
        "people_passed": row["people_passed"],
        "minutes_taken": row["minutes_taken"],
        "score": row["score"],
        "place": row["expected_harm"],
        "centres": row["centres"],
        "reason_en": reason.get("text", ""),
        "reason_zh": reason.get("text_zh", ""),
        "told": {name: value for name, value in read.told.items() if name != "night"},
        "evidence_ref": row["evidence_ref"] or "",
    }


def _line(read: Read) -> Json:
    """The first reason of the strangest booking: bookings come by rank."""
    for booking in read.bookings:
        for reason in booking.get("reasons_told") or reasons_of(booking):
            return reason
    return {}


def _write_bookings(case: Case, day: date, read: Read, now: datetime) -> int:
    """The night's bookings of a case; how many were added."""
    decided = set(Covered.objects.filter(booking__case=case, stands=True).values_list("booking_id", flat=True))
    known = {(row.centre_id, row.booking_id): row for row in case.bookings.all()}
    added = 0
    for booking in read.bookings:
        row = known.pop((booking["centre_id"], booking["booking_id"]), None)
        if row is None:
            row = CaseBooking(
                case=case, centre_id=booking["centre_id"], booking_id=booking["booking_id"], published_at=now
            )
            added += 1
        elif row.pk in decided:
            continue
        row.service_day, row.score = day, booking["score"]
        row.people_passed, row.minutes_taken = booking["people_passed"], booking["minutes_taken"]
        row.reasons = booking.get("reasons_told") or reasons_of(booking)
        row.record = _record(booking)
        row.selection_probability = booking["selection_probability"] if read.drawn else None
        row.save()
    gone = [row.pk for row in known.values() if row.service_day == day]
    _unseen(CaseBooking.objects.filter(pk__in=gone)).delete()
    if case.within_budget and not case.drawn:  # what a case within the budget holds comes up for certain
        case.bookings.exclude(pk__in=decided).update(selection_probability=1.0)
    return added


def _write_ties(case: Case, read: Read) -> None:
    wanted = set(read.ties).union(*(ties_of(booking) for booking in read.bookings))
    known = set(case.ties.values_list("kind", "centre_id", "value"))
    names = {value for kind, _, value in wanted if kind == "centre"}
    Centre.objects.bulk_create((Centre(centre_id=name) for name in sorted(names)), ignore_conflicts=True)
    CaseTie.objects.bulk_create(
        CaseTie(case=case, kind=kind, centre_id=centre, value=value) for kind, centre, value in sorted(wanted - known)
    )


def _clear(day: date, named: set[str]) -> int:
    """Take out the night's bookings of cases that it no longer has, and cases that are then empty and untouched.

    Of the others nothing that is gone waits to be decided.
    """
    left = CaseBooking.objects.filter(service_day=day).exclude(case__case_id__in=named)
    touched = set(left.values_list("case_id", flat=True))
    _unseen(left).delete()
    empty = Case.objects.filter(
        pk__in=touched, bookings__isnull=True, decisions__isnull=True, comments__isnull=True, attachments__isnull=True
    )
    count = empty.count()
    empty.delete()
    for case in Case.objects.select_for_update().filter(pk__in=touched):
        settle(case)  # what is left of it may all be decided
    return count


def _unseen(bookings: Any) -> Any:
    """Those that no decision was ever about."""
    return bookings.exclude(Exists(Covered.objects.filter(booking=OuterRef("pk"))))


def _record(booking: Json) -> Json:
    return {name: plain(value) for name, value in booking.items() if name not in NOT_KEPT}


def _digest(content: object) -> str:
    said = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()
