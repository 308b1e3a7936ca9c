"""What every page begins with: who asks, whether they may, which case, and how a refusal is answered."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Generic, TypeVar, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from review.access import visible
from review.errors import Refused
from review.models import Case, User
from review.pages.unkept import unkept
from review.roles import May

#: rows of a list
PAGE = 50

Row = TypeVar("Row")
View = Callable[..., HttpResponseBase]


class Asked(HttpRequest):
    """A request of somebody who has logged in."""

    user: User


def page(*needed: May, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """A view for those whose role has every permission named; others get 403, strangers the log-in page."""

    def wrapped(view: View) -> View:
        @require_http_methods([*methods, "HEAD"] if "GET" in methods else list(methods))
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _strangers(request)
            asked = cast(Asked, request)
            if not all(asked.user.may(permission) for permission in needed):
                raise PermissionDenied
            return view(asked, *args, **kwargs)

        return cast(View, answer)

    return wrapped


def changing(*needed: May) -> Callable[[View], View]:
    """A view that changes something, by POST; what an action refuses is a sentence on the page it came from."""

    def wrapped(view: View) -> View:
        @page(*needed, methods=("POST",))
        @wraps(view)
        def answer(request: Asked, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return view(request, *args, **kwargs)
            except Refused as refused:
                messages.error(request, str(refused.sentence))
                for text in unkept(request):
                    messages.info(request, text, extra_tags="unkept")
                return back(request)

        return answer

    return wrapped


def case_or_404(user: User, case_id: str, cases: QuerySet[Case] | None = None) -> Case:
    """A case that this person may see; whether there is one they may not see is not told."""
    case = visible(user, cases).filter(case_id=case_id).first()
    if case is None:
        raise Http404
    return case


def back(request: HttpRequest) -> HttpResponse:
    """To the page of this site that the form was on."""
    return redirect(came_from(request))


def came_from(request: HttpRequest) -> str:
    """The page of this site that a form was on; the first page where that cannot be told."""
    came = urlsplit(request.headers.get("Referer", ""))
    path = came._replace(scheme="", netloc="").geturl()
    own = came.netloc == request.get_host() and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if own else "/"


def _strangers(request: HttpRequest) -> HttpResponseBase:
    """The log-in page, which leads on to what was asked for.

    Whose session has ended while they wrote gets back what they wrote; a part of a page sends the whole page there.
    """
    if request.method == "POST":
        told = {"next": came_from(request), "ended": True, "unkept": unkept(request)}
        return render(request, "review/log_in.html", told)
    if request.htmx:  # type: ignore[attr-defined]
        asked = redirect_to_login(request.htmx.current_url_abs_path or "/")  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(asked.url)
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


class Paged(Generic[Row]):
    """One page of a list, cut in the database; whether there is a next is seen by reading one row more."""

    def __init__(self, request: HttpRequest, rows: "QuerySet[Any, Row]", size: int = PAGE) -> None:
        asked = request.GET.get("page", "1")
        self.number = min(max(int(asked), 1), 100_000) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
        first = (self.number - 1) * size
        found = list(rows[first : first + size + 1])
        self.rows, self.has_next = found[:size], len(found) > size
        self.has_previous = self.number > 1
        rest = request.GET.copy()
        rest.pop("page", None)
        self.rest = rest.urlencode()
