"""The vault's keys: a file of their own in the home, or a variable of the environment; never in the settings."""

import os
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, MultiFernet

from data.errors import HomeError
from data.home import Home

#: in the home; a key a line, the newest first
KEY_FILE = ("keys", "vault.key")
#: in its place: keys with commas between them, the newest first
VARIABLE = "INTURN_VAULT_KEYS"

RESTORE = f"Restore it from its backup, or set {VARIABLE}; without it nothing in the vault can be read."


@dataclass(frozen=True)
class Keys:
    """Fernet keys, the newest first: that one encrypts, each may decrypt. They show in no text, log or error."""

    newest_first: tuple[str, ...] = field(repr=False)
    where: str

    @property
    def fernet(self) -> MultiFernet:
        """What encrypts with the newest key and decrypts with any; `HomeError` where one is none."""
        try:
            return MultiFernet([Fernet(key) for key in self.newest_first])
        except ValueError:  # which would quote the key
            raise HomeError("a key of the vault is damaged", where=self.where, next_step=RESTORE) from None


def load(home: Home) -> Keys:
    """The keys in force; `HomeError` where they are lost or open to others."""
    if given := os.environ.get(VARIABLE, "").strip():
        return Keys(tuple(key.strip() for key in given.split(",") if key.strip()), VARIABLE)
    path = home.path(*KEY_FILE)
    if not path.exists():
        raise HomeError("the vault's key is lost", where=str(path), next_step=RESTORE)
    if path.stat().st_mode & 0o077:
        raise HomeError("others can read the vault's key", where=str(path), next_step=f"Run: chmod 600 {path}")
    try:
        return Keys(tuple(path.read_text(encoding="ascii").split()), str(path))
    except ValueError:
        raise HomeError("the vault's key is damaged", where=str(path), next_step=RESTORE) from None


def in_file(home: Home) -> bool:
    """Whether the keys are the home's own, and not the environment's."""
    return not os.environ.get(VARIABLE, "").strip()


def make(home: Home) -> Keys:
    """A first key for a vault that is new; one that is there already stands."""
    path = home.path(*KEY_FILE)
    if in_file(home) and not path.exists():
        store(home, (new(),))
    return load(home)


def new() -> str:
    """A random key."""
    return Fernet.generate_key().decode("ascii")


def store(home: Home, newest_first: tuple[str, ...]) -> None:
    """Put these keys in the file, for the owner's eyes, whole or not at all."""
    path = home.path(*KEY_FILE)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write("".join(f"{key}\n" for key in newest_first))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
