"""The vault: who stands behind a pseudonym, encrypted, for the few who may be told. Off unless the home says `vault`.

A file of its own in the home, outside the lake: a row a pseudonym, its value a Fernet token (AES-128-CBC with
HMAC-SHA-256; cryptography.io). The key lies apart from it (`data/vault_keys.py`). Kept are citizens and telephones;
devices and addresses name nobody, and an unidentified citizen is nobody. Who reveals an identity logs that first.
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from cryptography.fernet import InvalidToken, MultiFernet

from data import vault_keys
from data.errors import HomeError, UserError
from data.home import Home
from data.vault_keys import Keys

#: in the home
FOLDER, FILE = "vault", "vault.sqlite"
#: kinds of identifiers that are kept
KEPT = ("person", "phone")
#: identities that Checker hands over: the columns of `Checked.identities`
IDENTITIES = pa.schema([("pseudonym", pa.string()), ("kind", pa.string()), ("value", pa.string())])
#: a row that every key in force must be able to read, or the vault was begun with others
PROBE = "probe"
#: rows that a rotation holds at a time
BATCH = 10_000

SCHEMA = "CREATE TABLE IF NOT EXISTS identities (pseudonym TEXT PRIMARY KEY, token BLOB NOT NULL) WITHOUT ROWID"


@dataclass(frozen=True)
class Identity:
    """Who stands behind a pseudonym: the `kind` (person, phone) and the value, which shows in no log."""

    kind: str
    value: str = field(repr=False)


class Vault:
    """An open vault. What is added counts once `commit` is called; until then others see nothing of it."""

    def __init__(self, connection: sqlite3.Connection, keys: Keys) -> None:
        self._connection, self._fernet, self._where = connection, keys.fernet, keys.where
        connection.execute(SCHEMA)
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute("SELECT token FROM identities WHERE pseudonym = ?", (PROBE,)).fetchone()
        if found is None:
            self._insert([(PROBE, PROBE, PROBE)])
        else:
            _opened(self._fernet, PROBE, found[0], self._where)

    def add(self, identities: pa.Table) -> None:
        """Keep those that are not kept yet; `IDENTITIES` are its columns, a pseudonym may come more than once."""
        rows = dict(zip(*(identities[name].to_pylist() for name in ("pseudonym", "value")), strict=True))
        kinds = dict(zip(*(identities[name].to_pylist() for name in ("pseudonym", "kind")), strict=True))
        asked = json.dumps(list(rows))
        known = self._connection.execute(
            "SELECT pseudonym FROM identities WHERE pseudonym IN (SELECT value FROM json_each(?))", (asked,)
        )
        fresh = rows.keys() - {pseudonym for (pseudonym,) in known}
        self._insert([(pseudonym, kinds[pseudonym], rows[pseudonym]) for pseudonym in sorted(fresh)])

    def commit(self) -> None:
        """Make what was added count."""
        self._connection.execute("COMMIT")

    def rotate(self) -> int:
        """Encrypt every identity anew with the newest key; how many there are."""
        statement = "SELECT pseudonym, token FROM identities WHERE pseudonym > ? ORDER BY pseudonym LIMIT ?"
        last = ""
        while batch := self._connection.execute(statement, (last, BATCH)).fetchall():
            for pseudonym, token in batch:
                _opened(self._fernet, pseudonym, token, self._where)
            anew = [(self._fernet.rotate(token), pseudonym) for pseudonym, token in batch]
            self._connection.executemany("UPDATE identities SET token = ? WHERE pseudonym = ?", anew)
            last = batch[-1][0]
        (count,) = self._connection.execute("SELECT count(*) - 1 FROM identities").fetchone()
        return int(count)

    def _insert(self, identities: list[tuple[str, str, str]]) -> None:
        tokens = (
            # the pseudonym is inside, too: a row that is moved to another's place does not open
            (pseudonym, self._fernet.encrypt(json.dumps([pseudonym, kind, value]).encode()))
            for pseudonym, kind, value in identities
        )
        self._connection.executemany("INSERT INTO identities VALUES (?, ?)", tokens)


@contextmanager
def vault_of(home: Home) -> Iterator[Vault | None]:
    """The home's vault for writing, made where there is none; None where the home keeps none.

    Its caller holds the home for writing. What was not committed is gone at the end.
    """
    if not home.settings.vault:
        yield None
        return
    place = home.path(FOLDER, FILE)
    if place.exists():
        keys = vault_keys.load(home)
    else:
        keys = vault_keys.make(home)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # the database's other files get the rights of this one
        os.close(os.open(place, os.O_WRONLY | os.O_CREAT, 0o600))
    with _explained(place), closing(sqlite3.connect(place, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")  # whoever reveals does not wait for an ingest
        connection.execute("PRAGMA secure_delete = ON")  # what a rotation replaces is overwritten
        yield Vault(connection, keys)


def holds(home: Home) -> bool:
    """Whether the home keeps a vault and there is something in it."""
    return home.settings.vault and home.path(FOLDER, FILE).exists()


def reveal(home: Home, pseudonym: str) -> Identity:
    """Who stands behind a pseudonym.

    `UserError` where the home keeps no vault, or the pseudonym is not in it; `HomeError` where its key is lost, is not
    the one that it was encrypted with, or is open to others. The caller has logged who asks, and why.
    """
    if not home.settings.vault:
        raise UserError(
            "this home keeps no vault", where=str(home.root), next_step="Set vault = true in inturn.toml, ingest again."
        )
    found, place = None, home.path(FOLDER, FILE)
    if place.exists():
        with _explained(place), closing(sqlite3.connect(f"{place.as_uri()}?mode=ro", uri=True)) as connection:
            statement = "SELECT token FROM identities WHERE pseudonym = ? AND pseudonym != ?"
            found = connection.execute(statement, (pseudonym, PROBE)).fetchone()
    if found is None:
        raise UserError(
            f"the vault does not know {pseudonym!r}",
            where=str(home.root),
            next_step="It knows citizens and telephones of what was ingested since it was switched on.",
        )
    keys = vault_keys.load(home)
    return _opened(keys.fernet, pseudonym, found[0], keys.where)


def rotate(home: Home) -> int:
    """Encrypt the vault anew under a new key, and forget the old ones; how many identities it holds.

    Where the keys come from the environment, under the first of them; the others may be taken away afterwards. A
    rotation that was cut short is completed by the next: until everything is encrypted anew, the old keys stay.
    """
    if not holds(home):
        raise UserError("there is no vault here", where=str(home.root), next_step="Set vault = true in inturn.toml.")
    with home.writing("the rotation of the vault's key"):
        own = vault_keys.in_file(home)
        if own:
            vault_keys.store(home, (vault_keys.new(), *vault_keys.load(home).newest_first))
        with vault_of(home) as vault:
            assert vault is not None  # noqa: S101 # `holds` has said so
            count = vault.rotate()
            vault.commit()
        if own:
            vault_keys.store(home, vault_keys.load(home).newest_first[:1])
    return count


@contextmanager
def _explained(place: Path) -> Iterator[None]:
    """What SQLite says of a full disk or a damaged file, as an error that an operator can act on."""
    try:
        yield
    except sqlite3.Error as error:
        raise HomeError(
            f"the vault cannot be read or written: {error}",
            where=str(place),
            next_step="Free space, mend the rights, or restore it from its backup; what it held before stands.",
        ) from error


def _opened(fernet: MultiFernet, pseudonym: str, token: bytes, where: str) -> Identity:
    try:
        named, kind, value = json.loads(fernet.decrypt(token))
    except (InvalidToken, ValueError):
        named = kind = value = None
    if named != pseudonym:
        raise HomeError(
            "the key does not open the vault: it is another one, or the vault was altered",
            where=where,
            next_step="Restore the key that it was encrypted with, or the vault's file, from their backups.",
        )
    return Identity(kind, value)
