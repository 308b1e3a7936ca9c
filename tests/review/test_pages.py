"""What pages show and refuse: scripts are text, files are what they say, wrong forms end in a sentence."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from data.home import Home
from data.lake import Lake
from tests.detection.cases_support import night, rows_of
from tests.review.console_support import SCRIPT, browser, case_of, person

CSS = Path(__file__).parent.parent.parent / "review" / "static" / "review" / "review.css"


def office(part: str, *others: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in (part, *others):
            archive.writestr(name, "<x/>")
    return content.getvalue()


def said(answer: Any) -> str:
    """The sentence that the page shows of a change."""
    return " ".join(str(message) for message in answer.context["messages"])


def test_a_script_in_a_log_is_text(db: Home) -> None:
    case = case_of(SCRIPT)
    for user, paths in (
        (person("supervisor"), ["/", f"/cases/{case.case_id}", "/clerks", "/centres", "/confirmations"]),
        (person("auditor"), ["/log"]),
    ):
        client = browser(user)
        if user.role == "supervisor":
            client.post(f"/cases/{case.case_id}/comment", {"text": SCRIPT})
            client.post(f"/cases/{case.case_id}/take")
        for path in paths:
            page = client.get(path).content.decode()
            assert SCRIPT not in page, path
    assert "&lt;script&gt;" in browser(person("supervisor")).get(f"/cases/{case.case_id}").content.decode()


def test_no_page_has_a_script_or_a_style_of_its_own(db: Home) -> None:
    page = browser(person("supervisor")).get(f"/cases/{case_of('n0').case_id}").content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", page)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"%PDF-1.7 ...", ""),
        ("a.png", b"\x89PNG\r\n\x1a\n...", ""),
        ("a.jpeg", b"\xff\xd8\xff...", ""),
        ("笔录.txt", "询问笔录".encode(), ""),
        ("a.xlsx", office("xl/workbook.xml"), ""),
        ("a.docx", office("word/document.xml"), ""),
        ("a.xlsx", office("xl/workbook.xml", "xl/vbaProject.bin"), "Such a file is not kept"),
        ("a.zip", office("a.txt"), "Such a file is not kept"),
        ("a.pdf", b"MZ\x90\x00", "Such a file is not kept"),
        ("a.html", b"<html>", "Such a file is not kept"),
        ("a.svg", b"<svg onload='x'>", "Such a file is not kept"),
        ("a.pdf", b"<html>", "Such a file is not kept"),
        ("a.txt", b"\xff\xfe\x00", "Such a file is not kept"),
        ("a.txt", b"", "This file is empty"),
        ("a.txt", b"x" * (10 * 1024**2 + 1), "larger than 10 MB"),
    ],
)
def test_a_file_is_kept_if_it_is_what_it_says(db: Home, name: str, content: bytes, sentence: str) -> None:
    client = browser(person("inspector", centres=["north"]))
    case = case_of("n0")
    answer = client.post(f"/cases/{case.case_id}/attach", {"file": ContentFile(content, name=name)}, follow=True)
    if sentence:
        assert sentence in said(answer) or "The submitted file is empty" in said(answer)
        assert not case.attachments.exists()
        return
    file = case.attachments.get()
    assert Path(file.file.path).is_relative_to(db.path("attachments"))
    assert Path(file.file.path).stat().st_mode & 0o077 == 0
    got = client.get(f"/cases/{case.case_id}/files/{file.pk}")
    assert b"".join(got.streaming_content) == content
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["Content-Type"] == "application/octet-stream"


def test_a_name_cannot_lead_out_of_its_folder() -> None:
    from review.filekinds import safe_name

    assert safe_name("../../etc/passwd.txt") == "passwd.txt"
    assert safe_name("C:\\x\\a\r\nb.pdf") == "ab.pdf"
    assert safe_name("\0") == "file"
    assert len(safe_name("长" * 500 + ".pdf")) == 200


@pytest.mark.parametrize(
    ("action", "form", "sentence"),
    [
        ("decide", {"verdict": "guilty", "reason": "clerks_slip"}, "Choose a verdict"),
        ("decide", {"verdict": "lawful", "reason": "clerks_slip", "scope": "some"}, "Tick the bookings"),
        ("decide", {"verdict": "lawful", "reason": "clerks_slip", "scope": "some", "booking": "1 OR 1"}, "Look again"),
        ("decide", {"verdict": "lawful", "reason": "clerks_slip", "scope": "some", "booking": "9" * 30}, "Look again"),
        ("snooze", {"until": "soon", "why": "x"}, "Say until which day"),
        ("snooze", {"until": "2020-01-01", "why": "x"}, "next 60 days"),
        ("comment", {"text": "   "}, "A comment says something"),
        ("comment", {"text": "x" * 20_000}, "longer than"),
        ("comment", {"text": "a\0b"}, "cannot be kept"),
        ("attach", {}, "Choose a file"),
    ],
)
def test_a_wrong_form_ends_in_a_sentence(db: Home, action: str, form: dict[str, Any], sentence: str) -> None:
    client = browser(person("inspector", centres=["north"]))
    case = case_of("n0")
    client.post(f"/cases/{case.case_id}/take")
    assert sentence in said(client.post(f"/cases/{case.case_id}/{action}", form, follow=True))


def test_five_megabytes_of_text_are_refused_before_anything_is_read(db: Home) -> None:
    client = browser(person("inspector", centres=["north"]))
    answer = client.post(f"/cases/{case_of('n0').case_id}/comment", {"text": "x" * 5_000_000})
    assert answer.status_code in (302, 400)
    assert not case_of("n0").comments.exists()


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=99999999999", "state=x", "q=%00", "centre=%27", "q=" + "x" * 500]
)
def test_a_forged_query_is_an_ordinary_page(db: Home, query: str) -> None:
    assert browser(person("supervisor")).get(f"/?{query}").status_code == 200


@pytest.mark.parametrize("url", ["/centre?centre=%00", "/list.csv?state=%00&centre=a%00", "/?kind=%00", "/people/%00"])
def test_what_no_database_can_look_up_is_not_there(db: Home, url: str) -> None:
    for role in ("supervisor", "administrator"):
        assert browser(person(role)).get(url).status_code in (200, 302, 403, 404)


@pytest.mark.parametrize(("lang", "sentence"), [("en", "Nothing was changed"), ("zh-hans", "没有任何更改")])
def test_the_address_of_a_form_leads_on_whoever_reloads_it(db: Home, lang: str, sentence: str) -> None:
    answer = browser(person("inspector", centres=["north"])).get(
        f"/cases/{case_of('n0').case_id}/comment", headers={"accept-language": lang}
    )
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert sentence in answer.content.decode()


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"more": "中" * 434}, "longer than any of a log"),
        ({"more": "a\0"}, "cannot be kept"),
        ({"full_name": "a\0"}, "cannot be kept"),
    ],
)
def test_a_centre_that_could_be_none_is_nobody_s(db: Home, form: dict[str, str], sentence: str) -> None:
    client, who = browser(person("administrator")), person("inspector", name="who", centres=["north"])
    said_of = {"role": "inspector", "is_active": "on", "centre": "north"} | form
    assert sentence in said(client.post("/people/who/change", said_of, follow=True))
    tied = {"kind": "centre", "value": form.get("more", "a\0")}
    assert sentence in said(client.post("/people/who/conflicts/add", tied, follow=True))
    assert list(who.assignments.values_list("centre_id", flat=True)) == ["north"]
    assert not who.conflicts.exists()


def test_a_name_that_nobody_can_have_does_not_fit(db: Home) -> None:
    answer = browser().post("/log-in", {"username": "x" * 5000, "password": "y"})
    assert (answer.status_code, "do not fit" in answer.content.decode()) == (200, True)


@pytest.mark.parametrize("sought", ["n0", "K1", "phone of n0", "case"])
def test_search_finds_a_case_by_what_is_in_it(db: Home, sought: str) -> None:
    case = case_of("n0")
    sought = case.case_id if sought == "case" else sought
    page = browser(person("supervisor")).get("/", {"q": sought}).content.decode()
    assert case.case_id in page
    assert case_of("s0").case_id not in page


def test_a_case_leaves_as_a_pdf_and_a_list_as_a_sheet(db: Home) -> None:
    from openpyxl import load_workbook
    from pypdf import PdfReader

    from review.models import Case, LogEntry

    client, case = browser(person("supervisor")), case_of("n0")
    for name in (case.case_id, Case.objects.filter(drawn=True)[0].case_id):
        got = client.get(f"/cases/{name}/file.pdf")
        assert got.headers["Content-Type"] == "application/pdf"
        assert name in "".join(page.extract_text() for page in PdfReader(io.BytesIO(got.content)).pages)
    sheet = load_workbook(io.BytesIO(client.get("/list.xlsx?state=any&beyond=1").content)).active
    assert sheet is not None
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == list(Case.objects.values_list("case_id", flat=True))
    assert client.get("/list.csv?q=K1").content.decode("utf-8-sig").count(case.case_id) == 1
    assert client.get("/list.ods").status_code == 404
    assert LogEntry.objects.filter(action="export").count() == 4


def test_an_identity_is_revealed_with_a_reason_that_is_logged_first(db: Home) -> None:
    from review.models import LogEntry

    client, path = browser(person("supervisor")), f"/cases/{case_of('n0').case_id}/reveal"
    assert "Say why" in said(client.post(path, {"pseudonym": "phone of n0", "why": " "}, follow=True))
    other = {"pseudonym": "phone of s0", "why": "a witness"}
    assert "not part of the case" in said(client.post(path, other, follow=True))
    assert not LogEntry.objects.filter(action="reveal").exists()
    shown = client.post(path, {"pseudonym": "phone of n0", "why": "a witness"})
    assert "13900000000" in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    entry = LogEntry.objects.get(action="reveal")
    assert (entry.new, entry.why) == ({"pseudonym": "phone of n0"}, "a witness")
    unknown = client.post(path, {"pseudonym": "phone of n1", "why": "a witness"}, follow=True)
    assert "does not know" in said(unknown)
    assert LogEntry.objects.filter(action="reveal").count() == 2


def test_a_check_up_shows_what_was_found_and_what_was_not_assessed(db: Home) -> None:
    client = browser(person("analyst"))
    assert "Not assessed: no check-up" in client.get("/checkups").content.decode()
    said = json.dumps({"findings": [{"code": "withheld", "text": f"half {SCRIPT}", "text_zh": "压号"}]})
    row = {"centre_id": "north", "verdict": "withheld", "capacity_per_day": 120.0, "findings": said}
    row |= {"from_day": night(1), "to_day": night(7)}
    lake = Lake.of(db)
    lake.replace("checkups", None, rows_of("checkups", [row]))
    try:
        page = client.get("/checkups").content.decode()
        tied = browser(person("analyst", tied=[("centre", "", "north")])).get("/checkups").content.decode()
    finally:
        lake.replace("checkups", None, rows_of("checkups", []))
    assert "half &lt;script&gt;" in page
    assert "120" in page
    assert page.count("not assessed") >= 4
    assert "half" not in tied


def test_pictures_are_data_that_no_script_can_leave(db: Home) -> None:
    page = browser(person("supervisor")).get(f"/cases/{case_of(SCRIPT).case_id}/pictures").content.decode()
    assert page.count('<script type="application/json">') >= 3
    assert SCRIPT not in page
    assert page.count("<script") == page.count('<script type="application/json">')


def test_wrong_passwords_close_the_door(db: Home) -> None:
    user = person("inspector", name="who")
    user.set_password("right horse battery")
    user.save()
    client = browser()
    statuses = [client.post("/log-in", {"username": "who", "password": "wrong"}).status_code for _ in range(6)]
    assert statuses[:4] == [200] * 4
    assert statuses[-1] == 429
    assert client.post("/log-in", {"username": "who", "password": "right horse battery"}).status_code == 429


def test_a_set_up_link_works_once(db: Home) -> None:
    from review.actions.people import set_up_path

    user = person("inspector", name="who")
    path, client = set_up_path(user), browser()
    short = client.post(path, {"new_password1": "short", "new_password2": "short"})
    assert short.status_code == 200
    chosen = {"new_password1": "right horse battery", "new_password2": "right horse battery"}
    assert client.post(path, chosen).status_code == 302
    assert client.post(path, chosen).status_code == 404
    assert client.post("/log-in", {"username": "who", "password": "right horse battery"}).headers["Location"] == "/"


def test_who_may_no_longer_enter_is_out_at_once(db: Home) -> None:
    user = person("inspector", centres=["north"])
    client = browser(user)
    assert client.get("/").status_code == 200
    user.is_active = False
    user.save()
    assert client.get("/").status_code == 302


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", block))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance."""

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_palette_can_be_read(scheme: str) -> None:
    light, dark = re.findall(r":root \{(.*?)\}", CSS.read_text(encoding="utf-8"), re.DOTALL)[:2]
    palette = colours(light) if scheme == "light" else colours(dark)
    texts = [(ink, ground) for ink in ("ink", "soft", "accent") for ground in ("page", "card", "hover")]
    texts += [("on-accent", "accent"), *((name, f"{name}-card") for name in ("bad", "good", "warn"))]
    for ink, ground in texts:
        assert contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)
    assert contrast(palette["field"], palette["card"]) >= 3
