"""The audit log."""

from django.http import HttpResponseBase
from django.shortcuts import render

from review.audit import record
from review.models import LogEntry
from review.pages.asking import Asked, Paged, page
from review.roles import May


@page(May.SEE_LOG)
def log(request: Asked) -> HttpResponseBase:
    """Who saw and changed what, the latest first; that it was read goes into it, too."""
    record(by=request.user, action="view", kind="log", thing="")
    chosen = {name: request.GET.get(name, "").strip()[:300] for name in ("who", "action", "thing")}
    entries = LogEntry.objects.select_related("by").order_by("-number")
    if chosen["who"]:
        entries = entries.filter(by__username=chosen["who"])
    if chosen["action"]:
        entries = entries.filter(action=chosen["action"])
    if chosen["thing"]:
        entries = entries.filter(thing=chosen["thing"])
    return render(request, "review/log.html", {"entries": Paged(request, entries), "chosen": chosen})
