"""Comments, putting a case off, and files."""

import hashlib
from datetime import date, datetime, time, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from review.actions.deciding import written
from review.actions.holding import case_to_change, must, must_hold
from review.audit import record
from review.errors import Refused
from review.filekinds import MOST_BYTES, kind_of, safe_name
from review.models import Attachment, Case, Comment, User
from review.roles import May

#: how far a case can be put off: who needs longer says so again
LONGEST_SNOOZE = timedelta(days=60)


@transaction.atomic
def comment(case_id: str, *, text: str, by: User) -> Comment:
    """Say something of a case."""
    must(by, May.WORK)
    case = case_to_change(case_id, by)
    text = written(text)
    if not text:
        raise Refused(_("A comment says something."))
    made = Comment.objects.create(case=case, by=by, at=timezone.now(), text=text)
    record(by=by, action="comment", kind="case", thing=case_id, new={"comment": made.pk}, why=text)
    return made


@transaction.atomic
def snooze(case_id: str, *, until: date, why: str, by: User) -> Case:
    """Put a case off until a day; until then it is in nobody's queue."""
    must(by, May.WORK)
    case = case_to_change(case_id, by)
    must_hold(case, by)
    if case.state != "open":
        raise Refused(_("This case is not open."))
    now = timezone.now()
    end = timezone.make_aware(datetime.combine(until, time.min))
    if not now < end <= now + LONGEST_SNOOZE:
        raise Refused(_("Choose a day within the next %(days)d days.") % {"days": LONGEST_SNOOZE.days})
    case.snoozed_by, case.snoozed_at, case.snoozed_until = by, now, end
    case.snoozed_why = written(why, needed=True)
    case.save()
    record(by=by, action="snooze", kind="case", thing=case_id, new={"until": str(until)}, why=case.snoozed_why)
    return case


@transaction.atomic
def wake(case_id: str, *, by: User) -> Case:
    """Take up a case that was put off."""
    must(by, May.WORK)
    case = case_to_change(case_id, by)
    if case.snoozed_until is None:
        raise Refused(_("This case is not put off."))
    before = {"until": str(case.snoozed_until)}
    case.snoozed_by = case.snoozed_at = case.snoozed_until = None
    case.snoozed_why = ""
    case.save()
    record(by=by, action="wake", kind="case", thing=case_id, old=before)
    return case


@transaction.atomic
def attach(case_id: str, file: "UploadedFile[bytes]", *, by: User) -> Attachment:
    """Keep a file with a case; what it is told by its content, never by its name."""
    must(by, May.WORK)
    case = case_to_change(case_id, by)
    if not file.size:
        raise Refused(_("This file is empty."))
    if file.size > MOST_BYTES:
        raise Refused(too_large())
    content = file.read()
    name = safe_name(file.name or "")
    kind = kind_of(content, name)
    if kind is None:
        raise Refused(_("Such a file is not kept: only PDF, PNG, JPEG, XLSX, DOCX and plain text are."))
    digest = hashlib.sha256(content).hexdigest()
    made = Attachment(case=case, by=by, at=timezone.now(), name=name, kind=kind, size=len(content), sha256=digest)
    file.seek(0)
    made.file.save(f"{case.case_id}/{digest}", file, save=True)
    new = {"attachment": made.pk, "name": name, "kind": kind, "size": made.size, "sha256": digest}
    record(by=by, action="attach", kind="case", thing=case_id, new=new)
    return made


def too_large() -> str:
    """What is said of a file that is."""
    return _("This file is larger than %(most)d MB.") % {"most": MOST_BYTES // 1024**2}
