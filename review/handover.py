"""How a night reaches the console, from outside Django."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any

from data.errors import HomeError
from data.home import Home

DATABASE = "console.sqlite3"


def has_console(home: Home) -> bool:
    """Whether this home has a console that a night is to be published in; `inturn console` makes one."""
    return bool(os.environ.get("DATABASE_URL")) or home.path(DATABASE).exists()


def hand_over(home: Home, days: Sequence[date]) -> dict[str, Any]:
    """Publish these nights and deliver the verdicts; nothing happens where there is no console.

    The home must not be held for writing: the verdicts are written to the lake by the process that this starts.
    """
    if not has_console(home):
        return {}
    ended = subprocess.run(  # noqa: S603 - our own module, our own interpreter
        [sys.executable, "-m", "review.nightly", *map(str, days)],
        env=os.environ | {"INTURN_HOME": str(home.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        said = ended.stderr.strip().splitlines() or ["it ended without a word"]
        raise HomeError(
            f"the console could not take the night in: {said[-1]}",
            where=str(home.root),
            next_step="The lake has the night; mend this, and the next night or inturn console brings it in.",
        )
    done: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return done
