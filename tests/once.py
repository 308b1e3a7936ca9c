"""What several tests read and none changes is made once, though the tests run in processes of their own."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def made_once(folders: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder of that name, which the first process that asks for it makes, and all others find."""
    root = folders.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    place, done = root / name, root / f"{name}.done"
    with FileLock(root / f"{name}.lock"):
        if not done.exists():
            shutil.rmtree(place, ignore_errors=True)  # what one process failed to make, the next one tries anew
            place.mkdir()
            make(place)
            done.touch()
    return place
