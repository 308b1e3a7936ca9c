"""The audit log: what is in it fits, and whoever touches it is seen."""

import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from data.errors import HomeError
from data.home import Home
from tests.review.console_support import browser, case_of, person


def entries(number: int = 3) -> list[Any]:
    from review.audit import record

    user = person("inspector", name="who")
    return [record(by=user, action="view", kind="case", thing=f"C{n}", new={"n": n, "中": "文"}) for n in range(number)]


def loosened(statement: str, *values: object) -> None:
    """Do what only who owns the database can do: take the triggers off, and then change something."""
    with connection.cursor() as cursor:
        for name in ("fixed", "kept") if connection.vendor == "postgresql" else ("update", "delete"):
            place = " ON review_logentry" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS review_log_{name}{place}")
        cursor.execute(statement, values)


def test_a_whole_log_is_whole(db: Home) -> None:
    from review.audit import verify
    from review.models import LogEntry

    entries()
    found = verify()
    assert (found.broken, found.entries) == (None, LogEntry.objects.count())


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE review_logentry SET new = '{}' WHERE number = %s", "was changed"),
        ("UPDATE review_logentry SET by_name = 'other' WHERE number = %s", "was changed"),
        ("UPDATE review_logentry SET at = '2020-01-01 00:00:00' WHERE number = %s", "was changed"),
        ("DELETE FROM review_logentry WHERE number = %s", "is missing"),
    ],
)
def test_an_entry_that_was_touched_is_found(db: Home, statement: str, said: str) -> None:
    from review.audit import verify

    _, middle, _ = entries()
    loosened(statement, middle.number)
    assert said in str(verify().broken)


def test_without_its_key_the_log_is_neither_continued_nor_called_forged(db: Home) -> None:
    from review.audit import record, verify
    from review.models import LogEntry

    entries()
    count, key = LogEntry.objects.count(), db.path("keys", "audit.key")
    content = key.read_bytes()
    key.unlink()
    try:
        for asked in (verify, lambda: record(by=None, action="view", kind="case", thing="C9")):
            with transaction.atomic(), pytest.raises(HomeError, match="the key of the audit log is lost"):
                asked()
        assert not key.exists()
    finally:
        key.touch(mode=0o600)
        key.write_bytes(content)
    assert LogEntry.objects.count() == count
    assert verify().broken is None


@pytest.mark.parametrize("line", ["{", '{"number": 1}', "[]", "7", '{"number": "x", "chain": "y"}', "中"])
def test_a_damaged_note_of_the_head_is_named_by_its_line(db: Home, line: str) -> None:
    from review.audit import note_head, verify

    entries()
    path = db.path("audit-heads.jsonl")
    before = path.read_text() if path.exists() else None
    try:
        note_head()
        with path.open("a", encoding="utf-8") as file:
            file.write(line)
        number = len(path.read_text(encoding="utf-8").splitlines())
        with pytest.raises(HomeError, match=rf"audit-heads\.jsonl: line {number} is no head"):
            verify()
    finally:
        path.unlink() if before is None else path.write_text(before)


def test_entries_cut_off_at_the_end_are_missed(db: Home) -> None:
    from review.audit import note_head, verify
    from review.models import LogHead

    first, _, last = entries()
    loosened("DELETE FROM review_logentry WHERE number = %s", last.number)
    assert "its head says" in str(verify().broken)
    LogHead.objects.update(number=last.number - 1, chain=first.chain)
    assert verify().broken
    path = db.path("audit-heads.jsonl")
    before = path.read_text()
    loosened("DELETE FROM review_logentry WHERE number > %s", first.number)
    LogHead.objects.update(number=first.number, chain=first.chain)
    assert verify().broken is None  # all that is left fits: only what was noted outside tells
    path.write_text(before + json.dumps({"number": last.number, "chain": last.chain}) + "\n")
    try:
        assert "is missing" in str(verify().broken)
        note_head()
    finally:
        path.write_text(before)


@pytest.mark.parametrize("statement", ["UPDATE review_logentry SET why = 'x'", "DELETE FROM review_logentry"])
def test_the_database_refuses_to_change_the_log(db: Home, statement: str) -> None:
    entries()
    with (
        pytest.raises(DatabaseError, match="never changed or deleted"),
        transaction.atomic(),
        connection.cursor() as at,
    ):
        at.execute(statement)


def test_the_product_refuses_to_change_the_log(db: Home) -> None:
    from review.models import LogEntry
    from review.models.log import FixedError

    entry = entries(1)[0]
    for change in (entry.save, entry.delete, LogEntry.objects.all().delete, lambda: LogEntry.objects.update(why="x")):
        with pytest.raises(FixedError):
            change()


def test_every_look_at_a_case_is_logged_with_who(db: Home) -> None:
    from review.models import LogEntry

    user = person("inspector", centres=["north"], name="who")
    case = case_of("n0")
    assert browser(user).get(f"/cases/{case.case_id}").status_code == 200
    entry = LogEntry.objects.get(action="view", kind="case", thing=case.case_id)
    assert (entry.by, entry.by_name) == (user, "who")


def test_a_secret_that_others_can_read_is_refused(db: Home) -> None:
    from data.errors import HomeError
    from review.audit import verify

    entries(1)
    key = db.path("keys", "audit.key")
    key.chmod(0o644)
    try:
        with pytest.raises(HomeError, match="others can read"):
            verify()
    finally:
        key.chmod(0o600)
