"""Progress bars on the terminal's error stream, so that what a command prints can be piped."""

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

#: s between the lines that tell of progress where there is no terminal
LINE_S = 60

errors = Console(stderr=True, highlight=False)


def safe(text: str) -> str:
    """A delivered text as a terminal may show it: control characters, which could rewrite the screen, as a sign."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "\ufffd" for sign in text)


class Bars:
    """A bar a stretch of work; where there is no terminal, a line a minute."""

    def __init__(self) -> None:
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
            console=errors,
            disable=not errors.is_terminal,
        )
        self._task: TaskID | None = None
        self._said = time.monotonic()

    def __enter__(self) -> "Bars":
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def start(self, what: str, total: int) -> None:
        """Begin the next bar; the one before is done."""
        self._finish()
        self._task = self._bars.add_task(what, total=max(total, 1), note="")

    def advance(self, steps: int, note: str = "") -> None:
        """Move the bar."""
        if self._task is not None:
            self._bars.update(self._task, advance=steps, note=note)
            if self._bars.disable and time.monotonic() - self._said >= LINE_S:
                self._said = time.monotonic()
                task = self._bars.tasks[self._task]
                errors.print(f"{task.description}: {task.percentage:.0f} %  {note}".rstrip(), markup=False)

    def _finish(self) -> None:
        if self._task is not None:
            self._bars.update(self._task, completed=self._bars.tasks[self._task].total)
