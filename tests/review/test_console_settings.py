"""The console's settings: safe in service, and nothing comes from elsewhere."""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from data.home import Home

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


def test_the_picture_library_is_what_apache_released() -> None:
    found = importlib.util.find_spec("vizly")
    assert found is not None
    assert found.origin is not None
    content = (Path(found.origin).parent / "assets" / "echarts.min.js").read_bytes()
    assert hashlib.sha256(content).hexdigest() == ECHARTS


def test_models_and_migrations_agree(console: Home) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "review", check=True, dry_run=True, verbosity=0)
