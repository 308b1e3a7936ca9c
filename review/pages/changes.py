"""What can be done to a case: a POST each, which says what happened and goes back."""

from datetime import date

from django.contrib import messages
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from review.actions import deciding, holding, notes
from review.audit import record
from review.errors import Refused
from review.models import User
from review.pages.asking import Asked, back, case_or_404, changing, page
from review.roles import May


@changing(May.WORK)
def take(request: Asked, case_id: str) -> HttpResponseBase:
    """Take the case."""
    holding.take(case_id, by=request.user)
    return redirect("case", case_id)


@changing(May.WORK)
def give_back(request: Asked, case_id: str) -> HttpResponseBase:
    """Give it back."""
    holding.give_back(case_id, by=request.user)
    messages.success(request, _("Others can take the case now."))
    return redirect("case", case_id)


@changing(May.ASSIGN)
def assign(request: Asked, case_id: str) -> HttpResponseBase:
    """Give it to somebody."""
    to = User.objects.filter(username=request.POST.get("to", "").replace("\0", ""), is_active=True).first()
    if to is None:
        raise Refused(_("There is no such person."))
    holding.assign(case_id, to, by=request.user)
    messages.success(request, _("The case is %(who)s's now.") % {"who": to})
    return redirect("case", case_id)


@changing(May.WORK)
def decide(request: Asked, case_id: str) -> HttpResponseBase:
    """Decide all of it, or the bookings that were ticked."""
    said = request.POST
    ticked = None
    if said.get("scope") == "some":
        try:
            ticked = [int(number) for number in said.getlist("booking")]
        except ValueError as error:
            raise Refused(_("One of these bookings is decided already, or is not of this case. Look again.")) from error
        if not ticked:
            raise Refused(_("Tick the bookings that you decide."))
    made = deciding.decide(
        case_id,
        verdict=said.get("verdict", ""),
        reason=said.get("reason", ""),
        text=said.get("text", ""),
        bookings=ticked,
        by=request.user,
    )
    waits = _("Decided. A second person confirms it; then it counts.")
    messages.success(request, _("Decided.") if made.is_final else waits)
    return redirect("case", case_id)


@changing(May.CONFIRM)
def confirm(request: Asked, number: int) -> HttpResponseBase:
    """Confirm somebody's "manipulated"."""
    decision = deciding.confirm(number, by=request.user)
    messages.success(request, _("Confirmed. The verdict counts from now on."))
    return redirect("case", decision.case.case_id)


@changing(May.CONFIRM)
def refuse(request: Asked, number: int) -> HttpResponseBase:
    """Do not confirm it."""
    decision = deciding.refuse(number, why=request.POST.get("why", ""), by=request.user)
    messages.success(request, _("Not confirmed. The case is open again."))
    return redirect("case", decision.case.case_id)


@changing(May.WORK)
def undo(request: Asked, number: int) -> HttpResponseBase:
    """Take a verdict back."""
    decision = deciding.undo(number, why=request.POST.get("why", ""), by=request.user)
    messages.success(request, _("Taken back. It stays in the record, and its bookings are open again."))
    return redirect("case", decision.case.case_id)


@changing(May.WORK)
def comment(request: Asked, case_id: str) -> HttpResponseBase:
    """Say something of it."""
    notes.comment(case_id, text=request.POST.get("text", ""), by=request.user)
    return back(request)


@changing(May.WORK)
def snooze(request: Asked, case_id: str) -> HttpResponseBase:
    """Put it off."""
    try:
        until = date.fromisoformat(request.POST.get("until", ""))
    except ValueError as error:
        raise Refused(_("Say until which day.")) from error
    notes.snooze(case_id, until=until, why=request.POST.get("why", ""), by=request.user)
    messages.success(request, _("Put off until %(day)s.") % {"day": until})
    return redirect("case", case_id)


@changing(May.WORK)
def wake(request: Asked, case_id: str) -> HttpResponseBase:
    """Take it up again."""
    notes.wake(case_id, by=request.user)
    return redirect("case", case_id)


@changing(May.WORK)
def attach(request: Asked, case_id: str) -> HttpResponseBase:
    """Keep a file with it."""
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        raise Refused(_("Choose a file."))
    notes.attach(case_id, file, by=request.user)
    return back(request)


@page(May.SEE_CASES)
def download(request: Asked, case_id: str, number: int) -> HttpResponseBase:
    """An attached file, always as a download, never shown by the browser as a page of ours."""
    case = case_or_404(request.user, case_id)
    file = get_object_or_404(case.attachments, pk=number)
    try:
        content = file.file.open("rb")
    except OSError:
        messages.error(request, _("This file is not in the home any more. Tell the operator, who has a backup."))
        return redirect("case", case_id)
    record(by=request.user, action="download", kind="case", thing=case_id, new={"attachment": file.pk})
    return FileResponse(content, as_attachment=True, filename=file.name, content_type="application/octet-stream")
