"""Places that refuse: files and folders without rights, a disk that is full. Earlier days stay, and it can go on."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data.home import Home
from tests.command import Command, refuses
from tests.conftest import FIRST, LAST
from tests.lake_rows import EARLIER, contents

# What a user without rights meets: root, too, is refused once it has laid down its privileges.


@pytest.fixture
def close() -> Iterator[Callable[[Path, int], None]]:
    """`close(path, mode)` takes rights away until the test has ended."""
    closed = []

    def change(path: Path, mode: int) -> None:
        closed.append((path, path.stat().st_mode))
        path.chmod(mode)

    yield change
    for path, mode in closed:
        path.chmod(mode)


Close = Callable[[Path, int], None]


def test_a_file_that_may_not_be_read_is_named(inturn: Command, home: Home, hall: Path, new: Path, close: Close) -> None:
    close(new, 0)
    before = contents(home, *EARLIER)
    refuses(inturn("ingest", hall, "--home", home.root, plain=True), str(new), "right")
    assert contents(home, *EARLIER) == before


def test_a_folder_that_may_not_be_listed_is_not_taken_for_empty(
    inturn: Command, home: Home, hall: Path, close: Close
) -> None:
    close(hall / "refusals", 0)
    refuses(inturn("ingest", hall, "--home", home.root, plain=True), str(hall), "right")


@pytest.mark.parametrize(
    ("closed", "mode"),
    [
        ("lake/bookings", 0o500),
        ("lake/bookings/_delta_log", 0o500),
        ("staging", 0o500),
        ("inturn.toml", 0),
        ("keys", 0),
        ("keys/pseudonym.key", 0),
    ],
)
def test_a_home_without_rights_names_the_place(
    inturn: Command, home: Home, hall: Path, new: Path, close: Close, closed: str, mode: int
) -> None:
    before = contents(home, *EARLIER)
    close(home.path(closed), mode)
    ended = inturn("ingest", hall, "--home", home.root, plain=True)
    home.path(closed).chmod(0o700)
    refuses(ended, str(home.root), "no right to")
    assert contents(home, *EARLIER) == before


def test_a_new_home_where_none_may_be_made_is_a_sentence(inturn: Command, tmp_path: Path, close: Close) -> None:
    (tmp_path / "closed").mkdir()
    close(tmp_path / "closed", 0o500)
    refuses(inturn("init", "--home", tmp_path / "closed" / "inner", plain=True), "no right to", "--home")


# A full disk: for real where a small one can be mounted, and by a limit on the size of files everywhere.


@pytest.fixture
def small_disk(home: Home, tmp_path: Path) -> Iterator[Path]:
    """A disk with the home on it and a little room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if (
        os.getuid()
        or not mount
        or subprocess.run([mount, "-t", "tmpfs", "-o", "size=24m", "none", disk], check=False).returncode
    ):
        pytest.skip("no right to mount a small disk here")
    try:
        shutil.copytree(home.root, disk / "home")
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def fill(disk: Path, leave: int) -> Path:
    """A file that leaves so many bytes of room."""
    room = shutil.disk_usage(disk).free - leave
    (disk / "filler").write_bytes(b"x" * max(room, 0))
    return disk / "filler"


@pytest.mark.parametrize("leave", [0, 40_000, 200_000])
def test_a_disk_that_fills_during_ingest(
    inturn: Command, small_disk: Path, hall: Path, new: Path, home: Home, leave: int
) -> None:
    on_disk = Home.open(small_disk / "home")
    before = contents(on_disk, *EARLIER, until=LAST)
    filler = fill(small_disk, leave)
    refuses(
        inturn("ingest", hall, "--home", on_disk.root), "the disk is full; earlier days are untouched", "Free space"
    )
    assert contents(on_disk, *EARLIER, until=LAST) == before
    filler.unlink()
    assert inturn("ingest", hall, "--home", on_disk.root).status == 0
    assert inturn("ingest", hall, "--home", home.root).status == 0
    assert contents(on_disk, *EARLIER) == contents(home, *EARLIER)


def test_a_disk_that_fills_during_a_run(inturn: Command, small_disk: Path, home: Home) -> None:
    on_disk = Home.open(small_disk / "home")
    assert inturn("run", "--from", FIRST, "--home", on_disk.root).status == 0
    before = contents(on_disk, "scores", "overtakes", "features")
    filler = fill(small_disk, 100_000)
    refuses(inturn("run", "--from", "2026-03-03", "--home", on_disk.root), "the disk is full", "Free space")
    assert contents(on_disk, "scores", "overtakes", "features", until=FIRST) == before
    filler.unlink()
    assert inturn("run", "--from", "2026-03-03", "--home", on_disk.root).status == 0
    assert contents(on_disk, "scores", "overtakes", "features", until=FIRST) == before


@pytest.mark.parametrize("limit", [1_000, 20_000])
def test_no_file_may_grow_during_ingest(inturn: Command, home: Home, hall: Path, new: Path, limit: int) -> None:
    before = contents(home, *EARLIER, until=LAST)
    ended = inturn("ingest", hall, "--home", home.root, file_bytes=limit)
    refuses(ended, "the disk is full; earlier days are untouched")
    assert contents(home, *EARLIER, until=LAST) == before
    assert inturn("ingest", hall, "--home", home.root).status == 0
