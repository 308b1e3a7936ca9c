"""Evidence: what a folder holds, that no change of it goes unseen, and that it is there whole or not at all."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.home import Home
from data.lake import Lake
from data.version import code_version
from detection.cases.day import cases_day
from detection.evidence.night import folder_of, versions_of
from detection.evidence.sealing import DRAFT_S, broken, read, seal
from detection.flag import all_flags
from detection.reasons import group_in_words
from tests.detection.cases_support import night, rows_of, table, write_night

JUMPS = [
    {"booking": "a", "ring": "R1", "clerk": "K1", "flags": ["Q101", "Q501"], "passed": ["x", "y"], "minutes": 30.5},
    {"booking": "b", "ring": "R1", "clerk": "K2", "flags": ["Q101"], "score": 0.5},
    {"booking": "x", "flagged": False, "score": 0.1},
]
AGAIN = [{"booking": "c", "ring": "R1", "clerk": "K1", "flags": ["Q201"], "passed": ["z"]}]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two nights of one ring."""
    home = Home.create(tmp_path / "home")
    for number, bookings in ((1, JUMPS), (2, AGAIN)):
        write_night(home, night(number), bookings)
        cases_day(home, night(number))
    return home


def evidence(home: Home) -> tuple[Path, str]:
    """Folder and seal of the only case."""
    (case,) = table(home, "cases")
    return folder_of(home, case["evidence_ref"])


def folders(home: Home) -> list[str]:
    return sorted(path.name for path in home.path("evidence").glob("*/*"))


def test_a_folder_holds_its_night_s_rows_and_names_the_nights_before(home):
    folder, digest = evidence(home)
    (case,) = table(home, "cases")
    assert folder == home.path("evidence", case["case_id"], str(night(2)))
    assert broken(folder, digest) == []
    for name in ("bookings", "features", "findings", "scores"):
        assert pq.read_table(folder / f"{name}.parquet")["booking_id"].to_pylist() == ["c"]
    assert pq.read_table(folder / "overtakes.parquet")["overtaken_id"].to_pylist() == ["z"]
    manifest = read(folder)
    assert (manifest["case_id"], manifest["service_day"]) == (case["case_id"], str(night(2)))
    assert (manifest["code_version"], manifest["config_hash"]) == (code_version(), home.settings.digest())
    lake, versions = Lake.of(home), versions_of(folder)
    for name in ("bookings", "features", "findings", "scores", "overtakes"):
        assert versions[name] == lake.version(name)
    (first,) = manifest["earlier"]
    assert broken(*folder_of(home, f"{first['folder']}#sha256={first['seal']}")) == []


def test_it_tells_the_case_in_numbers_and_in_two_languages_with_what_is_lawful_about_it(home):
    told = json.loads((evidence(home)[0] / "case.json").read_text(encoding="utf-8"))
    (case,) = table(home, "cases")
    assert told["numbers"] == {
        name: case[name] for name in ("bookings", "people_passed", "minutes_taken", "score", "q_value", "expected_harm")
    }
    (booking,) = told["night"]["bookings"]
    assert booking["people_passed"] == 1
    assert booking["flags"] == [{"flag": "Q201", "value": 9.0, "expected": 1.0, "p": 0.001}]
    assert [(flag["flag"], flag["bookings"]) for flag in told["flags"]] == [("Q101", 2), ("Q201", 1), ("Q501", 1)]
    for flag in told["flags"]:
        assert {lawful["checked"] for lawful in flag["lawful"]} <= {True, False}
        assert flag["why"]
        assert flag["source"]
    assert "3 bookings" in told["words"]["en"]
    assert "3 people unexplained" in told["words"]["en"]
    assert "共 3 笔预约" in told["words"]["zh"]


def test_each_finding_of_a_booking_says_among_whom_its_expected_value_is(home):
    group = {"centre_id": "north", "from": "2026-02-01", "to": "2026-03-01", "innocent": 1234}
    reasons = [{"flag": code, "value": 9.0, "expected": 1.0, "group": group} for code in ("Q101", "Q201")]
    scores = rows_of("scores", [row | {"reasons": json.dumps(reasons)} for row in table(home, "scores")][-1:])
    Lake.of(home).replace_day("scores", night(2), scores)
    cases_day(home, night(2))
    told = json.loads((evidence(home)[0] / "case.json").read_text(encoding="utf-8"))
    ((flag,),) = (booking["flags"] for booking in told["night"]["bookings"])
    words = {name: flag["group"].pop(name) for name in ("en", "zh")}
    assert flag == {"flag": "Q201", "value": 9.0, "expected": 1.0, "p": 0.001, "group": group}
    assert words["en"] == "expected: the mean of 1,234 innocent bookings of north, nights of 2026-02-01 to 2026-03-01"
    assert words["zh"] == "期望值取自 north 于 2026-02-01 至 2026-03-01 的 1,234 笔清白预约"
    own = group_in_words(all_flags()["Q101"], group | {"innocent": 0})
    assert own.en.startswith("expected: nothing known yet of earlier bookings of the centre; p-value: against calls of")
    assert "p 值对照：" in own.zh


def test_the_comparison_counts_the_queues_in_which_it_fired(home):
    rows = pq.read_table(home.path(*evidence(home)[0].parts) / "comparison.parquet").to_pylist()
    assert [(row["flag"], row["bookings"], row["assessed"], row["fired"]) for row in rows] == [("Q201", 1, 1, 1)]


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_byte_in_any_file_is_named(home, data):
    folder, digest = evidence(home)
    file = data.draw(st.sampled_from(sorted(folder.iterdir())))
    before = file.read_bytes()
    place = data.draw(st.integers(0, len(before) - 1))
    changed = bytearray(before)
    changed[place] ^= data.draw(st.integers(1, 255))
    try:
        file.write_bytes(changed)
        assert file.name in broken(folder, digest)
    finally:
        file.write_bytes(before)
    assert broken(folder, digest) == []


def test_a_lost_or_an_added_file_is_named(home):
    folder, digest = evidence(home)
    (folder / "scores.parquet").unlink()
    (folder / "note.txt").write_text("added")
    assert broken(folder, digest) == ["note.txt", "scores.parquet"]
    shutil.rmtree(folder)
    assert "manifest.json" in broken(folder, digest)


def test_who_writes_all_files_anew_is_found_by_the_seal_that_is_kept_elsewhere(home):
    folder, digest = evidence(home)
    files = {name: (folder / name).read_bytes() for name in read(folder)["files"]}
    files["case.json"] = b"{}"
    forged, _ = seal(folder.with_name("forged"), files, {}, {})
    assert broken(forged) == []
    assert broken(forged, digest) == ["manifest.json"]


def test_a_rerun_that_finds_the_same_leaves_the_evidence_alone(home):
    before, names = evidence(home), folders(home)
    for number in (2, 1):
        cases_day(home, night(number))
    assert (evidence(home), folders(home)) == (before, names)


def test_a_rerun_that_finds_otherwise_writes_beside_what_was_sealed(home):
    first, digest = evidence(home)
    write_night(home, night(2), [AGAIN[0] | {"score": 0.4}])
    cases_day(home, night(2))
    folder, _ = evidence(home)
    assert folder.name == f"{night(2)}.2"
    assert broken(first, digest) == []
    write_night(home, night(2), AGAIN)
    cases_day(home, night(2))
    assert evidence(home) == (first, digest), "what it finds now was sealed before"


def test_an_earlier_night_that_changes_seals_the_last_one_again_with_the_sums_of_now(home):
    first, digest = evidence(home)
    write_night(home, night(1), JUMPS[1:])
    cases_day(home, night(1))
    folder, _ = evidence(home)
    assert folder.name == f"{night(2)}.2"
    assert broken(first, digest) == []
    told = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    assert told["numbers"]["bookings"] == 2
    assert (folder / "scores.parquet").read_bytes() == (first / "scores.parquet").read_bytes()
    assert [known["folder"].rpartition("/")[2] for known in read(folder)["earlier"]] == [f"{night(1)}.2"]
    cases_day(home, night(1))
    assert evidence(home)[0] == folder


def test_a_damaged_folder_is_left_and_sealed_anew_beside_it(home):
    folder, _ = evidence(home)
    (folder / "scores.parquet").write_bytes(b"spoilt")
    cases_day(home, night(2))
    assert evidence(home)[0].name == f"{night(2)}.2"
    assert (folder / "scores.parquet").read_bytes() == b"spoilt"


@pytest.mark.parametrize("name", ["scores.parquet", "case.json", "manifest.json", "versions.json"])
@pytest.mark.parametrize("lost", [False, True], ids=["changed", "lost"])
def test_what_was_altered_is_not_sealed_as_if_it_were_genuine(home, name, lost):
    folder, digest = evidence(home)
    (folder / name).unlink() if lost else (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    write_night(home, night(1), JUMPS[1:])  # an earlier night changes, so that the last one's sums do
    cases_day(home, night(1))
    assert evidence(home) == (folder, digest), "the old seal stands"
    assert name in broken(folder, digest)


#: a process that is killed as it writes the n-th file of its evidence
KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from data.home import Home
from detection.cases.day import cases_day
left, write = [int(sys.argv[3])], Path.write_bytes
def counted(self, content):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    return write(self, content)
Path.write_bytes = counted
cases_day(Home.open(Path(sys.argv[1])), date.fromisoformat(sys.argv[2]))
"""


@pytest.mark.parametrize("files", [0, 4, 8])
def test_killed_while_writing_nothing_half_is_left_and_a_rerun_gives_the_whole(tmp_path, files):
    whole, home = Home.create(tmp_path / "whole"), Home.create(tmp_path / "home")
    for one in (whole, home):
        write_night(one, night(1), JUMPS)
    cases_day(whole, night(1))
    command = [sys.executable, "-c", KILLED, str(home.root), str(night(1)), str(files)]
    assert subprocess.run(command, check=False, env=os.environ).returncode == -signal.SIGKILL
    assert folders_whole(home) == []
    assert table(home, "cases") == []
    cases_day(home, night(1))
    assert table(home, "cases") == table(whole, "cases")
    assert [path.name for path in folders_whole(home)] == [str(night(1))]


def folders_whole(home: Home) -> list[Path]:
    return sorted(path for path in home.path("evidence").glob("*/*") if not path.name.startswith("."))


def test_drafts_that_a_kill_left_are_cleared_at_the_next_sealing(tmp_path):
    """Not that of a process at work, unless it has lain there for days: numbers of processes come again."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    case = tmp_path / "C1"
    old, new = time.time() - 2 * DRAFT_S, time.time()
    drafts = {"2.0": (gone.pid, new), "2.1": (os.getppid(), new), "2.2": (os.getppid(), old), "2.3": (os.getpid(), new)}
    for day, (process, written) in drafts.items():
        draft = case / f".{day}.{process}"
        draft.mkdir(parents=True)
        (draft / "case.json").write_bytes(b"half")
        os.utime(draft, (written, written))
    (case / ".keep").write_bytes(b"")
    seal(case / "2026-03-02", {"case.json": b"{}"}, {}, {})
    assert sorted(path.name for path in case.iterdir()) == [f".2.1.{os.getppid()}", ".keep", "2026-03-02"]


def test_a_folder_is_on_disk_before_it_has_its_name(tmp_path):
    """As the operating system sees it: every file and the folder before the rename, the folders above it after."""
    if not shutil.which("strace"):
        pytest.skip("needs strace")
    log = tmp_path / "calls"
    code = "import sys; from pathlib import Path; from detection.evidence.sealing import seal; "
    code += "seal(Path(sys.argv[1]), {'case.json': b'{}'}, {}, {})"
    place = tmp_path / "evidence" / "C1" / "2026-03-02"
    place.parent.parent.mkdir()
    subprocess.run(
        ["strace", "-f", "-y", "-e", "trace=fsync,rename", "-o", str(log), sys.executable, "-c", code, str(place)],
        check=True,
    )
    calls = [line for line in log.read_text().splitlines() if "fsync(" in line or "rename(" in line]
    renamed = [number for number, line in enumerate(calls) if "rename(" in line and str(place) in line]
    assert len(renamed) == 1
    before, after = calls[: renamed[0]], calls[renamed[0] + 1 :]
    for name in ("case.json", "manifest.json", "versions.json", "SHA256SUMS"):
        assert any(f"/{name}>" in line for line in before), name
    assert any(f"{place.parent}>" in line for line in after)
