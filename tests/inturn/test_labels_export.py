"""`inturn labels export`: a file of the kind that its name says, or a sentence."""

import json
from pathlib import Path

import pyarrow.parquet
import pytest

from data.home import Home
from data.labels import import_labels
from tests.command import Command, refuses

VERDICT = "centre_id,booking_id,verdict,decided_at\nC1,B1,lawful,2026-03-05T09:00:00Z\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with one verdict."""
    (tmp_path / "v.csv").write_text(VERDICT, encoding="utf-8")
    home = Home.create(tmp_path / "home")
    import_labels(home, tmp_path / "v.csv")
    return home


def test_a_file_is_what_its_ending_says_and_can_be_imported_again(home: Home, inturn: Command, tmp_path: Path) -> None:
    for name in ("out.parquet", "out.json", "out.csv", "out"):
        assert inturn("labels", "export", "-o", tmp_path / name, "--home", home.root).status == 0
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet")["booking_id"].to_pylist() == ["B1"]
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))[0]["booking_id"] == "B1"
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "out").read_bytes()
    other = Home.create(tmp_path / "other")
    for name in ("out.parquet", "out.csv"):
        assert import_labels(other, tmp_path / name).total("accepted") == 1


def test_a_folder_that_is_not_there_is_named(home: Home, inturn: Command, tmp_path: Path) -> None:
    ended = inturn("labels", "export", "-o", tmp_path / "no" / "out.csv", "--home", home.root)
    refuses(ended, "there is no such folder", f"Make {tmp_path / 'no'}", "choose another place")
