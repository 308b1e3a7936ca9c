"""Secrets of the console, in files of the home that their owner alone can read."""

import os
import secrets
from pathlib import Path

from data.errors import HomeError

SECRET_BYTES = 48


def secret(folder: Path, name: str) -> str:
    """The secret of this name, made on the first call; `HomeError` if others can read it or it is cut short."""
    path = folder / name
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(SECRET_BYTES))
        try:
            os.link(draft, path)
        except FileExistsError:  # somebody else's came first
            pass
        finally:
            draft.unlink()
    if path.stat().st_mode & 0o077:
        raise HomeError("others can read this secret", where=str(path), next_step=f"Run: chmod 600 {path}")
    text = path.read_text(encoding="ascii").strip()
    if len(text) < SECRET_BYTES:
        raise HomeError("this secret is cut short", where=str(path), next_step="Restore it from the home's backup.")
    return text
