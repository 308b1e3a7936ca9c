"""What holds for every page."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.utils import timezone

from review.home import home


class NoNul:
    """No address that PostgreSQL cannot look up: a page of such a name is none, and of a query they are left out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        if "\0" in request.path_info:
            raise Http404
        while "%00" in request.META.get("QUERY_STRING", ""):  # left out, "%" and "00" on either side come together
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", "")
        return self.get_response(request)


class PrivatePages:
    """Pages are nobody else's to keep, and show times in the home's zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        with timezone.override(ZoneInfo(home().settings.timezone) if settings.IS_HOME else None):
            response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class WrongWays:
    """A page for an address that is there and was asked for in a way that it does not answer (405).

    Whoever reloads the address of a form has sent nothing, and is led on.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            response.content = render_to_string("review/405.html", request=request).encode()
        return response
