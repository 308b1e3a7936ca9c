"""How long work tells how far it is; the command line shows it as a bar, tests and the scheduler stay silent."""

from typing import Protocol


class Progress(Protocol):
    """Somebody who shows progress."""

    def start(self, what: str, total: int) -> None:
        """A new stretch of work with so many steps begins."""
        ...

    def advance(self, steps: int, note: str = "") -> None:
        """So many steps are done; `note` says what they brought."""
        ...


class Silent:
    """Shows nothing."""

    def start(self, what: str, total: int) -> None:
        """Nothing."""

    def advance(self, steps: int, note: str = "") -> None:
        """Nothing."""
