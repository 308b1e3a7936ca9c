"""Readers of delivered files: one module a format, found by the endings it declares.

A new format is a new module here with `ENDINGS` (lower case, each with its dot) and `read`, a `chunk.Reader`.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import PurePosixPath

from fsspec import AbstractFileSystem

from data.errors import UnreadableFileError
from data.readers.chunk import Chunk, Reader, ReadOptions

__all__ = ["endings", "is_readable", "read_file"]


@cache
def _readers() -> dict[str, Reader]:
    """Return the readers by ending, the longest ending first."""
    found: dict[str, Reader] = {}
    for module_info in pkgutil.iter_modules(__path__, f"{__name__}."):
        module = importlib.import_module(module_info.name)
        found |= dict.fromkeys(getattr(module, "ENDINGS", ()), getattr(module, "read", None))
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def endings() -> list[str]:
    """Return the endings of file names that can be read, such as `.csv.gz`."""
    return list(_readers())


def is_readable(path: str) -> bool:
    """Tell whether a name is a table's: a known ending, neither hidden nor an office program's lock file."""
    name = PurePosixPath(path).name
    return not name.startswith((".", "~$")) and _reader(name) is not None


def read_file(filesystem: AbstractFileSystem, path: str, options: ReadOptions) -> Iterator[Chunk]:
    """Yield the rows of one file by the reader its name asks for.

    Raises `UnreadableFileError`, from the first step of the iteration on, where the file cannot be read to
    its end or no reader knows its ending, and `BadMappingError` where `options` cannot be followed.
    """
    reader = _reader(path)
    if reader is None:
        raise UnreadableFileError(
            "no reader knows this kind of file",
            where=path,
            next_step=f"Deliver one of *{', *'.join(sorted(_readers()))}.",
        )
    yield from reader(filesystem, path, options)


def _reader(path: str) -> Reader | None:
    name = path.lower()
    return next((reader for ending, reader in _readers().items() if name.endswith(ending)), None)
