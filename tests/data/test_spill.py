"""What engines spill: a folder for each, and none left of those that were killed."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from data.engine import engine
from data.errors import HomeError
from data.home import Home
from data.spill import Spill

KILLED = "import sys; from pathlib import Path; from data.spill import Spill; s = Spill(Path(sys.argv[1])); \
(s.folder / 'left').touch(); print(s.folder, flush=True); input()"

#: spills some hundred MB whatever it may hold; its numbers are known
SORT = """SELECT sum(n), count(*) FROM (
SELECT * FROM (SELECT hash(range * {seed}) h, {seed} n, range r FROM range(12_000_000)) ORDER BY h LIMIT 11_000_000)"""


def started(place: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    return process, Path(process.stdout.readline().strip())


def test_what_a_killed_process_left_is_cleared_and_what_a_living_one_has_is_not(tmp_path):
    living, its = started(tmp_path)
    killed, left = started(tmp_path)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    mine = Spill(tmp_path)
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {its.name, mine.folder.name}
    assert not left.exists()
    living.communicate("\n")
    del mine
    assert Spill(tmp_path).folder.exists()
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


def test_a_fork_that_ends_leaves_its_parent_its_folder(tmp_path):
    mine = Spill(tmp_path)
    child = multiprocessing.get_context("fork").Process(target=os.getpid)
    child.start()
    child.join()
    other, _ = started(tmp_path)
    assert mine.folder.exists()
    other.communicate("\n")


def test_engines_at_work_at_one_time_do_not_write_to_one_file(tmp_path):
    home = Home.create(tmp_path / "home")
    home = Home(home.root, home.settings.model_copy(update={"memory_gb": 0.2}))
    found = {}

    def work(seed: int) -> None:
        with engine(home) as connection:
            connection.execute("SET threads = 1")
            found[seed] = connection.execute(SORT.format(seed=seed)).fetchone()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {seed: (seed * 11_000_000, 11_000_000) for seed in (1, 2, 3)}


def test_a_home_that_has_no_room_for_it_says_where(tmp_path):
    home = Home.create(tmp_path / "home")
    home.path("staging").mkdir(exist_ok=True)
    home.path("staging", "spill").write_text("in the way", encoding="ascii")
    with pytest.raises(HomeError, match="spill"), engine(home):
        pass
