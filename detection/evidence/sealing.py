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
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
VERSIONS = "versions.json"
SUMS = "SHA256SUMS"

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
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for name, content in {**files, **beside, SUMS: _sums(beside)}.items():
        (draft / name).write_bytes(content)
    draft.rename(folder)
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


def _sums(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{sha256(content)}  {name}\n" for name, content in files.items()).encode()


def _numbered(place: Path) -> Iterator[Path]:
    yield place
    for number in itertools.count(2):
        yield place.with_name(f"{place.name}.{number}")
