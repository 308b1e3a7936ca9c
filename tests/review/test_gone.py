"""What is gone or cannot be used: files, the booking of a drawn case, links and names."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import RequestFactory

from data.home import Home
from review.errors import Refused
from tests.review.console_support import browser, case_of, person


def test_a_file_that_is_lost_is_a_sentence(db: Home) -> None:
    from review.models import Attachment, LogEntry

    client, case = browser(person("inspector", centres=["north"])), case_of("n0")
    client.post(f"/cases/{case.case_id}/attach", {"file": ContentFile(b"notes", name="a.txt")})
    file = Attachment.objects.get(case=case)
    Path(file.file.path).unlink()
    answer = client.get(f"/cases/{case.case_id}/files/{file.pk}", follow=True)
    assert "not in the home any more" in answer.content.decode()
    assert not LogEntry.objects.filter(action="download").exists()


def test_an_archive_of_a_later_kind_than_is_known_is_not_kept() -> None:
    from review.filekinds import kind_of

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    later = bytearray(content.getvalue())
    later[later.rfind(b"PK\x01\x02") + 6] = 99  # version needed to extract: 9.9
    assert kind_of(bytes(later), "a.xlsx") is None


@pytest.mark.parametrize("part", ["file.pdf", "pictures"])
def test_a_drawn_case_whose_booking_is_gone_says_so(db: Home, part: str) -> None:
    from review.models import Case

    case = Case.objects.filter(drawn=True)[0]
    case.bookings.all().delete()
    answer = browser(person("supervisor")).get(f"/cases/{case.case_id}/{part}", follow=True)
    assert "no longer has the booking of this case" in answer.content.decode()


def test_a_case_that_somebody_spoke_of_is_nobody_s_work_once_its_bookings_are_gone(db: Home) -> None:
    from review.actions.notes import comment
    from review.models import Case
    from review.publishing.writing import write_night

    case = Case.objects.filter(drawn=True)[0]
    comment(case.case_id, text="seen", by=person("supervisor"))
    day = case.bookings.get().service_day
    write_night(day, {"run_id": "again", "compared": None, "drifted": []}, [])
    left = Case.objects.get(pk=case.pk)
    assert (left.bookings.count(), left.state) == (0, "decided")


def test_a_set_up_link_is_shown_on_the_page_of_its_person_only(db: Home) -> None:
    person("inspector", name="other")
    client = browser(person("administrator"))
    client.post("/let-in", {"username": "newcomer", "role": "analyst"})
    assert "/set-up/" not in client.get("/people/other").content.decode()
    assert "/set-up/" in client.get("/people/newcomer").content.decode()
    assert "/set-up/" not in client.get("/people/newcomer").content.decode()


def test_whoever_is_let_in_has_a_page_and_can_log_in(db: Home) -> None:
    from review.actions.people import add_person

    boss = person("administrator")
    for name in ("..", "--", "."):
        with pytest.raises(Refused, match="2 to 80"):
            add_person(username=name, full_name="", role="analyst", by=boss)
    for typed, name in (("add", "add"), ("１２３", "123")):
        user = add_person(username=typed, full_name="", role="analyst", by=boss)
        user.set_password("right horse battery")
        user.save()
        assert browser(boss).get(f"/people/{name}").status_code == 200
        assert browser().post("/log-in", {"username": typed, "password": "right horse battery"}).status_code == 302


def test_a_pseudonym_is_noted_without_what_no_database_keeps(db: Home) -> None:
    from review.models import LogEntry

    form = {"pseudonym": "phone\0 of n0", "why": "a witness"}
    assert browser(person("supervisor")).post(f"/cases/{case_of('n0').case_id}/reveal", form).status_code == 200
    assert LogEntry.objects.get(action="reveal").new == {"pseudonym": "phone of n0"}


def test_of_a_query_nothing_that_no_database_can_look_up_is_left(db: Home) -> None:
    from review.middleware import NoNul

    request = RequestFactory().get("/", QUERY_STRING="q=a%%0000b&centre=%%%0000%0000")
    NoNul(lambda _: None)(request)  # type: ignore[arg-type, return-value]
    assert request.GET.dict() == {"q": "ab", "centre": ""}
