"""What every template has at hand."""

from django.http import HttpRequest
from django.utils.translation import get_language

from review.models import User


def shell(request: HttpRequest) -> dict[str, object]:
    """`may`: the permissions of who is asking; `chinese`: whether the page is; `menu`: which entry is open."""
    user = request.user if hasattr(request, "user") and isinstance(request.user, User) else None
    return {
        "may": {permission.value: True for permission in user.duties.may} if user else {},
        "chinese": (get_language() or "").startswith("zh"),
        "menu": request.resolver_match.url_name if request.resolver_match else "",
    }
