"""Errors that a user can act on: each says where, what is wrong and what to do next."""

from functools import partial
from typing import Any


class UserError(Exception):
    """Something the user can mend. The command line prints it without a traceback and exits with 1.

    >>> str(UserError("the file ends early", where="hall.csv.gz", next_step="Ask for it again."))
    'hall.csv.gz: the file ends early. Ask for it again.'
    """

    def __init__(self, what: str, *, next_step: str, where: str | None = None) -> None:
        self.what = what
        self.where = where
        self.next_step = next_step
        place = f"{where}: " if where else ""
        super().__init__(f"{place}{what.rstrip('.')}. {next_step}")

    def __reduce__(self) -> tuple[Any, ...]:
        """How it comes from another process; an exception as such comes with its sentence only."""
        return partial(type(self), self.what, next_step=self.next_step, where=self.where), ()


class UnreadableFileError(UserError):
    """A delivered file that cannot be read to its end; nothing of its delivery is stored."""


class BadMappingError(UserError):
    """A `source.toml` that does not fit its files or this contract."""


class TooManyRefusedError(UserError):
    """More rows of a delivery are refused than the home allows; nothing of it is stored but its `rejects`."""


class HomeError(UserError):
    """The home is missing, not ours, out of room, or its key does not fit its tables."""


class BusyError(UserError):
    """Somebody else is writing to the home."""
