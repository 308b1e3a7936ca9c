"""The home: made once, never half; who holds it; what the operating system's refusals mean."""

import errno
import multiprocessing
import threading
from pathlib import Path

import pytest

from data.engine import engine
from data.errors import BusyError, HomeError
from data.home import SETTINGS_FILE, Home, explain_os_error


def test_a_home_is_made_once_and_kept(tmp_path: Path) -> None:
    Home.create(tmp_path / "h")
    before = {path: path.read_bytes() for path in (tmp_path / "h").rglob("*") if path.is_file()}
    Home.create(tmp_path / "h")
    assert {path: path.read_bytes() for path in (tmp_path / "h").rglob("*") if path.is_file()} == before


def test_no_home_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="make one: inturn init --home"):
        Home.open(tmp_path / "none")


@pytest.mark.parametrize("inside", ["", "inner/home"])
def test_a_file_is_no_home(tmp_path: Path, inside: str) -> None:
    (tmp_path / "h").write_text("", encoding="ascii")
    for refused in (Home.create, Home.open):
        with pytest.raises(
            HomeError, match=f"the home must be a folder, and {tmp_path / 'h'} is a file. Name a folder"
        ):
            refused(tmp_path / "h" / inside)


def test_a_link_to_nowhere_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "h").symlink_to(tmp_path / "gone")
    with pytest.raises(HomeError, match="the home must be a folder"):
        Home.create(tmp_path / "h")


def test_a_home_that_lost_its_settings_is_completed_and_keeps_its_key(tmp_path: Path) -> None:
    key = Home.create(tmp_path).path("keys", "pseudonym.key").read_bytes()
    (tmp_path / "checkup.html").write_text("", encoding="ascii")
    (tmp_path / SETTINGS_FILE).unlink()
    assert Home.create(tmp_path).path("keys", "pseudonym.key").read_bytes() == key


def test_the_second_to_write_hears_who_holds_it(tmp_path: Path) -> None:
    Home.create(tmp_path)
    (tmp_path / SETTINGS_FILE).write_text("wait_s = 0", encoding="ascii")
    home = Home.open(tmp_path)
    with home.writing("the ingest of hall"), pytest.raises(BusyError, match=r"the ingest of hall \(process \d+\)"):
        other_thread(lambda: home.writing("another").__enter__())


@pytest.mark.parametrize("note", ["", '{"what": "the ing', "[]"])
def test_a_holder_whose_name_cannot_be_read_is_still_a_holder(tmp_path: Path, note: str) -> None:
    Home.create(tmp_path)
    (tmp_path / SETTINGS_FILE).write_text("wait_s = 0", encoding="ascii")
    home = Home.open(tmp_path)
    with home.writing("the ingest of hall"):
        (tmp_path / ".lock.holder").write_text(note, encoding="ascii")
        with pytest.raises(BusyError, match="another run"):
            other_thread(lambda: home.writing("another").__enter__())


def test_the_lock_falls_with_an_error(tmp_path: Path) -> None:
    home = Home.create(tmp_path)
    with pytest.raises(HomeError, match="disk is full"), home.writing("one"):
        raise OSError(errno.ENOSPC, "No space left on device")
    with home.writing("two"):
        pass


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_called_so(number: int) -> None:
    said = str(explain_os_error(OSError(number, "x"), Path("place")))
    assert said.startswith("place: the disk is full; earlier days are untouched. Free space")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_missing_right_names_the_file(number: int) -> None:
    said = str(explain_os_error(OSError(number, "x", "/a/file"), Path("place")))
    assert said.startswith("place: no right to read or write /a/file")


def test_the_engine_without_memory_says_what_to_raise(tmp_path: Path) -> None:
    Home.create(tmp_path)
    (tmp_path / SETTINGS_FILE).write_text("memory_gb = 0.2", encoding="ascii")
    home = Home.open(tmp_path)
    large = "CREATE TEMP TABLE t AS SELECT md5(i::VARCHAR) AS a FROM range(20000000) r(i)"
    with pytest.raises(HomeError, match="memory_gb"), engine(home) as connection:
        connection.execute(f"SET max_temp_directory_size = '1MB'; {large}")


def test_a_step_s_tables_go_with_it_also_where_a_step_is_within_another(tmp_path: Path) -> None:
    home = Home.create(tmp_path)
    with engine(home) as outer:
        outer.execute("CREATE TEMP TABLE t AS SELECT 1 AS a")
        with engine(home) as inner:
            assert inner.execute("SHOW ALL TABLES").fetchall() == []
    with engine(home) as later:
        assert later.execute("SHOW ALL TABLES").fetchall() == []


def counted(root: Path) -> int:
    with engine(Home.open(root)) as connection:
        return int(connection.execute("SELECT count(*) FROM range(1000000) r(i) WHERE i % 3 = 0").fetchall()[0][0])


def test_a_fork_has_an_engine_of_its_own(tmp_path: Path) -> None:
    Home.create(tmp_path)
    assert counted(tmp_path) == 333_334
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply_async(counted, [tmp_path]).get(timeout=60) == 333_334


def other_thread(work: object) -> None:
    """Do it in another thread, as a lock is its thread's, and raise here what it raised."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()  # type: ignore[operator]
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


@pytest.mark.parametrize("name", ["a%20b", "[h]", "a]b"])
def test_a_path_in_which_the_lake_cannot_lie_is_refused_before_anything_is_made(tmp_path: Path, name: str) -> None:
    with pytest.raises(HomeError, match="Choose a home without it"):
        Home.create(tmp_path / name)
    assert list(tmp_path.iterdir()) == []
