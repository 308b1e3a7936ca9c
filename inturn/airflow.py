"""Airflow inside a home: nothing to install, no service to run; metadata, logs and secrets stand in `airflow/`.

This side never imports Airflow, which reads its settings once, on import: it starts processes with the right
environment. What runs in them is `inturn.airflow_child`, or Airflow's own commands.
"""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from zoneinfo import ZoneInfo

import inturn
from data.errors import UserError
from data.home import Home, explain_os_error

#: the checkout or installation that the DAG files belong to
DAGS = Path(inturn.__file__).resolve().parent.parent / "dags"
PORT = 8080
#: bytes; Airflow signs its tokens with HS512, whose key is to be at least as long as its hash (RFC 7518, section 3.2)
SECRET_BYTES = 64
#: task processes at once: one that writes the lake, one that does not; Airflow's own default of 32 doubles the memory
PARALLELISM = 2

Say = Callable[[str], None]


class NightFailedError(UserError):
    """A night that Airflow ran and that did not end well."""


def environment(home: Home, *, watched: bool = False, port: int = PORT) -> dict[str, str]:
    """The environment of every Airflow process of this home.

    `AIRFLOW__*` variables that are already set win (another metadata database, another executor), except that a
    `watched` night, one that somebody started by hand, has a SQLite database of its own: its runs never stand in
    the way of the schedule's.
    """
    place = home.path("airflow")
    try:
        secret, passwords = _secrets(place)
        first_day = _first_day(home)
    except OSError as error:
        raise explain_os_error(error, place) from error
    mine = {
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": secret,
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": str(PARALLELISM),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{place / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(place / "logs"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "NIGHT_FIRST_DAY": first_day,
    }
    set_already = {
        name: value for name, value in os.environ.items() if name.startswith("AIRFLOW__") or name == "NIGHT_FIRST_DAY"
    }
    # a proxy of the network is no way to this machine
    direct = ",".join(
        filter(None, [os.environ.get("no_proxy") or os.environ.get("NO_PROXY"), "127.0.0.1", "localhost"])
    )
    always = {
        "AIRFLOW_HOME": str(place),
        "INTURN_HOME": str(home.root),
        # tasks run the code that this process runs
        "PYTHONPATH": os.pathsep.join(filter(None, [str(DAGS.parent), os.environ.get("PYTHONPATH")])),
        "NO_PROXY": direct,
        "no_proxy": direct,
        "NIGHT_WATCHED": "1" if watched else "0",
    }
    if watched:
        always["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = f"sqlite:///{place / 'watched.db'}"
    return {**os.environ, **mine, **set_already, **always}


def prepare(home: Home) -> None:
    """Bring the metadata database up to date and make the pool; quick where nothing is to do."""
    place = home.path("airflow")
    log = place / "prepare.log"
    env = environment(home)
    with log.open("w", encoding="utf-8") as file:
        done = subprocess.run(  # noqa: S603
            _child("prepare"), env=env, stdout=file, stderr=subprocess.STDOUT, check=False, cwd=place
        )
    if done.returncode:
        raise NightFailedError(
            f"Airflow's metadata database cannot be prepared: {_last_line(log)}",
            where=str(log),
            next_step="Read that file; a database that is only Airflow's may be moved away and made anew.",
        )


def run_night(home: Home, day: date, say: Say = print) -> None:
    """Run the nightly DAG once, for one service day; see `run_nights`."""
    run_nights(home, [day], say)


def run_nights(home: Home, days: Sequence[date], say: Say = print) -> None:
    """Run the nightly DAG for these days, one after another, without a scheduler (`dags test`).

    Says in a line a task what was done; Airflow's own log goes to `airflow/logs/night-DAY.log` in the home.
    The first night that fails is the last: raises `NightFailedError` with the failing tasks' own words.
    """
    place = home.path("airflow")
    env = environment(home, watched=True)
    log = place / "logs" / f"night-{days[0]}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    say(f"Airflow starts; its log is {log}")
    failures: list[str] = []
    command = _child("night", *map(str, days))
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=file, text=True, cwd=place) as child,  # noqa: S603
    ):
        try:
            for line in child.stdout or ():
                event = json.loads(line)
                say(_sentence(event))
                if event["state"] == "failed":
                    failures.append(f"night of {event['day']}: {event['task']}: {event['error']}")
        except BaseException:
            child.terminate()
            raise
    if failures or child.returncode:
        raise NightFailedError(
            "; ".join(failures) or f"Airflow stopped with status {child.returncode}: {_last_line(log)}",
            next_step=f"Airflow's log is {log}.",
        )


def _secrets(place: Path) -> tuple[str, Path]:
    """The secret that signs tokens, and the file with the password of `admin`; made once, for the owner's eyes."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret, passwords = place / "jwt.secret", place / "passwords.json"
    if not secret.exists():
        _write_private(secret, secrets.token_hex(SECRET_BYTES))
    if not passwords.exists():
        _write_private(passwords, json.dumps({"admin": secrets.token_urlsafe(12)}))
    return secret.read_text(encoding="ascii"), passwords


def _first_day(home: Home) -> str:
    """The first service day that the schedule owes: the one that had ended when Airflow was first used here."""
    path = home.path("airflow", "first_day")
    if not path.exists():
        ended = datetime.now(ZoneInfo(home.settings.timezone)).date() - timedelta(days=1)
        _write_private(path, ended.isoformat())
    return path.read_text(encoding="ascii").strip()


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, so that two processes that begin together agree on one value."""
    with NamedTemporaryFile("w", encoding="ascii", dir=path.parent) as draft:  # made with mode 600
        draft.write(text)
        draft.flush()
        with suppress(FileExistsError):
            path.hardlink_to(draft.name)


def _child(*words: str) -> list[str]:
    return [sys.executable, "-m", "inturn.airflow_child", *words]


def _sentence(event: Mapping[str, Any]) -> str:
    """What one task did: a line, and one more for each of its tables or flags."""
    counts: Mapping[str, Any] = event.get("counts") or {}
    plain = {name: value for name, value in counts.items() if not isinstance(value, dict)}
    first = f"{event['day']} {event['task']}: {event['state']} in {event['seconds']:.1f} s"
    lines = [f"{first} ({_listed(plain)})" if plain else first]
    lines += [f"           {name}: {_listed(parts)}" for name, parts in counts.items() if isinstance(parts, dict)]
    return "\n".join(lines)


def _listed(counts: Mapping[str, Any]) -> str:
    """`read 5,647, not assessed 0, share 0.0089`; what is not so is not said."""
    return ", ".join(_said(name.replace("_", " "), value) for name, value in counts.items() if value is not False)


def _said(name: str, value: object) -> str:
    if value is True:
        return name
    if isinstance(value, float):
        return f"{name} {value:.2g}"
    return f"{name} {value:,}" if isinstance(value, int) else f"{name} {value}"


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it said nothing"
