"""What holds for every page."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from review.home import home


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
