"""Airflow as a service on this machine: scheduler, DAG processor, and API server with the UI, on 127.0.0.1 only.

Three processes of our own instead of `airflow standalone`, which leaves orphans when it is terminated and starts
tasks before its API answers.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from data.errors import BusyError
from data.home import Home
from inturn.airflow import PORT, NightFailedError, Say, environment, prepare

#: the parts, in the order in which they start. The API server reads task logs from the home's folder; the
#: scheduler's own log server would listen on every address
PARTS = {
    "api-server": ["api-server"],
    "dag-processor": ["dag-processor"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
}
#: s; two busy cores take about 30 to import the API
START_S = 180
#: s between SIGTERM and SIGKILL; measured: all stop within 5
STOP_S = 15


def standalone(home: Home, *, port: int = PORT, say: Say = print) -> None:
    """Serve until Ctrl-C (or SIGTERM), then stop everything that was started.

    The password of `admin` is said once, the first time; it stays in `airflow/passwords.json`, mode 600.
    Raises `BusyError` if this home or the port is being served already, `NightFailedError` if a part of Airflow
    stops by itself.
    """
    told = home.path("airflow", "password.told")
    environment(home, port=port)  # makes the folder and its secrets
    lock = FileLock(home.path("airflow", ".service.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BusyError(
            "Airflow is running for this home",
            where=str(home.root),
            next_step="Stop it with Ctrl-C where it runs.",
        ) from error
    with lock, _stoppable():
        try:
            say("Airflow: preparing its database ...")
            prepare(home)
            say("Airflow: starting; about half a minute ...")
            with serving(home, port=port) as processes:
                say(f"Airflow: http://127.0.0.1:{port}  user admin, password {_password(home, told)}")
                say("Airflow: the DAG is called nightly. Ctrl-C stops.")
                _wait_for_end(home, processes)
        except KeyboardInterrupt:
            say("Airflow: stopped")


@contextlib.contextmanager
def serving(home: Home, *, port: int = PORT) -> Iterator[dict[str, "subprocess.Popen[bytes]"]]:
    """Run the three processes of a prepared home; on the way out they are stopped, and killed if they will not.

    Their logs are `airflow/logs/api-server.log`, `scheduler.log` and `dag-processor.log`.
    """
    with socket.socket() as probe:
        # the server itself reuses an address that has just been left
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise BusyError(
                "something is listening there", where=f"127.0.0.1:{port}", next_step="Choose another port."
            ) from error
    env, processes = environment(home, port=port), {}
    try:
        processes["api-server"] = _start(home, env, "api-server")
        # the first task asks with a time-out of 5 s, an API that has not answered before needs longer
        _wait_for_api(home, processes["api-server"], port)
        for name in ("dag-processor", "scheduler"):
            processes[name] = _start(home, env, name)
        yield processes
    finally:
        _stop(list(processes.values()))


def _start(home: Home, env: dict[str, str], name: str) -> "subprocess.Popen[bytes]":
    """Start one part of Airflow in a session of its own, so that Ctrl-C reaches only us."""
    with _log(home, name).open("ab") as log:
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "airflow", *PARTS[name]],
            env=env,
            cwd=home.path("airflow"),
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )


def _wait_for_api(home: Home, server: "subprocess.Popen[bytes]", port: int) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        with (
            contextlib.suppress(OSError),
            opener.open(f"http://127.0.0.1:{port}/execution/health", timeout=30),
        ):
            return
        time.sleep(0.3)
    raise _stopped(home, "api-server")


def _wait_for_end(home: Home, processes: dict[str, "subprocess.Popen[bytes]"]) -> None:
    while True:
        for name, process in processes.items():
            if process.poll() is not None:
                raise _stopped(home, name)
        time.sleep(1)


def _stopped(home: Home, name: str) -> NightFailedError:
    return NightFailedError(
        f"Airflow's {name} does not run", where=str(_log(home, name)), next_step="Read the end of that file."
    )


def _stop(processes: list["subprocess.Popen[bytes]"]) -> None:
    """Ask all to stop, the scheduler first; then kill whatever is left of their sessions."""
    for process in reversed(processes):
        process.terminate()
    until = time.monotonic() + STOP_S
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, until - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _log(home: Home, name: str) -> Path:
    path = home.path("airflow", "logs", f"{name}.log")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _password(home: Home, told: Path) -> str:
    path = home.path("airflow", "passwords.json")
    if told.exists():
        return f"as in {path}"
    told.touch()
    return str(json.loads(path.read_text(encoding="ascii"))["admin"])


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM stops like Ctrl-C, also in a shell's background; once is enough, so that nothing is left behind."""
    numbers = (signal.SIGINT, signal.SIGTERM)

    def interrupt(signum: int, frame: object) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
