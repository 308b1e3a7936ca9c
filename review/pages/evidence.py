"""What a case rests on, as pictures and as a file; and who stands behind a pseudonym."""

from dataclasses import asdict
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from data.errors import UserError
from data.vault import reveal as revealed
from review.access import visible
from review.actions.deciding import written
from review.audit import record
from review.errors import Refused
from review.exports.case_file import case_file, case_file_of_booking
from review.exports.lists import csv_of, xlsx_of
from review.home import home
from review.models import Case, CaseBooking, LogEntry
from review.pages.asking import Asked, case_or_404, changing, page
from review.pages.night import chosen_of, filtered
from review.pictures import Picture
from review.pictures import pictures as drawn
from review.pictures import pictures_of_booking as drawn_of_booking
from review.roles import May
from review.templatetags.review import action, reason

#: bookings to choose from for the pictures of one booking
CHOICE = 200
#: rows of a list that leaves as a file
MOST_ROWS = 20_000
#: entries of a case's history in its file
HISTORY = 1_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(May.SEE_CASES)
def pictures(request: Asked, case_id: str) -> HttpResponseBase:
    """The pictures of a case, as a part of its page; `booking`: which one the pictures of one booking show."""
    case = case_or_404(request.user, case_id)
    asked = request.GET.get("booking", "")
    booking = get_object_or_404(case.bookings, pk=int(asked)) if asked.isdecimal() and len(asked) < 18 else None
    try:
        found = _pictures(case, booking)
    except UserError as error:
        return render(request, "review/parts/pictures.html", {"case": case, "error": str(error)})
    context = {
        "case": case,
        "pictures": [asdict(picture) for picture in found.values()],
        "choice": case.bookings.order_by("-score")[:CHOICE],
        "booking": booking,
    }
    return render(request, "review/parts/pictures.html", context)


@page(May.SEE_CASES)
def case_pdf(request: Asked, case_id: str) -> HttpResponseBase:
    """The case file."""
    case = case_or_404(request.user, case_id)
    lang, made_by, history = get_language() or "en", str(request.user), _history(case)
    record(by=request.user, action="export", kind="case", thing=case_id, new={"as": "pdf"})
    try:
        if case.drawn:
            only = _only(case)
            key = (only.centre_id, only.booking_id)
            content = case_file_of_booking(
                home(), only.service_day, key, lang, name=case_id, made_by=made_by, history=history
            )
        else:
            content = case_file(home(), case_id, lang, made_by=made_by, history=history)
    except UserError as error:
        messages.error(request, str(error))
        return redirect("case", case_id)
    return _file(content, f"{case_id}.pdf", "application/pdf")


@page(May.SEE_CASES)
def list_file(request: Asked, form: str) -> HttpResponseBase:
    """The list of cases as it is filtered, as CSV or XLSX."""
    if form not in ("csv", "xlsx"):
        raise Http404
    cases = filtered(visible(request.user).select_related("holder"), request.user, chosen_of(request))
    columns = [
        str(name)
        for name in (
            _("Case"),
            _("Why"),
            _("Bookings"),
            _("People passed"),
            _("Minutes taken"),
            _("Centre"),
            _("First day"),
            _("Last day"),
            _("Who has it"),
            _("State"),
        )
    ]
    rows = [_row(case) for case in cases.order_by("-place", "case_id")[:MOST_ROWS]]
    new = {"as": form, "rows": len(rows), "filters": request.GET.urlencode()[:500]}
    record(by=request.user, action="export", kind="list", thing="", new=new)
    name = f"inturn-{timezone.localdate()}"
    if form == "csv":
        return _file(csv_of(columns, rows), f"{name}.csv", "text/csv; charset=utf-8")
    return _file(xlsx_of(str(_("Cases")), columns, rows), f"{name}.xlsx", XLSX)


@changing(May.REVEAL)
def reveal(request: Asked, case_id: str) -> HttpResponseBase:
    """Who stands behind one pseudonym of the case; that it is asked is in the log before it is answered."""
    case = case_or_404(request.user, case_id)
    pseudonym = request.POST.get("pseudonym", "").replace("\0", "").strip()
    why = written(request.POST.get("why", ""), needed=True)
    if not case.ties.filter(kind="identifier", value=pseudonym).exists():
        raise Refused(_("This pseudonym is not part of the case."))
    record(by=request.user, action="reveal", kind="case", thing=case_id, new={"pseudonym": pseudonym}, why=why)
    try:
        identity = revealed(home(), pseudonym)
    except UserError as error:
        raise Refused(str(error)) from error
    return render(request, "review/revealed.html", {"case": case, "pseudonym": pseudonym, "identity": identity})


def _pictures(case: Case, booking: CaseBooking | None) -> dict[str, Picture]:
    lang = get_language() or "en"
    if case.drawn:
        only = _only(case)
        return drawn_of_booking(home(), only.service_day, (only.centre_id, only.booking_id), lang)
    return drawn(home(), case.case_id, lang, (booking.centre_id, booking.booking_id) if booking else None)


def _only(case: Case) -> CaseBooking:
    """The booking of a drawn case; `UserError` where a rerun has none, without telling that the case was drawn."""
    booking = case.bookings.first()
    if booking is None:
        raise UserError(
            _("The night was run again, and no longer has the booking of this case"),
            next_step=_("There is nothing left to decide in this case."),
        )
    return booking


def _history(case: Case) -> list[tuple[str, str, str]]:
    entries = LogEntry.objects.filter(kind="case", thing=case.case_id).exclude(action="view").order_by("number")
    return [
        (f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M}", entry.by_name or "–", _said(entry))
        for entry in entries[:HISTORY]
    ]


def _said(entry: LogEntry) -> str:
    return f"{action(entry.action)}{': ' + entry.why if entry.why else ''}"


def _row(case: Case) -> list[str | int | float | date | None]:
    return [
        case.case_id,
        reason(case),
        case.bookings_count,
        case.people_passed,
        round(case.minutes_taken),
        ", ".join(case.centres),
        case.opened_on,
        case.last_day,
        str(case.holder) if case.holder else None,
        str(case.get_state_display()),
    ]


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
