"""What becomes of a query that does not end well."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from data.home import Home

QUERIES = """
import signal, sys
from pathlib import Path
from data.engine import engine
from data.home import Home
signal.signal(signal.SIGINT, signal.default_int_handler)  # as at a terminal: a job in the background ignores it
home = Home.open(Path(sys.argv[1]))
try:
    with engine(home) as connection:
        print("begun", flush=True)
        while True:  # one after another, as a night's: within one, DuckDB looks at signals between its tasks only
            connection.execute("SELECT sum(hash(range)) FROM range(10_000_000)")
except KeyboardInterrupt:
    with engine(home) as connection:
        print("goes on", connection.execute("SELECT 1").fetchall())
"""


def test_an_interruption_of_a_query_is_an_interruption(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    asked = [sys.executable, "-c", QUERIES, str(home.root)]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True, process_group=0) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            time.sleep(1)  # by then one of them runs
            os.kill(process.pid, signal.SIGINT)
            said, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert said == "goes on [(1,)]\n"
