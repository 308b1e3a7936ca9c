"""The application for a web server that speaks WSGI: Django's, kept to what HTTP and our forms allow."""

from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer; a HEAD gets no body, and everything that is asked is read as UTF-8, whatever charset it claims.

    Waitress would send the body of a HEAD too, and what follows on the connection, perhaps somebody else's behind a
    server in front, would be taken for the answer to another request.
    """
    kind, *claims = environ.get("CONTENT_TYPE", "").split(";")
    kept = [claim for claim in claims if not claim.strip().lower().startswith("charset")]
    environ["CONTENT_TYPE"] = ";".join([kind, *kept])
    body: Any = _django(environ, start_response)
    if environ["REQUEST_METHOD"] != "HEAD":
        return body  # type: ignore[no-any-return]
    body.close()
    return []
