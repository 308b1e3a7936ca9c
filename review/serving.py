"""Serves the console."""

import errno
import sys

from data.errors import HomeError
from data.home import Home
from review.filekinds import MOST_BYTES
from review.starting import start, told

#: what a form with a file may have beside the file
FORM_BYTES = 1024**2
#: what the server in front says of who is asking, and whether by HTTPS
TRUSTED = {"x-forwarded-for", "x-forwarded-proto"}


def serve(home: Home, host: str, port: int, threads: int) -> None:
    """Publish what is missing, then answer until Ctrl-C."""
    start(home)
    import waitress  # noqa: PLC0415 - after Django, whose settings say whom to believe
    from django.conf import settings  # noqa: PLC0415

    from review.publishing.night import publish_missing  # noqa: PLC0415
    from review.wsgi import application  # noqa: PLC0415

    with told("cannot take a night in"):
        published = publish_missing(home)
    if published:
        _say(f"Published {len(published)} nights, {published[0]} to {published[-1]}.")
    _hint_at_administrator()
    trusted = {"trusted_proxy": settings.PROXY, "trusted_proxy_headers": TRUSTED} if settings.PROXY else {}
    try:
        server = waitress.create_server(
            application,
            host=host,
            port=port,
            threads=threads,
            max_request_body_size=MOST_BYTES + FORM_BYTES,
            clear_untrusted_proxy_headers=True,
            ident=None,
            **trusted,
        )
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        raise HomeError(
            f"port {port} on {host} {'is taken' if taken else 'cannot be used: ' + str(error)}",
            next_step="Choose another with --port.",
        ) from error
    _say(f"Console: http://{host}:{server.effective_port}/ (Ctrl-C ends it)")
    try:
        server.run()
    finally:
        server.close()


def _hint_at_administrator() -> None:
    from review.models import User  # noqa: PLC0415 - needs Django in force

    if not User.objects.exists():
        _say("Nobody can log in yet. Let the first person in: inturn init --administrator NAME")


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()
