"""My night: the ranked list, what to take next, and what waits for a second person."""

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from review.access import centres_seen, of_visible_case, visible
from review.actions.holding import free, take_next
from review.models import Case, CaseBooking, CaseTie, Decision, PublishedNight, User
from review.models.cases import STATES
from review.pages.asking import Asked, Paged, changing, page
from review.roles import May

#: which of the open cases are shown, by whom they have
WHOSE = ("all", "free", "mine")


@page()
def night(request: Asked) -> HttpResponseBase:
    """The list of cases; whoever sees no case is brought to the first page that is theirs."""
    user = request.user
    if not user.may(May.SEE_CASES):
        return redirect("people" if user.may(May.MANAGE_PEOPLE) else "leader")
    chosen = chosen_of(request)
    cases = filtered(visible(user).select_related("holder"), user, chosen).order_by("-place", "case_id")
    context = {
        "cases": Paged(request, cases),
        "chosen": chosen,
        "states": STATES,
        "centres": centres_seen(user),
        "latest": PublishedNight.objects.first(),
        "today": timezone.localdate(),
        "now": timezone.now(),
    }
    part = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    return render(request, "review/parts/cases.html" if part else "review/night.html", context)


@changing(May.WORK)
def next_case(request: Asked) -> HttpResponseBase:
    """Take the next case and go to it."""
    case = take_next(by=request.user)
    if case is None:
        messages.info(request, _("No open case is left that you may take."))
        return redirect("night")
    return redirect("case", case.case_id)


@page(May.SEE_CASES)
def confirmations(request: Asked) -> HttpResponseBase:
    """What waits for a second person, what this person confirmed, and their own verdicts that wait."""
    user = request.user
    seen = Decision.objects.filter(of_visible_case(user)).select_related("case", "by", "confirmed_by")
    waits = seen.filter(verdict="manipulated", confirmed_at__isnull=True, undone_at__isnull=True)
    context = {
        "to_confirm": Paged(request, waits.exclude(by=user).order_by("at")) if user.may(May.CONFIRM) else None,
        "own": waits.filter(by=user).order_by("at")[:50],
        "confirmed": seen.filter(confirmed_by=user).order_by("-confirmed_at")[:20],
    }
    return render(request, "review/confirmations.html", context)


def chosen_of(request: Asked) -> dict[str, str]:
    """What the form above the list asks for; anything forged is as if it were not asked."""
    asked = {name: request.GET.get(name, "").strip()[:200] for name in ("state", "whose", "centre", "q", "beyond")}
    asked["state"] = asked["state"] if asked["state"] in {*STATES, "any"} else "open"
    asked["whose"] = asked["whose"] if asked["whose"] in WHOSE else "all"
    return asked


def filtered(cases: QuerySet[Case], user: User, chosen: dict[str, str]) -> QuerySet[Case]:
    """The cases that were asked for."""
    if chosen["state"] != "any":
        cases = cases.filter(state=chosen["state"])
    if not chosen["beyond"]:
        cases = cases.filter(within_budget=True)
    if chosen["whose"] == "mine":
        cases = cases.filter(holder=user)
    elif chosen["whose"] == "free":
        cases = cases.filter(free())
    if chosen["centre"]:
        tie = CaseTie.objects.filter(case=OuterRef("pk"), kind="centre", value=chosen["centre"])
        cases = cases.filter(Exists(tie))
    if sought := chosen["q"]:
        named = CaseTie.objects.filter(value=sought).values("case")
        booked = CaseBooking.objects.filter(booking_id=sought).values("case")
        cases = cases.filter(Q(case_id=sought) | Q(pk__in=named) | Q(pk__in=booked))
    return cases
