"""`inturn labels`, `train` and `models` as an analyst meets them, and a training that is killed."""

import csv
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.home import Home
from data.labels import Label, store_labels
from detection.learning.registry import folder, in_service, schedule
from tests.command import Command, refuses
from tests.detection.learning_support import learnable, night, reviewed, written

NIGHTS = 35
LAST = night(NIGHTS - 1)
WIDE = {"COLUMNS": "200"}
NO_MODEL = "learned-000000000000"


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Nights with verdicts, nothing learnt yet; only read."""
    home = Home.create(tmp_path_factory.mktemp("nights") / "home")
    learnable(home, NIGHTS)
    return home


@pytest.fixture
def home(nights: Home, tmp_path: Path) -> Home:
    return Home.open(shutil.copytree(nights.root, tmp_path / "home"))


def test_from_verdicts_to_a_model_and_back_again(home: Home, inturn: Command) -> None:
    ended = inturn("train", "--as-of", LAST, "--home", home.root)
    assert ended.status == 0, ended.err
    assert "in service from" in ended.out
    assert "below that without a model" in " ".join(ended.out.split())
    version = str(in_service(home, LAST + timedelta(days=1)))
    assert version in ended.out
    listed = inturn("models", "list", "--home", home.root, env=WIDE).out
    assert f"will be scored with {version}" in listed
    assert '"promoted": true' in inturn("models", "show", version, "--format", "json", "--home", home.root).out
    card = inturn("models", "show", version, "--home", home.root, env=WIDE).out
    assert "found by the first" in card
    assert "challenger by group" in card
    assert ", 1.00]" in card
    gone = inturn("models", "rollback", "--because", "a complaint", "--home", home.root)
    assert "scored without a model" in gone.out
    assert [(entry.action, entry.reason) for entry in schedule(home)][1] == ("rollback", "a complaint")
    again = inturn("models", "promote", version, "--home", home.root)
    assert f"scored with {version}" in again.out
    entries = len(schedule(home))
    assert "in service already" in inturn("models", "promote", version, "--home", home.root).out
    assert len(schedule(home)) == entries
    file = folder(home) / f"{version}.skops"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + b"!")
    assert "not the one that was trained" in inturn("models", "list", "--home", home.root, env=WIDE).out
    file.write_bytes(whole)
    refused = inturn("models", "promote", NO_MODEL, "--home", home.root)
    assert (refused.status, "no such model" in refused.err) == (1, True)


@pytest.mark.parametrize("asked", [("show", NO_MODEL), ("promote", NO_MODEL), ("rollback",)])
def test_where_nothing_was_learnt_no_empty_list_is_pointed_to(
    asked: tuple[str, ...], inturn: Command, tmp_path: Path
) -> None:
    home = Home.create(tmp_path / "home")
    ended = inturn("models", *asked, "--home", home.root)
    assert ended.status == 1
    assert "Nothing was learnt yet" in " ".join(ended.err.split())


def served(version: object) -> str:
    """A schedule with this in service."""
    entry = {"first_day": "2026-01-01", "version": version, "action": "promote", "reason": "", "at": "", "by": ""}
    return json.dumps([entry])


@pytest.mark.parametrize(
    "content", ["", "[", "7", "{}x", '[{"first_day": "soon"}]', '["x"]', "[" * 100_000, served(7), served(["x"])]
)
def test_a_damaged_schedule_stops_with_what_to_do(inturn: Command, tmp_path: Path, content: str) -> None:
    home = Home.create(tmp_path / "home")
    folder(home).mkdir(parents=True)
    (folder(home) / "service.json").write_text(content, encoding="utf-8")
    for words in (("list",), ("rollback",)):
        refuses(inturn("models", *words, "--home", home.root), "service.json", "damaged", "Restore it")


@pytest.mark.parametrize("version", [NO_MODEL, "none such"])
def test_a_model_in_service_that_is_not_there_is_said(inturn: Command, tmp_path: Path, version: str) -> None:
    home = Home.create(tmp_path / "home")
    folder(home).mkdir(parents=True)
    (folder(home) / "service.json").write_text(served(version), encoding="utf-8")
    listed = inturn("models", "list", "--home", home.root, env=WIDE)
    assert listed.status == 0, listed.err
    assert f"cannot be scored: {version} is in service." in listed.out
    assert "no such model" in listed.out or f"no model is called '{version}'" in listed.out
    assert "without a model" in inturn("models", "rollback", "--home", home.root).out


@pytest.mark.parametrize("card", ["[]", "7", "null", '{"seal": ""}', "[" * 100_000], ids=lambda card: card[:9])
def test_a_card_that_is_none_is_said_and_stops_no_list(inturn: Command, tmp_path: Path, card: str) -> None:
    home = Home.create(tmp_path / "home")
    folder(home).mkdir(parents=True)
    (folder(home) / f"{NO_MODEL}.json").write_text(card, encoding="utf-8")
    refuses(inturn("models", "show", NO_MODEL, "--home", home.root), f"{NO_MODEL}.json", "card", "Restore it")
    listed = inturn("models", "list", "--home", home.root, env=WIDE)
    assert (listed.status, f"{NO_MODEL}.json: " in listed.out) == (0, True)


@pytest.mark.parametrize("share", [pytest.param(0.3, marks=pytest.mark.slow), 0.7])
def test_a_training_that_is_killed_leaves_in_service_what_was_there_and_can_be_repeated(
    home: Home, inturn: Command, share: float
) -> None:
    assert inturn("train", "--as-of", night(20), "--home", home.root).status == 0
    before = (folder(home) / "service.json").read_bytes() if schedule(home) else None
    inturn.start("train", "--as-of", LAST, "--home", home.root).kill(after=share * 8)
    after = (folder(home) / "service.json").read_bytes() if schedule(home) else None
    killed_late = after != before
    assert inturn("train", "--as-of", LAST, "--home", home.root).status == 0
    serving = in_service(home, LAST + timedelta(days=1))
    assert serving is not None
    assert len([entry for entry in schedule(home) if entry.version == serving]) == 1
    assert killed_late == (after is not None and serving in after.decode())


def test_too_few_verdicts_end_with_0_and_say_how_many_are_missing(tmp_path: Path, inturn: Command) -> None:
    home = Home.create(tmp_path / "home")
    written(home, 2)
    ended = inturn("train", "--home", home.root)
    assert ended.status == 0, ended.err
    assert "8 more manipulated and 8 more lawful needed" in ended.out
    assert "Nothing was learnt yet" in inturn("models", "list", "--home", home.root).out


def test_verdicts_that_do_not_count_are_told(tmp_path: Path, inturn: Command) -> None:
    home = Home.create(tmp_path / "home")
    written(home, 2)
    at = datetime(2026, 3, 3, 12, tzinfo=UTC)
    said = [Label("C1", f"unknown {n}", "lawful", at + timedelta(days=n), "w", None, None) for n in range(3)]
    store_labels(home, said, source="w")
    out = inturn("train", "--as-of", at.date() + timedelta(days=1), "--home", home.root).out
    assert "On bookings that no night has scored, and left out: 2." in out
    assert "Known only later, and left out: 1;" in out
    assert "8 more manipulated and 8 more lawful needed" in out


def test_verdicts_in_and_out_again_with_the_time_they_were_known(home: Home, inturn: Command, tmp_path: Path) -> None:
    out = tmp_path / "verdicts.csv"
    assert inturn("labels", "export", "-o", out, "--home", home.root).status == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(reviewed(written(Home.create(tmp_path / "same"), NIGHTS)))
    assert rows[0]["decided_at"].startswith("2026-03-04 12:00")
    other = rows[0] | {"decided_by": "wang", "decided_at": "2026-03-09T12:00:00Z"}
    other["verdict"] = "lawful" if other["verdict"] == "manipulated" else "manipulated"
    again = tmp_path / "again.csv"
    with again.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([*rows, other, other | {"booking_id": "b9", "verdict": "guilty"}])
    ended = inturn("labels", "import", again, "--home", home.root)
    assert ended.status == 3, ended.err
    assert "Inspectors differ on" in ended.out
    assert f"counted as {other['verdict']}" in ended.out
    assert f"row {len(rows) + 3}" in ended.out
