"""A command that Ctrl-C ends says what is done and how to go on."""

import re
import subprocess
import sys
from datetime import date, timedelta

from data.home import Home
from data.lake import Lake
from tests.command import Command, wait_until
from tests.conftest import FIRST, LAST


def test_an_interrupted_run_goes_on_with_the_first_night_that_is_not_judged(inturn: Command, home: Home) -> None:
    going = inturn.start("run", "--from", FIRST, "--to", LAST, "--home", home.root)
    wait_until(lambda: len(Lake.of(home).days("order")) > 1)
    ended = going.interrupt()
    assert (ended.status, ended.out) == (130, "")
    found = re.fullmatch(
        r"(\d) of 3 nights are judged and stay\. Go on with: inturn run --from (\S+) --to (\S+)\n"
        r"Stopped\. Nothing is half written; the same command may be run again\.\n",
        ended.err,
    )
    assert found, ended.err
    judged, begin, last = int(found[1]), date.fromisoformat(found[2]), date.fromisoformat(found[3])
    assert judged >= 1
    assert (begin, last) == (FIRST + timedelta(days=judged), LAST)
    assert len(Lake.of(home).days("scores")) >= judged


def test_ctrl_c_while_the_libraries_load_is_a_sentence_too() -> None:
    loading = """
import signal, inturn.main
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
inturn.main.program = lambda words: signal.raise_signal(signal.SIGINT)
inturn.main.run()
"""
    ended = subprocess.run([sys.executable, "-c", loading], check=False, capture_output=True, encoding="utf-8")
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr == "Stopped. Nothing is half written; the same command may be run again.\n"
