"""The console's settings: safe in service, and nothing comes from elsewhere."""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from data.errors import HomeError
from data.home import Home
from tests.command import Command

#: of the file that Apache released as echarts 5.5.1 (npm, dist/echarts.min.js)
ECHARTS = "e84270bd0cd5bdf60fefc26d00c2a391cb2e81f4d26a7a9ee16185a54773a3cf"


def test_in_service_django_has_nothing_to_warn_about(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    checked = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=os.environ
        | {
            "INTURN_HOME": str(home.root),
            "DJANGO_SETTINGS_MODULE": "review.settings",
            "CONSOLE_ORIGIN": "https://console.example.org",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


@pytest.mark.parametrize(
    "address", ["mysql://u:secret-word@db/x", "secret-word", "postgresql://u:secret-word@db:port/x", "sqlite:x"]
)
def test_an_address_that_is_none_is_refused_without_being_repeated(
    tmp_path: Path, inturn: Command, address: str
) -> None:
    home = Home.create(tmp_path / "home")
    ended = inturn("console", "--port", "0", "--home", home.root, env={"DATABASE_URL": address})
    assert ended.status == 1
    assert "Error DATABASE_URL: it is no address" in ended.err
    assert "secret-word" not in ended.err + ended.out


def test_a_file_that_is_no_database_is_named(tmp_path: Path, inturn: Command) -> None:
    home = Home.create(tmp_path / "home")
    home.path("console.sqlite3").write_text("no database", encoding="utf-8")
    ended = inturn("console", "--port", "0", "--home", home.root, env={"COLUMNS": "400", "DATABASE_URL": ""})
    assert ended.status == 1
    assert f"Error {home.path('console.sqlite3')}: the console's database cannot be brought up to date" in ended.err


@pytest.mark.parametrize(
    ("said", "next_step"),
    [
        ("database is locked", "Another process writes to it"),
        ("table x is malformed", "Put the file back from a backup"),
    ],
)
def test_a_database_that_another_process_holds_is_not_to_be_put_back(
    console: Home, monkeypatch: pytest.MonkeyPatch, said: str, next_step: str
) -> None:
    from django.db import OperationalError

    from review.starting import told

    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(HomeError, match=f"cannot take a night in: {said}. {next_step}"), told("cannot take a night in"):
        raise OperationalError(said)


def test_the_picture_library_is_what_apache_released() -> None:
    found = importlib.util.find_spec("vizly")
    assert found is not None
    assert found.origin is not None
    content = (Path(found.origin).parent / "assets" / "echarts.min.js").read_bytes()
    assert hashlib.sha256(content).hexdigest() == ECHARTS


def test_models_and_migrations_agree(console: Home) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "review", check=True, dry_run=True, verbosity=0)
