"""One console a test process, since Django serves one home; what a test changes in it is rolled back."""

import os
from collections.abc import Iterator

import pytest

from data.home import Home
from review.starting import start
from tests.review.console_support import BOTH, INNOCENT, NORTH, SOUTH, STRANGE, keep, run_night


@pytest.fixture(scope="session")
def console(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose console has taken in one night; not to be changed, but through the database of a test."""
    root = tmp_path_factory.mktemp("console") / "home"
    Home.create(root)
    (root / "inturn.toml").write_text("vault = true\n", encoding="utf-8")
    home = Home.open(root)
    keep(home, "phone of n0", "phone", "13900000000")
    run_night(home, 1, [*NORTH, *SOUTH, *BOTH, *STRANGE, *INNOCENT])
    before = os.environ.get("INTURN_HOME")
    start(home)
    if before is None:
        os.environ.pop("INTURN_HOME")
    else:
        os.environ["INTURN_HOME"] = before
    from django.test.utils import setup_test_environment

    from review.publishing.night import publish_missing

    setup_test_environment()
    publish_missing(home)
    return home


@pytest.fixture
def db(console: Home) -> Iterator[Home]:
    """The console, as it was, for one test; what was noted of its log outside the database is put back too.

    It speaks English, whatever language the page spoke that a test before has asked for.
    """
    from django.db import transaction
    from django.utils import translation

    heads = console.path("audit-heads.jsonl")
    before = heads.read_bytes()
    with transaction.atomic(), translation.override("en"):
        yield console
        transaction.set_rollback(True)
    heads.write_bytes(before)
