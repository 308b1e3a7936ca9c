"""Every page of the console, in both languages, two widths, and dark, as pictures: `make screenshots`.

`python -m tests.review.screenshots OUT [HOME]` serves a home of some nights of the small world, or one whose nights
have been run, lets people in, works on some cases so that no page is empty, and takes each page as the one whose it is.
"""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

from data.home import Home
from data.worlds import simulate
from detection.checkup.checkup import check_up, store
from review.starting import start
from tests.review.chromium import chromium
from tests.review.real_night import FIRST, LAST, real_home

PASSWORD = "a long enough password"  # noqa: S105 - of people made for the pictures
PEOPLE = {"li": "supervisor", "wang": "inspector", "zhou": "auditor", "chen": "administrator", "sun": "analyst"}
HEIGHTS = {1280: 900, 390: 844}


class View(NamedTuple):
    """How a page is looked at; as part of a file name: zh-hans.1280.light."""

    language: Literal["zh-hans", "en"]
    width: int
    scheme: Literal["light", "dark"] = "light"


VIEWS = (
    View("zh-hans", 1280),
    View("zh-hans", 390),
    View("en", 1280),
    View("en", 390),
    View("zh-hans", 1280, "dark"),
    View("en", 390, "dark"),
)


def main(out: Path, home: Path | None = None) -> int:
    """Take them; 1 where a page is wider than the window or shows an error, after saying which."""
    if home is None:
        with tempfile.TemporaryDirectory() as folder:
            simulate("small", Path(folder, "world"))
            real_home(Path(folder, "home"), Path(folder, "world"))
            return main(out, Path(folder, "home"))
    opened = Home.open(home)
    start(opened)
    case = prepare(opened)
    out.mkdir(parents=True, exist_ok=True)
    wrong = []
    with served(home) as address, chromium() as browser:
        for view in VIEWS:
            for who, pages in pages_of(case).items():
                context = browser.new_context(
                    viewport={"width": view.width, "height": HEIGHTS[view.width]},
                    locale=view.language,
                    color_scheme=view.scheme,
                )
                context.add_cookies([{"name": "django_language", "value": view.language, "url": address}])
                page = context.new_page()
                said: list[str] = []
                page.on(
                    "console",
                    lambda message, said=said: said.append(message.text) if message.type == "error" else None,
                )
                if who:
                    log_in(page, address, who)
                for name, path in pages.items():
                    page.goto(address + path, wait_until="networkidle")
                    page.screenshot(path=out / f"{name}.{'.'.join(map(str, view))}.png", full_page=True)
                    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                        wrong.append(f"{name} is wider than {view.width} ({view.language})")
                expected = "the server responded with a status of 40"
                wrong += [f"{who} {view.language}: {text}" for text in said if expected not in text]
                context.close()
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    return 1 if wrong else 0


def pages_of(case: str) -> dict[str, dict[str, str]]:
    """The pages of each person; of nobody, those before the log-in."""
    return {
        "": {"log_in": "/log-in", "set_up_spent": "/set-up/MQ/x"},
        "wang": {
            "night": "/",
            "case": f"/cases/{case}",
            "confirmations": "/confirmations",
            "centres": "/centres",
            "centre": "/centre?name=C01",
            "clerks": "/clerks",
            "clerk": "/clerk?centre=C01&name=C01-K04",
            "agents": "/agents",
            "403": "/log",
            "404": "/nothing",
        },
        "li": {"case_supervisor": f"/cases/{case}", "night_decided": "/?state=any&beyond=1", "leader": "/leader"},
        "sun": {"checkups": "/checkups"},
        "zhou": {"log": "/log"},
        "chen": {"people": "/people", "person": "/people/wang"},
    }


def prepare(home: Home) -> str:
    """Let people in and work on cases; the case to be shown, which is the inspector's and has a history."""
    from review.actions import deciding, holding, notes
    from review.models import Assignment, Case, User
    from review.publishing.night import publish_missing

    publish_missing(home)
    store(home, check_up(home, FIRST, LAST))
    people = {}
    for name, role in PEOPLE.items():
        people[name], _ = User.objects.get_or_create(username=name, defaults={"role": role})
        people[name].set_password(PASSWORD)
        people[name].save()
    for centre in ("C01", "C02"):
        Assignment.objects.get_or_create(user=people["wang"], centre_id=centre)
    case = Case.objects.filter(drawn=False).order_by("-place").first()
    assert case is not None
    if case.holder_id is None and not case.decisions.exists():
        holding.take(case.case_id, by=people["wang"])
        first = case.bookings.order_by("-score").first()
        assert first is not None
        deciding.decide(
            case.case_id, verdict="lawful", reason="clerks_slip", text="", bookings=[first.pk], by=people["wang"]
        )
        notes.comment(case.case_id, text="问过窗口，叫号记录已调取。", by=people["wang"])
        for verdict, reason in (
            ("manipulated", "called_out_of_turn"),
            ("lawful", "priority_holds"),
            ("unclear", "records_missing"),
        ):
            other = holding.take_next(by=people["li"])
            assert other is not None
            deciding.decide(other.case_id, verdict=verdict, reason=reason, text="", by=people["li"])
    return case.case_id


@contextlib.contextmanager
def served(home: Path) -> Iterator[str]:
    """The console of this home at an address of its own."""
    command = [
        sys.executable,
        "-c",
        "from inturn.main import run; run()",
        "console",
        "--port",
        "0",
        "--home",
        str(home),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if found := re.search(r"http://\S+:\d+", line):
                yield found[0]
                break
        else:
            raise RuntimeError("the console did not start")
    finally:
        process.terminate()
        process.wait()


def log_in(page: Any, address: str, who: str) -> None:
    """Log in as somebody."""
    page.goto(f"{address}/log-in")
    page.fill("[name=username]", who)
    page.fill("[name=password]", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url(lambda url: "/log-in" not in url)


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
