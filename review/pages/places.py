"""Centres, clerks and agents: which cases they are part of, and what came of those."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.http import Http404, HttpResponseBase
from django.shortcuts import render

from review.access import of_visible_case, sees_centre, visible
from review.audit import record
from review.models import Case, CaseTie
from review.pages.asking import Asked, Paged, page
from review.roles import May

#: places on a page: each one's cases are summed up while somebody waits
SHOWN = 20
#: the column of a tie that names its centre
OWN = {"centre": "value", "clerk": "centre_id"}


@page(May.SEE_CASES)
def centres(request: Asked) -> HttpResponseBase:
    """Centres with cases."""
    return _list(request, "centre")


@page(May.SEE_CASES)
def clerks(request: Asked) -> HttpResponseBase:
    """Clerks who are part of cases; that they were seen goes into the log."""
    return _list(request, "clerk")


@page(May.SEE_CASES)
def agents(request: Asked) -> HttpResponseBase:
    """Agents who are part of cases."""
    return _list(request, "agent")


@page(May.SEE_CASES)
def centre(request: Asked) -> HttpResponseBase:
    """One centre."""
    name = request.GET.get("name", "")
    if not sees_centre(request.user, name):
        raise PermissionDenied
    return _one(request, "centre", name, "")


@page(May.SEE_CASES)
def clerk(request: Asked) -> HttpResponseBase:
    """One clerk of one centre."""
    return _one(request, "clerk", request.GET.get("name", ""), request.GET.get("centre", ""))


@page(May.SEE_CASES)
def agent(request: Asked) -> HttpResponseBase:
    """One agent."""
    return _one(request, "agent", request.GET.get("name", ""), "")


def _list(request: Asked, kind: str) -> HttpResponseBase:
    """By name, a page at a time: sums are made of the page's rows only."""
    record(by=request.user, action="list", kind=kind, thing="")
    ties: Any = CaseTie.objects.filter(of_visible_case(request.user), kind=kind)
    if kind in OWN and not request.user.may(May.SEE_EVERY_CENTRE):  # few of all rows, found by an index
        ties = ties.filter(**{f"{OWN[kind]}__in": request.user.assignments.values("centre_id")})
    if sought := request.GET.get("q", "").strip()[:1000]:
        ties = ties.filter(value=sought)
    names = Paged(request, ties.values("centre_id", "value").distinct().order_by("centre_id", "value"), SHOWN)
    rows = ties.filter(value__in=[name["value"] for name in names.rows]).values("centre_id", "value")
    sums = {(row["value"], row["centre_id"]): row for row in rows.annotate(**_sums("case__")).order_by()}
    names.rows = [sums[name["value"], name["centre_id"]] for name in names.rows]
    return render(request, "review/places.html", {"kind": kind, "places": names, "sought": sought})


def _one(request: Asked, kind: str, name: str, centre_id: str) -> HttpResponseBase:
    cases = _cases(request, kind, name, centre_id)
    found = cases.aggregate(**_sums(""))
    if not found["cases"]:
        raise Http404
    record(by=request.user, action="view", kind=kind, thing=" ".join(filter(None, (centre_id, name)))[:300])
    context = {
        "kind": kind,
        "name": name,
        "centre_id": centre_id,
        "sums": found,
        "cases": Paged(request, cases.select_related("holder").order_by("-last_day", "case_id")),
    }
    return render(request, "review/place.html", context)


def _cases(request: Asked, kind: str, name: str, centre_id: str) -> QuerySet[Case]:
    ties = CaseTie.objects.filter(kind=kind, value=name, centre_id=centre_id)
    return visible(request.user).filter(pk__in=ties.values("case"))


def _sums(of: str) -> dict[str, Count | Sum | Max]:
    """Counts over cases; `of`: the way from the row, which is there once a case, to its case."""
    key = f"{of}pk"
    return {
        "cases": Count(key),
        "open": Count(key, filter=Q(**{f"{of}state": "open"})),
        "decided": Count(key, filter=Q(**{f"{of}state": "decided"})),
        "people": Sum(f"{of}people_passed"),
        "last": Max(f"{of}last_day"),
    }
