"""The real console on a real night, driven in Chromium as people would."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from data.home import Home
from review.handover import hand_over
from tests.detection.cases_support import table
from tests.review.chromium import chromium
from tests.review.real_night import real_home
from tests.review.screenshots import log_in, served

pytestmark = [pytest.mark.slow, pytest.mark.console]
#: lets two inspectors and a supervisor in, in a process of its own
LET_IN = """
import sys; from pathlib import Path
from data.home import Home; from review.starting import start
start(Home.open(Path(sys.argv[1])))
from review.models import Assignment, User
from tests.review.screenshots import PASSWORD
for name, role in (("li", "inspector"), ("wang", "supervisor"), ("zhou", "auditor")):
    user = User(username=name, role=role); user.set_password(PASSWORD); user.save()
li = User.objects.get(username="li")
Assignment.objects.bulk_create(Assignment(user=li, centre_id=centre) for centre in ("C01", "C02"))
"""
#: whether every picture has a point with a colour, on one of its layers
INKED = """() => [...document.querySelectorAll(".picture")].every((picture) =>
    [...picture.querySelectorAll("canvas")].some((canvas) => {
        const points = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        return points.some((value, place) => place % 4 === 3 && value > 0);
    }))"""
Opened = Callable[[str], Any]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, small_world: Path) -> Home:
    return real_home(tmp_path_factory.mktemp("real") / "home", small_world)


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    with served(home.root) as address:
        subprocess.run([sys.executable, "-c", LET_IN, str(home.root)], check=True)
        yield address


@pytest.fixture
def opened(address: str) -> Iterator[Opened]:
    """`opened(name)` is a page on which this person has logged in; at the end no page may have complained."""
    complaints: list[str] = []
    with chromium() as browser:

        def page_of(name: str) -> Any:
            page = browser.new_context(locale="en-GB", base_url=address, accept_downloads=True).new_page()
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            log_in(page, address, name)
            return page

        yield page_of
    assert complaints == []


def test_from_the_next_case_to_its_label(home: Home, opened: Opened) -> None:
    (case,) = {row["case_id"] for row in table(home, "cases")}
    first = opened("li")
    first.goto("/")
    while True:  # drawn bookings look like cases, and may come first
        first.click("button[data-key=n]")
        first.wait_for_url("**/cases/*")
        if first.url.endswith(case):
            break
        first.goto("/")
    first.keyboard.press("d")
    assert first.evaluate("document.activeElement.name") == "verdict"
    first.check("[name=verdict][value=manipulated]")
    assert first.locator("optgroup:disabled").count() == 2
    first.select_option("[name=reason]", "called_out_of_turn")
    first.fill("#decide-form textarea", "The calls of that hour were read at the window.")
    first.click("#decide-form button.primary")
    assert "A second person confirms it" in first.locator(".messages").inner_text()
    assert first.get_by_role("button", name="Confirm", exact=True).count() == 0
    assert hand_over(home, [])["labels"] == 0

    second = opened("wang")
    second.goto("/confirmations")
    second.keyboard.press("j")
    second.keyboard.press("Enter")
    second.wait_for_url(f"**/cases/{case}")
    second.get_by_role("button", name="Confirm", exact=True).click()
    assert "The verdict counts" in second.locator(".messages").inner_text()
    assert hand_over(home, [])["labels"] == 2
    rows = table(home, "labels")
    assert {(row["verdict"], row["reason"], row["selection_probability"]) for row in rows} == {
        ("manipulated", "called_out_of_turn", 1.0)
    }

    auditor = opened("zhou")
    auditor.goto(f"/log?thing={case}")
    assert {"saw", "decided", "confirmed"} <= set(auditor.locator("td[data-label=What]").all_inner_texts())


def test_every_picture_is_drawn_and_the_case_file_opens(home: Home, opened: Opened, tmp_path: Path) -> None:
    (case,) = {row["case_id"] for row in table(home, "cases")}
    page = opened("wang")
    page.goto(f"/cases/{case}")
    page.wait_for_selector(".picture canvas")
    assert page.locator(".picture").count() >= 6
    page.wait_for_function(INKED)
    with page.expect_download() as loading:
        page.get_by_role("link", name="Case file (PDF)").click()
    path = tmp_path / "case.pdf"
    loading.value.save_as(path)
    text = "".join(part.extract_text() for part in PdfReader(path).pages)
    assert case in text
    assert "wang" in text
    page.goto("/?state=any")
    with page.expect_download() as loading:
        page.get_by_role("link", name="XLSX").click()
    loading.value.save_as(tmp_path / "list.xlsx")
    sheet = load_workbook(tmp_path / "list.xlsx").active
    assert sheet is not None
    assert case in {row[0].value for row in sheet.iter_rows(min_row=2)}


def test_filters_change_the_list_without_a_new_page(opened: Opened) -> None:
    page = opened("wang")
    page.goto("/")
    page.evaluate("window.same = true")
    page.select_option("[name=state]", "any")
    page.wait_for_url("**state=any**")
    page.select_option("[name=centre]", "C02")
    page.wait_for_url("**centre=C02**")
    centres = set(page.locator("[data-row] td[data-label=Centre]").all_inner_texts())
    assert centres == {"C02"}
    assert page.evaluate("window.same")


def test_keys_walk_the_list(opened: Opened) -> None:
    page = opened("wang")
    page.goto("/?state=any")
    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    chosen = page.locator("tr.chosen [data-open]").inner_text()
    assert chosen == page.locator("[data-row] [data-open]").nth(1).inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{chosen}")
    page.keyboard.press("c")
    assert page.evaluate("document.activeElement.name") == "text"


def test_a_file_that_is_too_large_is_not_even_sent(opened: Opened, tmp_path: Path) -> None:
    page, path = opened("wang"), tmp_path / "a.pdf"
    page.goto("/?state=any")
    page.locator("[data-open]").first.click()
    page.wait_for_url("**/cases/*")
    for size, said in ((10 * 1024**2 + 1, "This file is larger than 10 MB."), (10 * 1024**2, "")):
        path.write_bytes(b"%PDF-".ljust(size))
        page.set_input_files("[name=file]", path)
        assert page.locator("[name=file]").evaluate("file => file.validationMessage") == said


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_is_wider_than_the_window(opened: Opened, width: int) -> None:
    page = opened("wang")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/?state=any")
    paths = [page.locator("[data-open]").first.get_attribute("href")]
    for path in ["/?state=any", "/confirmations", "/centres", "/clerks", "/agents", "/leader", "/checkups", *paths]:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
