"""What is said of a lake of which a file is gone or damaged."""

from pathlib import Path

from data.errors import HomeError

#: what to do then
RESTORE = "Restore the home's lake folder from its backup, or ingest its sources again in a new home."


def missing(file: Path, lake: Path) -> HomeError:
    """A file that a table consists of is not there."""
    inside = file.relative_to(lake)
    return HomeError(f"a file of the table {inside.parts[0]} is missing: {inside}", where=str(lake), next_step=RESTORE)


def unlogged(table: Path) -> HomeError:
    """A table's files are there, and its log is not, without which nobody knows which of them count."""
    return HomeError(f"the table {table.name} has lost its _delta_log", where=str(table), next_step=RESTORE)


def damaged(said: str, lake: Path) -> HomeError:
    """A file cannot be made out; which one, and why, is in what its reader `said`, if anywhere."""
    return HomeError(f"a file of the lake is damaged: {said}", where=str(lake), next_step=RESTORE)
