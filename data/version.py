"""Which code ran: the product's version and a digest of its sources, so that two runs can be told apart."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("data", "features", "detection", "inturn")


@cache
def code_version() -> str:
    """Version and digest of all Python files and mappings of the product, e.g. `0.1.0+3f2a9c81d0e4`."""
    top = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((top / package).rglob("*")):
            if path.suffix in {".py", ".toml"}:
                digest.update(str(path.relative_to(top)).encode() + b"\0" + path.read_bytes())
    return f"{version('inturn')}+{digest.hexdigest()[:12]}"
