"""Run as a script, in a process of its own: many sessions take the next case at the same moment; prints what each got.

`python -m tests.review.parallel HOME SESSIONS`; the database is that of DATABASE_URL, else the home's file.
"""

import json
import sys
import threading
from pathlib import Path

from data.home import Home
from review.starting import start
from tests.review.console_support import person


def main(home: Path, sessions: int) -> None:
    """Each session is a thread with a connection of its own; all wait for the last before they begin."""
    start(Home.open(home))
    from django.db import connection

    from review.actions.holding import take_next
    from review.audit import verify
    from review.publishing.night import publish_missing

    publish_missing(Home.open(home))
    people = [person("supervisor", name=f"person{number}") for number in range(sessions)]
    together = threading.Barrier(sessions)
    got: list[str | None] = []

    def session(number: int) -> None:
        try:
            connection.ensure_connection()
            together.wait()
            case = take_next(by=people[number])
            got.append(case.case_id if case else None)
        finally:
            connection.close()

    threads = [threading.Thread(target=session, args=(number,)) for number in range(sessions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verify()
    print(json.dumps({"got": got, "broken": found.broken, "entries": found.entries, "on": connection.vendor}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
