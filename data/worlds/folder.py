"""The folder a world is put into: whole or not there."""

from contextlib import AbstractContextManager
from pathlib import Path

from data.replacing import Made
from data.replacing import replacing as replacing_folder

MARKER = "world.json"
WORLD = Made("simulated world", marker=MARKER, entry="preset")


def replacing(out: Path) -> AbstractContextManager[Path]:
    """Yield an empty folder that takes the place of `out`, as `data.replacing` does; only a world is replaced."""
    return replacing_folder(out, WORLD)
