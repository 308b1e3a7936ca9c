"""A folder that a command makes: prepared aside, then moved into place, so that it is whole or not there."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from data.contract import DELIVERED
from data.errors import UserError
from data.source import MAPPING_FILE
from data.truth import TRUTH_FILE


class OccupiedError(UserError):
    """The folder holds something that was not made here, and would be lost."""


@dataclass(frozen=True)
class Made:
    """What kind of folder it is: its name for people, and the JSON file with an entry that only this kind has."""

    name: str
    marker: str
    entry: str

    @property
    def files(self) -> set[str]:
        """Everything that may lie in such a folder."""
        return {*DELIVERED, MAPPING_FILE, TRUTH_FILE, self.marker}

    def marks(self, folder: Path) -> bool:
        """Whether the folder says that it is of this kind."""
        try:
            return self.entry in json.loads((folder / self.marker).read_text(encoding="utf-8"))
        except (OSError, ValueError, TypeError, RecursionError):
            return False


@contextmanager
def replacing(out: Path, made: Made) -> Iterator[Path]:
    """Yield an empty folder beside `out`; when the block ends well it takes the place of `out`.

    An earlier folder of the same kind is replaced. Raises `OccupiedError` before anything is written if `out` is a
    file or holds anything else, `UserError` if the disk refuses. After an error `out` is as it was.
    """
    out = out.resolve()
    _check_free(out, made)
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
            f"the {made.name} cannot be written: {error.strerror or error}",
            where=str(out),
            next_step="Choose a folder with room where you may write.",
        ) from error
    finally:
        _discard(new)


def _discard(*folders: Path) -> None:
    for folder in folders:
        if folder.exists():
            shutil.rmtree(folder)


def _check_free(out: Path, made: Made) -> None:
    """Raise `OccupiedError` unless `out` is missing, empty or an earlier folder of the same kind."""
    if not out.exists():
        return
    found = {path.name for path in out.iterdir()} if out.is_dir() else {out.name}
    if not found or (found <= made.files and made.marks(out)):
        return
    strange = sorted(found - made.files) or sorted(found)
    raise OccupiedError(
        f"it holds {strange[0]!r}, which is not part of a {made.name}",
        where=str(out),
        next_step="Choose a new or an empty folder.",
    )
