"""The home: everything that a run writes, outside the source tree."""

import errno
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from data.errors import BusyError, HomeError
from data.pseudonyms import Key
from data.settings import Settings, load_settings

SETTINGS_FILE = "inturn.toml"
#: what the lake's tables cannot have in their path: a % with two hex digits is read as another character, and brackets
#: end their writer (deltalake 1.6)
UNFIT = re.compile(r"%[0-9A-Fa-f]{2}|[\[\]]")
STARTER = """# Settings of this inturn home; every line is optional. docs/operations.md explains them.
# timezone = "Asia/Shanghai"
# max_reject_share = 0.10
# vault = true                # keep identities, encrypted, so that a supervisor may reveal one

# [[sources]]                 # what the nightly run ingests
# name = "hall"
# location = "/path/to/logs"
"""


@dataclass(frozen=True)
class Home:
    """A folder with settings, key, lake and whatever else runs leave behind."""

    root: Path
    settings: Settings

    @classmethod
    def create(cls, root: Path) -> "Home":
        """Make a home, or complete one that was begun; an existing key or setting is never touched.

        `HomeError` where it cannot be one: a file, or a place that is none.
        """
        if unfit := UNFIT.search(str(root.absolute())):
            raise HomeError(
                f"the lake's tables cannot lie in a path with {unfit[0]!r}",
                where=str(root),
                next_step="Choose a home without it.",
            )
        try:
            _be_a_folder(root)
            root.mkdir(parents=True, exist_ok=True)
            if not (root / SETTINGS_FILE).exists():
                _write(root / SETTINGS_FILE, STARTER)
            home = cls.open(root)
            if home.path("lake").exists():
                home.key()
            else:
                Key.make(home.path("keys"))
        except OSError as error:
            raise explain_os_error(error, root) from error
        return home

    @classmethod
    def open(cls, root: Path) -> "Home":
        """Open a home made before; `HomeError` where there is none."""
        try:
            _be_a_folder(root)
            if not (root / SETTINGS_FILE).is_file():
                raise HomeError(
                    "no inturn home here",
                    where=str(root.absolute()),
                    next_step=f"Name yours by --home or INTURN_HOME, or make one: inturn init --home {root}",
                )
            return cls(root.resolve(), load_settings(root / SETTINGS_FILE))
        except OSError as error:
            raise explain_os_error(error, root) from error

    def path(self, *parts: str) -> Path:
        """A place in the home."""
        return self.root.joinpath(*parts)

    def key(self) -> Key:
        """The key of the pseudonyms; `HomeError` if it is lost, changed or readable by others."""
        return Key.load(self.path("keys"))

    @contextmanager
    def writing(self, what: str, lock_file: str = ".lock") -> Iterator[None]:
        """Hold the home for writing; whoever comes second waits `wait_s`, then gets a `BusyError` naming the holder.

        The lock is the operating system's: it falls with the process that held it. `lock_file`: another one, for who
        writes to a corner of the home that nobody else looks into.
        """
        lock, note = FileLock(self.path(lock_file)), self.path(f"{lock_file}.holder")
        try:
            lock.acquire(timeout=self.settings.wait_s)
        except Timeout as error:
            held = _holder(note)
            raise BusyError(
                f"{held.get('what', 'another run')} (process {held.get('pid', '?')}) has been writing here "
                f"since {held.get('since', '?')}",
                where=str(self.root),
                next_step="Wait for it to end, then run this again.",
            ) from error
        except OSError as error:
            raise explain_os_error(error, self.root) from error
        try:
            holder = {
                "what": what,
                "pid": os.getpid(),
                "since": datetime.now(UTC).isoformat(timespec="seconds"),
            }
            note.write_text(json.dumps(holder))
            yield
        except OSError as error:
            raise explain_os_error(error, self.root) from error
        finally:
            lock.release()


def explain_os_error(error: OSError, place: Path) -> HomeError:
    """What an operating system's refusal means to the operator of a home."""
    said = str(error).lower()
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} or "space left" in said or "too large" in said:
        return HomeError(
            "the disk is full; earlier days are untouched",
            where=str(place),
            next_step="Free space (inturn lake retain drops old versions), then run this again.",
        )
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return HomeError(
            f"no right to read or write {error.filename or place}",
            where=str(place),
            next_step="Give this user access to it, or choose another place (the home: --home).",
        )
    return HomeError(str(error), where=str(place), next_step="Mend this and run again; earlier days are untouched.")


def _be_a_folder(root: Path) -> None:
    """Refuse a home that is a file, or that would lie in one."""
    there = next(place for place in (root, *root.parents) if os.path.lexists(place))
    if not there.is_dir():
        raise HomeError(
            f"the home must be a folder, and {there} is a file",
            where=str(root),
            next_step="Name a folder by --home or INTURN_HOME.",
        )


def _holder(note: Path) -> dict[str, object]:
    """What the holder of the lock has said of itself; nothing where it is just saying it."""
    try:
        return dict(json.loads(note.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _write(path: Path, text: str) -> None:
    """Whole or not at all: settings cut short would be a home's settings."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
