"""What a command does whose output nobody reads any more, or has no room."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from data.home import Home

PROGRAM = Path(sys.executable).with_name("inturn")
#: as users have it: what a command prints is gathered, and may be written as late as when it ends
GATHERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


@pytest.mark.parametrize("words", [("lake", "show", "runs"), ("lake", "versions")], ids=["bytes", "lines"])
def test_a_reader_that_is_gone_ends_it_quietly(tmp_path: Path, words: tuple[str, ...]) -> None:
    """As behind `| head`."""
    home = Home.create(tmp_path / "home")
    going = subprocess.Popen(
        [PROGRAM, *words, "--home", home.root], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=GATHERED
    )
    assert going.stdout
    going.stdout.close()
    _, said = going.communicate(timeout=120)
    assert (going.returncode, said) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_output_that_has_no_room_is_one_sentence(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home")
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [PROGRAM, "lake", "show", "runs", "--home", home.root],
            stdout=full,
            stderr=subprocess.PIPE,
            env=GATHERED,
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (1, b"Error cannot write: No space left on device\n")
