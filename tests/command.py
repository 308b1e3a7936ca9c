"""The command line in a process of its own, as a user runs it: it can be killed, limited, or be somebody else."""

import ctypes
import multiprocessing
import os
import pkgutil
import re
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import inturn.commands

# A forked copy of a process that has imported everything, and done nothing else, starts in a tenth of a second.
_processes = multiprocessing.get_context("forkserver")
_commands = [f"inturn.commands.{found.name}" for found in pkgutil.iter_modules(inturn.commands.__path__)]
_processes.set_forkserver_preload(["inturn.main", *_commands])


@dataclass(frozen=True)
class Ended:
    """What became of a command: exit status (negative: the signal), standard output and error stream."""

    status: int
    out: str
    err: str


@dataclass
class Command:
    """The command line, in a process of its own."""

    folder: Path
    started: list["Started"] = field(default_factory=list)

    def start(self, *words: object, **surroundings: Any) -> "Started":
        """Begin.

        `env`: variables to set; `plain`: without root's power to open everything; `file_bytes`: no file grows past it.
        """
        place = self.folder / f"command-{len(self.started)}"
        place.mkdir()
        process = _processes.Process(target=_run, args=([str(word) for word in words], place, surroundings))
        process.start()
        self.started.append(Started(process, place))
        return self.started[-1]

    def __call__(self, *words: object, **surroundings: Any) -> Ended:
        """Run to the end."""
        return self.start(*words, **surroundings).end()


@dataclass
class Started:
    """A command on its way."""

    process: BaseProcess
    place: Path

    def kill(self, after: float) -> Ended:
        """Kill it after so many seconds, if it has not ended by then."""
        self.process.join(after)
        if self.process.is_alive() and self.process.pid:
            os.kill(self.process.pid, signal.SIGKILL)
        return self.end()

    def interrupt(self) -> Ended:
        """Press Ctrl-C."""
        assert self.process.pid
        os.kill(self.process.pid, signal.SIGINT)
        return self.end()

    def end(self, patience: float = 120) -> Ended:
        """Wait for its end."""
        self.process.join(patience)
        assert self.process.exitcode is not None, f"no end within {patience} s"
        out, err = ((self.place / name).read_text(encoding="utf-8") for name in ("out", "err"))
        return Ended(self.process.exitcode, out, err)


def _run(words: list[str], place: Path, surroundings: dict[str, Any]) -> None:
    """In the child: put its surroundings in order and be `inturn`."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # as at a terminal: a job in the background ignores it
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(place / name, os.O_WRONLY | os.O_CREAT, 0o644), number)
    os.chdir(place)
    for name in [name for name in os.environ if name.startswith("INTURN_")]:
        del os.environ[name]
    os.environ |= surroundings.get("env", {})
    if limit := surroundings.get("file_bytes"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if surroundings.get("plain"):
        # capset(2), _LINUX_CAPABILITY_VERSION_3: no capability, for this process
        ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())
    sys.argv = ["inturn", *words]
    from inturn.main import run

    run()


def wait_until(true: Callable[[], bool], patience: float = 60) -> None:
    """Wait for something to come true."""
    until = time.monotonic() + patience
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


def refuses(ended: Ended, *said: str) -> None:
    """Failed with one sentence that says all this, and no traceback."""
    assert ended.status == 1, (ended.out, ended.err)
    assert "Traceback" not in ended.err
    assert re.match(r"(A new home was made: .*\n)?Error \S+.*: .+\. .+", ended.err, re.S), ended.err
    for part in said:
        assert part in ended.err, ended.err
