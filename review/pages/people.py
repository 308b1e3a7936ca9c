"""People: who may enter, as what, for which centres, and whom they are tied to."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from review.actions import people as actions
from review.models import Centre, User
from review.models.people import TIES
from review.pages.asking import Asked, Paged, changing, page
from review.roles import ROLES, May


@page(May.MANAGE_PEOPLE)
def people(request: Asked) -> HttpResponseBase:
    """Everybody."""
    found = User.objects.prefetch_related("assignments").order_by("username")
    return render(request, "review/people.html", {"people": Paged(request, found), "roles": ROLES.values()})


@page(May.MANAGE_PEOPLE)
def person(request: Asked, username: str) -> HttpResponseBase:
    """One person."""
    user = get_object_or_404(User, username=username)
    own = set(user.assignments.values_list("centre_id", flat=True))
    known = set(Centre.objects.values_list("centre_id", flat=True))
    context = {
        "person": user,
        "roles": ROLES.values(),
        "centres": [(name, name in own) for name in sorted(own | known)],
        "conflicts": user.conflicts.all(),
        "ties": TIES,
        "link": _link_once(request, user),
    }
    return render(request, "review/person.html", context)


@changing(May.MANAGE_PEOPLE)
def add(request: Asked) -> HttpResponseBase:
    """Let somebody in; the link by which they choose a password is shown once."""
    said = request.POST
    user = actions.add_person(
        username=said.get("username", "").strip(),
        full_name=said.get("full_name", ""),
        role=said.get("role", ""),
        by=request.user,
    )
    request.session["links"] = {user.username: request.build_absolute_uri(actions.set_up_path(user))}
    return redirect("person", user.username)


@changing(May.MANAGE_PEOPLE)
def change(request: Asked, username: str) -> HttpResponseBase:
    """Set name, role, centres, and whether they may enter."""
    said = request.POST
    centres = [*said.getlist("centre"), *said.get("more", "").replace("，", ",").split(",")]
    actions.change_person(
        username,
        full_name=said.get("full_name", ""),
        role=said.get("role", ""),
        is_active=said.get("is_active") == "on",
        centres=[name.strip() for name in centres if name.strip()],
        by=request.user,
    )
    messages.success(request, _("Kept."))
    return redirect("person", username)


@changing(May.MANAGE_PEOPLE)
def link(request: Asked, username: str) -> HttpResponseBase:
    """A new link, shown once."""
    request.session["links"] = {username: request.build_absolute_uri(actions.new_link(username, by=request.user))}
    return redirect("person", username)


@changing(May.MANAGE_PEOPLE)
def add_conflict(request: Asked, username: str) -> HttpResponseBase:
    """Tie somebody to something."""
    said = {name: request.POST.get(name, "") for name in ("kind", "value", "centre_id", "why")}
    actions.add_conflict(username, **said, by=request.user)
    return redirect("person", username)


@changing(May.MANAGE_PEOPLE)
def end_conflict(request: Asked, username: str, number: int) -> HttpResponseBase:
    """Take it off the list."""
    actions.end_conflict(username, number, by=request.user)
    return redirect("person", username)


def _link_once(request: Asked, user: User) -> str | None:
    """The link that was just made for this person, and for no other; the next time it is gone."""
    links = request.session.pop("links", {})
    found: str | None = links.pop(user.username, None)
    if links:
        request.session["links"] = links
    return found
