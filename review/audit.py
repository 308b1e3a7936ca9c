"""Writes and verifies the audit log.

Each entry is chained to the one before by an HMAC whose key is in the home, not in the database: who can write to the
database alone cannot make an entry that fits, nor take one out of the middle. The end is kept in a row of its own, and
every night notes it in `audit-heads.jsonl` in the home, so that entries cut off at the end are missed too.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from data.errors import HomeError
from review.models import LogEntry, LogHead, User
from review.secret import secret

HEADS_FILE = "audit-heads.jsonl"
KEY_FILE = "audit.key"
#: entries read at a time
BATCH = 2_000


def record(
    *,
    by: User | None,
    action: str,
    kind: str,
    thing: str,
    old: object = None,
    new: object = None,
    why: str = "",
) -> LogEntry:
    """Add an entry, in the transaction of what it tells of; `by` is null where a night did it."""
    with transaction.atomic():
        LogHead.objects.get_or_create(pk=1)
        head = LogHead.objects.select_for_update().get(pk=1)
        entry = LogEntry(
            number=head.number + 1,
            at=timezone.now(),
            by=by,
            by_name=by.username if by else "",
            action=action,
            kind=kind,
            thing=thing,
            old=_plain(old),
            new=_plain(new),
            why=why,
        )
        entry.chain = _chained(_key(head.number), head.chain, entry)
        entry.save()
        head.number, head.chain = entry.number, entry.chain
        head.save()
    return entry


@dataclass(frozen=True)
class Verified:
    """What a look through the whole log found; `broken`: the first entry that does not fit, and why."""

    entries: int
    head: str
    broken: str | None


def verify() -> Verified:
    """Read the log from its first entry and say whether all of it fits."""
    key, before, count = _key(LogEntry.objects.count()), "", 0
    heads = dict(_noted_heads())
    for entry in LogEntry.objects.order_by("number").iterator(chunk_size=BATCH):
        count += 1
        if entry.number != count:
            return Verified(count - 1, before, f"entry {count} is missing")
        if not hmac.compare_digest(entry.chain, _chained(key, before, entry)):
            return Verified(count - 1, before, f"entry {count} was changed, or one before it")
        if heads.pop(count, entry.chain) != entry.chain:
            return Verified(count, before, f"entry {count} is not the one that was noted in {HEADS_FILE}")
        before = entry.chain
    head = LogHead.objects.filter(pk=1).first()
    if (head.number if head else 0) != count or (head.chain if head else "") != before:
        return Verified(count, before, f"the log ends at entry {count}, its head says {head.number if head else 0}")
    if heads:
        return Verified(count, before, f"entry {max(heads)}, which was noted in {HEADS_FILE}, is missing")
    return Verified(count, before, None)


def note_head() -> None:
    """Note where the log stands, in a file outside the database."""
    head = LogHead.objects.filter(pk=1).first()
    if head is None:
        return
    line = json.dumps(
        {"at": datetime.now(UTC).isoformat(timespec="seconds"), "number": head.number, "chain": head.chain}
    )
    with _heads_file().open("a", encoding="ascii") as file:
        file.write(line + "\n")


def _noted_heads() -> Iterator[tuple[int, str]]:
    path = _heads_file()
    if not path.exists():
        return
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            noted = json.loads(line)
            yield int(noted["number"]), str(noted["chain"])
        except (ValueError, KeyError, TypeError) as error:
            raise HomeError(
                f"line {number} is no head of the audit log; it was changed, or cut short as it was written",
                where=str(path),
                next_step="Compare it with the home's backup; a last line cut short may be taken out.",
            ) from error


def _heads_file() -> Path:
    return Path(settings.HOME) / HEADS_FILE


def _key(entries: int) -> bytes:
    """The key of the chain; it is made for a log without entries only, since what it chained fits no other one."""
    folder = Path(settings.HOME) / "keys"
    if entries and not (folder / KEY_FILE).exists():
        raise HomeError(
            f"the key of the audit log is lost, which chains its {entries:,} entries",
            where=str(folder / KEY_FILE),
            next_step="Restore it from the home's backup; until then nothing can be decided or verified.",
        )
    return secret(folder, KEY_FILE).encode()


def _chained(key: bytes, before: str, entry: LogEntry) -> str:
    said = [
        before,
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.by_id,
        entry.by_name,
        entry.action,
        entry.kind,
        entry.thing,
        entry.old,
        entry.new,
        entry.why,
    ]
    content = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, content.encode(), hashlib.sha256).hexdigest()


def _plain(value: object) -> Any:
    """As JSON has it, so that what is chained is what will be read back."""
    return json.loads(json.dumps(value, default=str, ensure_ascii=True, sort_keys=True))
