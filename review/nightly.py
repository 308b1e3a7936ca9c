"""What a night does in the console: a process of its own, since Django serves one home and logs in its own way.

`python -m review.nightly DAY …` publishes these days of the home in `INTURN_HOME`, delivers the verdicts, and prints
what it did as JSON; a sentence on the error stream and status 1 where that fails.
"""

import json
import os
import sys
from datetime import date
from pathlib import Path

from data.errors import UserError
from data.home import Home
from review.starting import start, told


def main(days: list[str]) -> int:
    """Do it; the exit status."""
    try:
        home = Home.open(Path(os.environ["INTURN_HOME"]))
        start(home)
        from review.labels import deliver  # noqa: PLC0415 - needs Django in force
        from review.publishing.night import publish_night  # noqa: PLC0415

        done: dict[str, int] = {}
        with told("cannot take a night in"):
            for day in days:
                for name, count in publish_night(home, date.fromisoformat(day)).items():
                    done[name] = done.get(name, 0) + count
            done["labels"] = deliver(home).new
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps(done) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
