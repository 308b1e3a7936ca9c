"""The home that this console serves."""

from functools import cache

from django.conf import settings

from data.home import Home


@cache
def home() -> Home:
    """The home, opened once."""
    return Home.open(settings.HOME)
