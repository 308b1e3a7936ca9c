"""Who may do what: every URL, every role, own and foreign centres, with and without a conflict, from one table."""

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages import ERROR, get_messages
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from data.home import Home
from tests.review.console_support import browser, case_of, person

with (Path(__file__).parent / "Permissions.csv").open(encoding="utf-8", newline="") as table:
    ROWS = list(csv.DictReader(table))
#: every kind of person: role, centres, ties
PEOPLE: dict[str, tuple[str, tuple[str, ...], tuple[tuple[str, str, str], ...]]] = {
    "inspector own": ("inspector", ("north",), ()),
    "inspector foreign": ("inspector", ("east",), ()),
    "inspector tied": ("inspector", ("north",), (("clerk", "north", "K1"),)),
    "supervisor": ("supervisor", (), ()),
    "supervisor tied": ("supervisor", (), (("clerk", "north", "K1"),)),
    "analyst": ("analyst", (), ()),
    "auditor": ("auditor", (), ()),
    "auditor tied": ("auditor", (), (("identifier", "", "phone of n0"),)),
    "administrator": ("administrator", (), ()),
}
#: what only looks, however often, is no change
LOOKS = ("view", "list", "download", "export", "log_in")


class Scene:
    """A case at the centre north, as each URL needs it to be."""

    def __init__(self, user: Any) -> None:
        from review.models import Attachment, Conflict

        self.user, self.other = user, person("supervisor", name="other")
        self.case = case_of("n0")
        self.file = Attachment(
            case=self.case, by=self.other, at=timezone.now(), name="a.txt", kind="text/plain", size=1, sha256=""
        )
        self.file.file.save("scene/a", ContentFile(b"a"))
        self.known = Conflict.objects.create(user=self.other, kind="agent", value="A1")

    def call(self, url: str, method: str) -> Any:
        prepare = getattr(self, f"_{url}", None)
        if prepare:
            prepare()
        client = browser(self.user)
        path = reverse(url, args=self.arguments(url)) + self.query(url)
        return client.get(path) if method == "GET" else client.post(path, self.form(url))

    def arguments(self, url: str) -> list[Any]:
        by_url: dict[str, list[Any]] = {
            "download": [self.case.case_id, self.file.pk],
            "person": ["other"],
            "change_person": ["other"],
            "new_link": ["other"],
            "add_conflict": ["other"],
            "end_conflict": ["other", self.known.pk],
            "set_up": self.link(),
            "list_file": ["csv"],
        }
        of_case = (
            "case",
            "pictures",
            "case_pdf",
            "reveal",
            "take",
            "give_back",
            "assign",
            "decide",
            "comment",
            "snooze",
            "wake",
            "attach",
        )
        if url in of_case:
            return [self.case.case_id]
        if url in ("confirm", "refuse", "undo"):
            return [self.decision.pk]
        return by_url.get(url, [])

    def link(self) -> list[str]:
        from review.actions.people import set_up_path

        return set_up_path(self.other).split("/")[2:]

    def query(self, url: str) -> str:
        return {"centre": "?name=north", "clerk": "?centre=north&name=K1", "agent": "?name=A1"}.get(url, "")

    def form(self, url: str) -> dict[str, Any]:
        forms: dict[str, dict[str, Any]] = {
            "assign": {"to": "other"},
            "reveal": {"pseudonym": "phone of n0", "why": "to hear a witness"},
            "decide": {"verdict": "lawful", "reason": "clerks_slip"},
            "comment": {"text": "seen"},
            "snooze": {"until": str(timezone.localdate() + timedelta(days=3)), "why": "leave"},
            "attach": {"file": ContentFile(b"notes", name="a.txt")},
            "refuse": {"why": "no"},
            "undo": {"why": "no"},
            "add_person": {"username": "newcomer", "role": "analyst"},
            "change_person": {"role": "supervisor", "is_active": "on", "full_name": "Other"},
            "add_conflict": {"kind": "agent", "value": "A2"},
            "set_language": {"language": "zh-hans"},
        }
        return forms.get(url, {})

    def _held(self) -> None:
        self.case.holder, self.case.held_at = self.user or self.other, timezone.now()
        self.case.save()

    def _decided(self, by: Any) -> None:
        from review.models import Covered, Decision

        self.decision = Decision.objects.create(
            case=self.case, whole_case=True, verdict="manipulated", reason="record_altered", by=by, at=timezone.now()
        )
        Covered.objects.bulk_create(Covered(decision=self.decision, booking=row) for row in self.case.bookings.all())

    def _wake(self) -> None:
        self.case.snoozed_by, self.case.snoozed_at = self.other, timezone.now()
        self.case.snoozed_until, self.case.snoozed_why = timezone.now() + timedelta(days=2), "later"
        self.case.save()

    _give_back = _decide = _snooze = _held

    def _confirm(self) -> None:
        self._decided(self.other)

    _refuse = _confirm

    def _undo(self) -> None:
        self._decided(self.user or self.other)


def what_came(answer: Any, entries: int) -> str:
    """`seen`, `moved` (led on), `done` (the log has a change), `refused` (with a sentence), `log-in`, or a status."""
    from review.models import LogEntry

    if answer.status_code in (403, 404):
        return str(answer.status_code)
    changed = LogEntry.objects.exclude(action__in=LOOKS).count() > entries
    if answer.status_code == 200:
        return "log-in" if answer.context and "ended" in answer.context else "done" if changed else "seen"
    assert answer.status_code == 302
    if answer.headers["Location"].startswith("/log-in?"):
        return "log-in"
    if any(message.level == ERROR for message in get_messages(answer.wsgi_request)):
        return "refused"
    return "done" if changed else "moved"


@pytest.mark.parametrize("row", ROWS, ids=[row["url"] for row in ROWS])
def test_each_may_do_what_the_table_says(row: dict[str, str], db: Home) -> None:
    from django.db import transaction

    from review.models import LogEntry

    found = {}
    for who in list(row)[2:]:
        with transaction.atomic():
            role, centres, tied = PEOPLE.get(who, ("", (), ()))
            scene = Scene(person(role, centres=centres, tied=tied, name="asking") if role else None)
            entries = LogEntry.objects.exclude(action__in=LOOKS).count()
            found[who] = what_came(scene.call(row["url"], row["method"]), entries)
            transaction.set_rollback(True)
    assert found == {who: row[who] for who in list(row)[2:]}


def test_every_url_stands_in_the_table(console: Home) -> None:
    from review.urls import urlpatterns

    assert sorted(str(pattern.name) for pattern in urlpatterns) == sorted(row["url"] for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=[row["url"] for row in ROWS])
def test_the_other_method_changes_nothing(row: dict[str, str], db: Home) -> None:
    if row["url"] in ("log_in", "set_up", "set_language"):
        return
    scene = Scene(person("supervisor", name="asking"))
    other = "POST" if row["method"] == "GET" else "GET"
    assert scene.call(row["url"], other).status_code == 405
