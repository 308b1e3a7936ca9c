"""A source: a folder or object-store prefix with files of the contract's tables, and the mapping that reads them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import fsspec
from fsspec import AbstractFileSystem

from data.contract import DELIVERED
from data.errors import BadMappingError, UnreadableFileError, UserError
from data.mapping import Mapping, parse_mapping, shipped_names, shipped_text
from data.readers import is_readable, read_file
from data.readers.chunk import ReadOptions
from data.schema import Table

MAPPING_FILE = "source.toml"
#: what `Source.mapping_name` is where nothing is mapped
OWN_NAMES = "the contract's own names"


@dataclass(frozen=True)
class Delivery:
    """One file of one table. `file` is its path inside the source."""

    table: Table
    file: str
    path: str
    size: int


@dataclass(frozen=True)
class Source:
    """An opened source. `mapping_name` says which mapping reads it, for people."""

    name: str
    filesystem: AbstractFileSystem
    root: str
    files: tuple[str, ...]
    mapping: Mapping
    mapping_name: str

    @property
    def options(self) -> ReadOptions:
        """What its mapping says about its files."""
        return ReadOptions(self.mapping.encoding, self.mapping.delimiter, self.mapping.sheet)

    def deliveries(self) -> list[Delivery]:
        """Its files by table, in the order in which later ones win: by name inside the source."""
        found = []
        for table in DELIVERED.values():
            patterns = self.mapping.table(table.name).files or (f"{table.name}/*",)
            for file in self.files:
                if is_readable(file) and any(fnmatch(file, pattern) for pattern in patterns):
                    path = f"{self.root}/{file}"
                    shown = file.encode("utf-8", "backslashreplace").decode()  # a name in another coding
                    found.append(Delivery(table, shown, path, int(self.filesystem.size(path) or 0)))
        return found

    def passed_over(self) -> list[str]:
        """Files inside it that no table claims or no reader knows."""
        taken = {delivery.file for delivery in self.deliveries()}
        return [file for file in self.files if file not in taken and file != MAPPING_FILE]


def open_source(location: str, *, mapping: str | None = None, name: str | None = None) -> Source:
    """Open a source and find its mapping.

    `mapping` is the name of a shipped mapping or a file; without it the source's own `source.toml` is taken, then
    the contract's own names, then a shipped mapping whose headers are all there.
    Raises `UserError` for a folder that is missing, closed or holds no table.
    """
    try:
        filesystem, root = fsspec.core.url_to_fs(location)
    except (ValueError, ImportError) as error:
        raise UserError(
            f"no such kind of place: {error}",
            where=location,
            next_step="Give a folder, or a URL of a file system that fsspec knows and whose package is installed.",
        ) from error
    root = root.rstrip("/")
    files = _list_files(filesystem, root, location)
    draft = Source(name or root.rsplit("/", 1)[-1], filesystem, root, files, Mapping(), OWN_NAMES)
    if mapping:
        found, title = _named_mapping(mapping)
    elif MAPPING_FILE in files:
        found, title = _own_mapping(filesystem, f"{root}/{MAPPING_FILE}"), MAPPING_FILE
    elif draft.deliveries():
        return draft
    else:
        found, title = _recognised(draft, location)
    source = Source(draft.name, filesystem, root, files, found, title)
    if not source.deliveries():
        wanted = sorted({pattern for table in found.tables.values() for pattern in table.files}) or ["bookings/*"]
        raise UserError(
            f"no file that {title} reads; it looks for {', '.join(wanted)}",
            where=location,
            next_step=_what_is_there(files),
        )
    return source


def headers_of(source: Source, path: str) -> list[str]:
    """The headers of one file."""
    for chunk in read_file(source.filesystem, path, source.options):
        return list(chunk.rows.column_names)
    return []


def digest(filesystem: AbstractFileSystem, path: str) -> str:
    """SHA-256 of a file's bytes; `UnreadableFileError` where it cannot be opened."""
    try:
        with filesystem.open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFileError(
            f"cannot be opened: {error.strerror or error}",
            where=path,
            next_step="Give this user the right to read it, or take it out of the source.",
        ) from error


def _list_files(filesystem: AbstractFileSystem, root: str, location: str) -> tuple[str, ...]:
    try:
        if not filesystem.exists(root):
            raise UserError("no such folder", where=location, next_step="Check the path of the source.")
        if filesystem.isfile(root):
            raise UserError(
                "this is a file",
                where=location,
                next_step="A source is a folder: one sub-folder a table, e.g. bookings/, with files in it; or give the "
                "folder of this file with a source.toml beside it, which inturn source suggest FILE proposes.",
            )
        return tuple(sorted(path[len(root) + 1 :] for path in _below(filesystem, root)))
    except OSError as error:
        raise UserError(
            f"cannot be listed: {error}",
            where=location,
            next_step="Give this user the right to read the folder.",
        ) from error


def _below(filesystem: AbstractFileSystem, folder: str, *, linked: bool = False) -> Iterator[str]:
    """All files below a folder. fsspec's own `find` takes a folder that is closed to us for an empty one.

    A link to a folder is that folder, unless it is inside one that was itself `linked`, or leads to one that it lies
    in: what never ends, or branches without end, is named like a file instead, and so is a link that leads nowhere.
    """
    for entry in filesystem.ls(folder, detail=True):
        path = entry["name"].rstrip("/")
        if entry.get("islink"):
            if filesystem.isdir(path) and not linked and not _lies_in(folder, path):
                yield from _below(filesystem, path, linked=True)
            elif filesystem.isdir(path) or filesystem.isfile(path) or not filesystem.exists(path):
                yield path
        elif entry["type"] in {"file", "link"}:  # a pipe or a device would never end
            yield path
        elif entry["type"] == "directory" and path != folder:
            yield from _below(filesystem, path, linked=linked)


def _lies_in(folder: str, link: str) -> bool:
    return Path(folder).resolve().is_relative_to(Path(link).resolve())


def _own_mapping(filesystem: AbstractFileSystem, path: str) -> Mapping:
    try:
        return parse_mapping(filesystem.cat_file(path), path)
    except OSError as error:
        raise BadMappingError(
            f"cannot be read: {error.strerror or error}", where=path, next_step="Give this user the right to read it."
        ) from error


def _named_mapping(mapping: str) -> tuple[Mapping, str]:
    if mapping in shipped_names():
        return parse_mapping(shipped_text(mapping), mapping), f"the shipped mapping {mapping}"
    path = Path(mapping)
    try:
        return parse_mapping(path.read_bytes(), mapping), mapping
    except OSError as error:
        raise BadMappingError(
            "no such mapping: neither a shipped name nor a file that can be read",
            where=mapping,
            next_step=f"Shipped mappings: {', '.join(shipped_names())}.",
        ) from error


def _recognised(draft: Source, location: str) -> tuple[Mapping, str]:
    """The shipped mapping all of whose headers stand in the source's files."""
    for name in shipped_names():
        mapping = parse_mapping(shipped_text(name), name)
        trial = Source(draft.name, draft.filesystem, draft.root, draft.files, mapping, name)
        deliveries = trial.deliveries()
        if deliveries and all(
            mapping.table(delivery.table.name).headers_read() <= set(headers_of(trial, delivery.path))
            for delivery in deliveries[:1]
        ):
            return mapping, f"the shipped mapping {name}, recognised by its headers"
    raise UserError("no table of the contract in this folder", where=location, next_step=_what_is_there(draft.files))


def _what_is_there(files: tuple[str, ...]) -> str:
    shown = ", ".join(files[:5]) + (" …" if len(files) > 5 else "")
    plural = "is 1 file" if len(files) == 1 else f"are {len(files):,} files"
    there = f"There {plural}: {shown}. " if files else "The folder is empty. "
    return (
        there
        + "Put tables into sub-folders (bookings/, quotas/, …) or write a source.toml: inturn source suggest FILE."
    )
