"""A table that is kept open is the table as it stands."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from data.errors import HomeError
from data.opened import opened


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "table"
    write_deltalake(str(place), rows(1))
    return place


def rows(*numbers: int) -> pa.Table:
    return pa.table({"n": list(numbers)})


def version(place: Path) -> int:
    table = opened(place)
    assert table is not None
    return table.version()


@pytest.mark.parametrize("emptied", [False, True])
def test_files_without_their_log_are_no_table_yet_to_be_written(place: Path, emptied: bool) -> None:
    shutil.rmtree(place / "_delta_log")
    if emptied:
        (place / "_delta_log").mkdir()
    with pytest.raises(HomeError, match="the table table has lost its _delta_log"):
        opened(place)


def test_there_is_none_before_the_first_write(tmp_path: Path) -> None:
    assert opened(tmp_path / "table") is None
    (tmp_path / "table" / "_delta_log").mkdir(parents=True)
    assert opened(tmp_path / "table") is None
    write_deltalake(str(tmp_path / "table"), rows(1))
    assert version(tmp_path / "table") == 0


def test_an_unchanged_table_is_opened_once(place: Path) -> None:
    assert opened(place) is opened(place)


def test_a_commit_of_this_process_is_seen(place: Path) -> None:
    for number in range(1, 6):
        write_deltalake(str(place), rows(number), mode="append")
        assert version(place) == number


def test_a_commit_of_another_process_is_seen(place: Path) -> None:
    assert version(place) == 0
    code = (
        "import sys, deltalake, pyarrow\n"
        "deltalake.write_deltalake(sys.argv[1], pyarrow.table({'n': [2]}), mode='append')\n"
    )
    subprocess.run([sys.executable, "-c", code, str(place)], check=True)
    assert version(place) == 1


def test_a_commit_within_one_tick_of_the_clock_is_seen(place: Path) -> None:
    log = place / "_delta_log"
    before = log.stat()
    assert version(place) == 0
    write_deltalake(str(place), rows(2), mode="append")
    os.utime(log, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert version(place) == 1


def test_a_table_that_was_restored_is_not_the_one_before(place: Path, tmp_path: Path) -> None:
    shutil.copytree(place, tmp_path / "backup")
    write_deltalake(str(place), rows(2, 3), mode="overwrite")
    assert version(place) == 1
    shutil.rmtree(place)
    shutil.move(tmp_path / "backup", place)
    table = opened(place)
    assert table is not None
    assert table.version() == 0
    assert table.file_uris() == DeltaTable(str(place)).file_uris()
