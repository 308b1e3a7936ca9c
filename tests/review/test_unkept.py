"""What somebody wrote is given back where it could not be kept, whatever the reason; and pages that grew too old."""

from typing import Any

import pytest

from data.home import Home
from tests.review.console_support import SCRIPT, browser, case_of, person

WRITTEN = f"the witness says {SCRIPT} 证人说"
SHOWN = "the witness says &lt;script&gt;alert(1)&lt;/script&gt; 证人说</textarea>"
VERDICT = {"verdict": "lawful", "reason": "other_lawful", "text": WRITTEN}


def test_a_refused_verdict_gives_its_words_back(db: Home) -> None:
    client, path = browser(person("inspector", centres=["north"])), f"/cases/{case_of('n0').case_id}"
    answer = client.post(f"{path}/decide", VERDICT, headers={"referer": f"http://localhost{path}"}, follow=True)
    page = answer.content.decode()
    assert "Take the case first." in page
    assert SHOWN in page
    assert SHOWN not in client.get(path).content.decode()


def test_a_session_that_ends_while_somebody_writes_costs_no_words(db: Home) -> None:
    path = f"/cases/{case_of('n0').case_id}"
    answer = browser().post(f"{path}/decide", VERDICT, headers={"referer": f"http://localhost{path}"})
    page = answer.content.decode()
    assert "Your session has ended" in page
    assert SHOWN in page
    assert f'name="next" value="{path}"' in page


def test_a_page_from_before_the_last_log_in_says_so(db: Home) -> None:
    from django.test import Client

    client, path = Client(headers={"host": "localhost"}, enforce_csrf_checks=True), f"/cases/{case_of('n0').case_id}"
    client.force_login(person("inspector", centres=["north"]))
    answer = client.post(f"{path}/decide", VERDICT, headers={"referer": f"http://localhost{path}"})
    page = answer.content.decode()
    assert (answer.status_code, "from before you last logged in" in page, SHOWN in page) == (403, True, True)
    assert f'href="{path}"' in page
    foreign = client.post(f"{path}/decide", VERDICT, headers={"origin": "https://elsewhere.example"})
    assert (foreign.status_code, "the witness" in foreign.content.decode()) == (403, False)


def test_a_database_that_does_not_answer_is_no_fault_of_the_page(db: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from review import audit

    def locked(*_: object) -> str:
        raise OperationalError("database is locked")

    monkeypatch.setattr(audit, "_chained", locked)
    client = browser(person("inspector", centres=["north"]))
    client.raise_request_exception = False
    answer = client.post(f"/cases/{case_of('n0').case_id}/comment", {"text": WRITTEN})
    page = answer.content.decode()
    assert (answer.status_code, "The database is busy" in page, SHOWN in page) == (503, True, True)


def test_the_ends_of_lines_count_once_as_in_the_browser(db: Home) -> None:
    case = case_of("n0")
    text = "\r\n".join(["x" * 99] * 100)
    browser(person("inspector", centres=["north"])).post(f"/cases/{case.case_id}/comment", {"text": text})
    assert case.comments.get().text == text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("referer", "place"),
    [
        ("http://localhost/confirmations?page=2", "/confirmations?page=2"),
        ("http://localhost//elsewhere.example/x", "/"),
        ("http://elsewhere.example/confirmations", "/"),
        ("", "/"),
    ],
)
def test_a_form_leads_back_to_its_own_page_and_nowhere_else(db: Home, referer: str, place: str) -> None:
    client, path = browser(person("inspector", centres=["north"])), f"/cases/{case_of('n0').case_id}/comment"
    assert client.post(path, {"text": " "}, headers={"referer": referer}).headers["Location"] == place


def test_a_part_of_a_page_whose_session_has_ended_leads_the_whole_page_to_the_log_in(db: Home) -> None:
    part: dict[str, Any] = {"hx-request": "true", "hx-current-url": "http://localhost/?state=any"}
    answer = browser().get("/?state=open", headers=part)
    assert answer.headers["HX-Redirect"] == "/log-in?next=/%3Fstate%3Dany"
    assert answer.content == b""


def test_the_language_of_an_answer_to_a_form_leads_to_a_page_that_can_be_opened(db: Home) -> None:
    path = f"/cases/{case_of('n0').case_id}/reveal"
    shown = browser(person("supervisor")).post(path, {"pseudonym": "phone of n0", "why": "a witness"})
    assert 'name="next" value="/"' in shown.content.decode()
