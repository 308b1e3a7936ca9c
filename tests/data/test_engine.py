"""What becomes of a query that does not end well."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from data.engine import engine
from data.errors import HomeError
from data.home import Home
from data.lake import Lake

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


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake with one file of the table `features`."""
    found, day = Lake.of(Home.create(tmp_path / "home")), date(2026, 3, 2)
    found.replace_day("features", day, pa.table({"service_day": [day], "centre_id": ["C1"], "booking_id": ["B1"]}))
    return found


def read(lake: Lake) -> None:
    with engine(Home.open(lake.root.parent)) as connection:
        connection.execute(f"SELECT * FROM {lake.sql('features')}").fetchall()


RESTORE = "Restore the home's lake folder from its backup"
#: what is written from which byte on, and what is said of it
SPOILT = {
    "header of a page": (4, b"\x00" * 40, "a file of the lake is damaged"),
    "schema": (-60, b"\x0f" * 40, "a file of the lake is damaged"),
    "end": (-4, b"none", r"a file of the lake is damaged: .*features/service_day=2026-03-02/"),
}


@pytest.mark.parametrize(("place", "content", "said"), SPOILT.values(), ids=SPOILT)
def test_a_damaged_file_of_the_lake_is_a_sentence(lake: Lake, place: int, content: bytes, said: str) -> None:
    file = Path(lake.files("features")[0])
    whole = bytearray(file.read_bytes())
    start = place % len(whole)
    whole[start : start + len(content)] = content
    file.write_bytes(whole)
    with pytest.raises(HomeError, match=rf"{said}.*\. {RESTORE}"):
        read(lake)


@pytest.mark.parametrize("ask", [read, lambda lake: lake.compact("features")], ids=["query", "compact"])
def test_a_missing_file_of_the_lake_is_named_with_its_table(lake: Lake, ask: Callable[[Lake], object]) -> None:
    day = date(2026, 3, 2)
    lake.append("features", pa.table({"service_day": [day], "centre_id": ["C1"], "booking_id": ["B2"]}))
    file = Path(lake.files("features")[0])
    file.unlink()
    named = re.escape(str(file.relative_to(lake.root)))
    with pytest.raises(HomeError, match=rf"/lake: a file of the table features is missing: {named}\. {RESTORE}"):
        ask(lake)


def test_what_is_wrong_with_a_query_is_no_user_s_mistake(lake: Lake) -> None:
    with pytest.raises(duckdb.BinderException), engine(Home.open(lake.root.parent)) as connection:
        connection.execute(f"SELECT nothing FROM {lake.sql('features')}")
