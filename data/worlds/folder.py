"""The folder a world is put into: made aside, then moved into place, so that it is whole or not there."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.contract import DELIVERED
from data.errors import UserError

MARKER = "world.json"
OURS = {*DELIVERED, "truth.parquet", MARKER}


class OccupiedError(UserError):
    """The folder holds something that is not a world, and would be lost."""


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """Yield an empty folder beside `out`; when the block ends well it takes the place of `out`.

    An earlier world in `out` is replaced. Raises `OccupiedError` before anything is written if `out` is a
    file or holds anything else, `UserError` if the disk refuses. After an error `out` is as it was.
    """
    out = out.resolve()
    check_free(out)
    new, old = out.with_name(f".{out.name}.new"), out.with_name(f".{out.name}.old")
    try:
        _discard(new, old)
        new.mkdir(parents=True)
        yield new
        if out.exists():
            out.rename(old)
        new.rename(out)
        _discard(old)
    except OSError as error:
        raise UserError(
            f"the world cannot be written: {error.strerror or error}",
            where=str(out),
            next_step="Choose a folder with room where you may write.",
        ) from error
    finally:
        _discard(new)


def _discard(*folders: Path) -> None:
    for folder in folders:
        if folder.exists():
            shutil.rmtree(folder)


def check_free(out: Path) -> None:
    """Raise `OccupiedError` unless `out` is missing, empty or an earlier world."""
    if not out.exists():
        return
    found = {path.name for path in out.iterdir()} if out.is_dir() else {out.name}
    if not found or (MARKER in found and found <= OURS and _is_marker(out / MARKER)):
        return
    strange = sorted(found - OURS) or sorted(found)
    raise OccupiedError(
        f"it holds {strange[0]!r}, which is not part of a simulated world",
        where=str(out),
        next_step="Choose a new or an empty folder.",
    )


def _is_marker(path: Path) -> bool:
    try:
        return "preset" in json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
