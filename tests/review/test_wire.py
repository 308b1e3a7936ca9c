"""The application as a web server calls it: what goes over the wire, not what a page shows."""

import io
import logging
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from data.home import Home


def asked(method: str, path: str, **environ: Any) -> tuple[str, dict[str, str], bytes]:
    """Status, headers and body of an answer."""
    from review.wsgi import application

    came: list[Any] = []
    environ = {"HTTP_HOST": "localhost", **environ, "REQUEST_METHOD": method, "PATH_INFO": path}
    setup_testing_defaults(environ)
    body = b"".join(application(environ, lambda status, headers: came.extend((status, dict(headers)))))
    return came[0][:3], came[1], body


@pytest.mark.parametrize("path", ["/log-in", "/nowhere", "/static/review/review.css"])
def test_a_head_has_the_length_of_a_body_and_no_body(db: Home, path: str) -> None:
    status, headers, body = asked("HEAD", path)
    assert (status, body) == (asked("GET", path)[0], b"")
    assert int(headers["Content-Length"]) > 0


@pytest.mark.parametrize("charset", ["hex", "unicode_escape", "utf-7", "nonsense"])
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_a_request_is_utf_8_whatever_it_claims(db: Home, kind: str, charset: str) -> None:
    said = {"CONTENT_TYPE": f"{kind}; charset={charset}", "QUERY_STRING": r"next=\ud800\x00"}
    assert asked("GET", "/log-in", **said)[0] == "200"
    content = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\n\\ud800\\x00\r\n--x--\r\n'
    said |= {"CONTENT_LENGTH": str(len(content)), "wsgi.input": io.BytesIO(content)}
    assert asked("POST", "/log-in", **said)[0] == "403"  # no token


def test_a_stranger_s_host_is_refused_without_a_word_on_the_error_stream(db: Home) -> None:
    assert asked("GET", "/log-in", HTTP_HOST="evil.example")[0] == "400"
    logger = logging.getLogger("django.security.DisallowedHost")
    assert not logger.propagate
    assert not [handler for handler in logger.handlers if type(handler) is logging.StreamHandler]
