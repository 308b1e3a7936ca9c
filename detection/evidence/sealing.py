"""A sealed folder: files, a manifest with the SHA-256 of each, and a seal, the SHA-256 of the manifest.

Who changes a file breaks the manifest, who changes the manifest breaks the seal, and the seal is also kept outside the
folder (`cases.evidence_ref`). Beside them stand the versions of the tables that the rows were read from: they lead back
to the rows and prove nothing, and they move whenever a night is run again, so that they are not under the seal: the
same content has the same seal. `sha256sum -c SHA256SUMS` checks the folder without this product.
"""

import hashlib
import itertools
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
VERSIONS = "versions.json"
SUMS = "SHA256SUMS"

#: seconds after which a draft is given up, though a process has its number: numbers come again, and to write a folder
#: takes less than one
DRAFT_S = 86_400

Json = dict[str, Any]


def as_json(content: Json) -> bytes:
    """The same content as the same bytes."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def sha256(content: bytes) -> str:
    """Digest in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def seal(place: Path, files: Mapping[str, bytes], facts: Json, versions: Json) -> tuple[Path, str]:
    """A sealed folder with these files and facts, `place` or `place` with a running number; and its seal.

    One that is there already, whole and with the same files and facts, stands as it is, with the `versions` of then.
    One with other content is never touched; then the next number is taken. The folder appears whole or not at all.
    """
    manifest = as_json(facts | {"files": {name: sha256(content) for name, content in files.items()}})
    digest = sha256(manifest)
    for folder in _numbered(place):
        if not folder.exists():
            break
        if not broken(folder, digest):
            return folder, digest
    beside = {MANIFEST: manifest, VERSIONS: as_json(versions)}
    _clear_drafts(place.parent)
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    draft.mkdir(parents=True)
    for name, content in {**files, **beside, SUMS: _sums(beside)}.items():
        (draft / name).write_bytes(content)
        _to_disk(draft / name)
    _to_disk(draft)
    draft.rename(folder)
    for above in (folder.parent, folder.parent.parent):  # the case's own folder may be new as well
        _to_disk(above)
    return folder, digest


def read(folder: Path) -> Json | None:
    """The manifest; None where it is lost or cannot be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and isinstance(manifest.get("files"), dict) else None


def broken(folder: Path, digest: str | None = None) -> list[str]:
    """Files of a sealed folder that are changed, lost or were added; `digest`: the seal as it was kept elsewhere."""
    try:
        found = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    except OSError:
        found = {}
    beside = {name: found.pop(name, b"") for name in (MANIFEST, VERSIONS)}
    sums = found.pop(SUMS, b"")
    wrong = set() if beside[MANIFEST] and digest in {None, sha256(beside[MANIFEST])} else {MANIFEST}
    if sums != _sums(beside):  # which of the two it is cannot be told, unless the seal says that the manifest is right
        wrong |= {SUMS, VERSIONS} if digest and not wrong else {SUMS, VERSIONS, MANIFEST}
    expected = (read(folder) or {"files": {}})["files"]
    wrong |= {name for name in expected.keys() | found.keys() if expected.get(name) != sha256(found.get(name, b""))}
    return sorted(wrong)


def _to_disk(place: Path) -> None:
    """Wait until a file's content, or a folder's list of names, would survive a loss of power."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _clear_drafts(case: Path) -> None:
    """Drafts that a kill left: of this process's number, of a process that is no more, or of days ago."""
    for draft in case.glob(".*"):
        number = draft.name.rpartition(".")[2]
        if number.isdigit() and not _at_work(int(number), draft):
            shutil.rmtree(draft, ignore_errors=True)


def _at_work(process: int, draft: Path) -> bool:
    """Whether another process of this machine is writing this draft; others are kept out by the lock of the home."""
    try:
        old = time.time() - draft.stat().st_mtime > DRAFT_S
        os.kill(process, 0)
    except (ProcessLookupError, FileNotFoundError, OverflowError):
        return False
    except PermissionError:  # somebody else's
        return not old
    return process != os.getpid() and not old


def _sums(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{sha256(content)}  {name}\n" for name, content in files.items()).encode()


def _numbered(place: Path) -> Iterator[Path]:
    yield place
    for number in itertools.count(2):
        yield place.with_name(f"{place.name}.{number}")
