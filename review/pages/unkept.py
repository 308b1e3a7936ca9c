"""What somebody wrote in a form that came to nothing, so that the page that says so gives it back to be copied."""

from urllib.parse import urlsplit

from django.http import HttpRequest

from review.actions.deciding import LONGEST

#: fields that people write more than a word in
FIELDS = ("text", "why")
#: characters given back of each: more than can be kept, so that what was too long can be shortened
MOST = 2 * LONGEST


def unkept(request: HttpRequest) -> list[str]:
    """The texts of the form; nothing of one that another site has sent, or that broke off on its way."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.get_host():
        return []
    try:
        said = [request.POST.get(field, "").strip() for field in FIELDS]
    except OSError:
        return []
    return [text[:MOST] for text in said if text]
